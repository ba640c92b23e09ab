"""What `watch` keeps in its folder: the baseline, what was compared with it, and which drift was printed.

One file, written when the lines of a round are out: where a run is ended between the two they come again, and none is
lost.
"""

import hashlib
import json
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from analyzer.errors import CaptureError
from analyzer.report.change import NOT_READ, OUTCOME_CHANGED, Change
from analyzer.report.files import new_text
from analyzer.report.snapshot import Answers, Pair, Snapshot

WATCHED: Final = "watched.json"
MOST_EMITTED: Final = 100_000
"""Subjects of drift that are remembered; of more the oldest are forgotten, and come again where they are seen again."""
_MOST_BYTES: Final = 1 << 30

Key = tuple[str, str, bool]


class Baseline(NamedTuple):
    """What drift is drift from. unread: how many captures of it were not read, or not to the end."""

    snapshot: Snapshot
    unread: int = 0


class Watched:
    """The state of a watch over one folder.

    baseline: None before anything was seen that is one. compared: the captures whose reports were compared with it, or
    are part of it, with what says that they are the same.
    """

    def __init__(self, given: Baseline | None = None) -> None:
        self.baseline = given
        self._given = None if given is None else _digest(given)
        self.compared: dict[str, str] = {}
        self._emitted: dict[Key, set[str]] = {}

    def new_unread(self, unread: Iterable[Change]) -> list[Change]:
        """Of what could not be read what was not printed yet. What could be read since is news when it fails again."""
        unread = list(unread)
        subjects = {change.subject for change in unread}
        for key in [key for key in self._emitted if key[0] == NOT_READ and key[1] not in subjects]:
            del self._emitted[key]
        return self._new(unread)

    def new_drift(self, changes: Iterable[Change], now: Snapshot) -> list[Change]:
        """Of changes those in which something is new that was not printed yet.

        now: what was compared. Of a pair that has established an SA in it the next failure is news again.
        """
        for responder, initiator in (pair for pair, outcomes in now.outcomes.items() if "established" in outcomes):
            for drift in (True, False):
                self._emitted.pop((OUTCOME_CHANGED, f"{initiator} to {responder}", drift), None)
        return self._new(changes)

    def _new(self, changes: Iterable[Change]) -> list[Change]:
        """Those that are to be printed; they count as printed then."""
        found = []
        for change in changes:
            key, items = (change.kind, change.subject, change.drift), set(change.new)
            known = self._emitted.get(key)
            if known is None or items - known:
                found.append(change)
                self._emitted[key] = items | (known or set())
        while len(self._emitted) > MOST_EMITTED:
            del self._emitted[next(iter(self._emitted))]
        return found

    def save(self, folder: Path, *, private: bool) -> None:
        """Write it. OutputError: it cannot be written."""
        own = None if self._given or self.baseline is None else plain(self.baseline)
        saved = {
            "program": "isakmp-analyzer",
            "given": self._given,
            "baseline": own,
            "compared": self.compared,
            "emitted": [[*key, sorted(items)] for key, items in self._emitted.items()],
        }
        with new_text(folder / WATCHED, private=private) as file:
            file.write(json.dumps(saved) + "\n")

    def load(self, folder: Path) -> None:
        """Go on where an earlier watch with the same baseline ended; with another one, begin anew.

        CaptureError: the file is none of a watch.
        """
        saved = _read(folder / WATCHED)
        if saved is None or saved.get("given") != self._given:
            return
        try:
            if self._given is None:
                self.baseline = None if saved["baseline"] is None else _baseline(saved["baseline"])
            self.compared = {_text(path): _text(sha) for path, sha in saved["compared"].items()}
            self._emitted = {
                (_text(kind), _text(subject), drift is True): {*map(_text, items)}
                for kind, subject, drift, items in saved["emitted"]
            }
        except (ValueError, TypeError, KeyError, AttributeError):
            raise _damaged(folder / WATCHED) from None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if not stat.S_ISREG(path.lstat().st_mode) or path.stat().st_size > _MOST_BYTES:
            raise _damaged(path)
        saved: dict[str, Any] = json.loads(path.read_bytes())
        if saved["program"] != "isakmp-analyzer":
            raise ValueError
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CaptureError(str(path), f"cannot be read ({error.strerror or error})") from error
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _damaged(path) from None
    return saved


def _damaged(path: Path) -> CaptureError:
    return CaptureError(str(path), "is not what a watch has written", "Without it a watch begins anew")


def plain(baseline: Baseline) -> dict[str, Any]:
    """A baseline for JSON, always in the same order; where it was shown is left out."""
    seen = baseline.snapshot
    return {
        "unread": baseline.unread,
        "responders": [
            [[*place], sorted(a.versions), sorted(a.modes), sorted(a.peers), dict(sorted(a.implementations.items()))]
            for place, a in sorted(seen.responders.items())
        ],
        "suites": [[*pair, sorted(suites)] for pair, suites in sorted(seen.suites.items())],
        "certificates": [[*owner, dict(sorted(shown.items()))] for owner, shown in sorted(seen.certificates.items())],
        "outcomes": [[*pair, sorted(outcomes)] for pair, outcomes in sorted(seen.outcomes.items())],
    }


def _baseline(saved: Mapping[str, Any]) -> Baseline:
    """ValueError, TypeError, KeyError, AttributeError: it is none."""
    found = Snapshot()
    for (ip, port, transport), versions, modes, peers, names in saved["responders"]:
        texts = {_text(name): _text(text) for name, text in names.items()}
        answers = Answers({*map(_number, versions)}, {*map(_text, modes)}, {*map(_text, peers)}, texts)
        found.responders[_text(ip), _number(port), _text(transport)] = answers
    for one, other, suites in saved["suites"]:
        found.suites[_pair(one, other)] = {*map(_text, suites)}
    for one, other, shown in saved["certificates"]:
        found.certificates[_pair(one, other)] = {_text(sha): _text(name) for sha, name in shown.items()}
    for one, other, outcomes in saved["outcomes"]:
        found.outcomes[_pair(one, other)] = {*map(_text, outcomes)}
    return Baseline(found, _number(saved["unread"]))


def _digest(baseline: Baseline) -> str:
    return hashlib.sha256(json.dumps(plain(baseline)).encode()).hexdigest()


def _pair(one: Any, other: Any) -> Pair:
    return _text(one), _text(other)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value
