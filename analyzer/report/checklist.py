"""Findings one a line, for `check`: what grep and CI logs want."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final

from analyzer.report import same_finding
from analyzer.report.filtered import PART, Filtered, filtered
from analyzer.report.sentences import evidence_text, finding_text
from analyzer.report.story import Line
from analyzer.report.unopened import COUNTED
from analyzer.report.words import SEVERITIES, clip, plural, severity_rank
from analyzer.tables.store import Table, Tables
from analyzer.tables.text import visible
from analyzer.vocabulary import BaselineState

_OF_CAPTURES: Final = ("capture", "set", "ike_messages", *COUNTED, *PART)
NEEDED: Final[Mapping[str, Sequence[str] | None]] = {
    "captures": _OF_CAPTURES,
    "defects": ("kind", "effect", "capture", "frame_number"),
    "findings": None,
    "floods": ("folded",),
    "negotiations": ("negotiation", "initiator_ip", "responder_ip", "outcome"),
}
"""The tables that `check` reads, and their columns (None: all): the others need not be filled for it."""

NEEDED_HASHED: Final[Mapping[str, Sequence[str] | None]] = {
    **NEEDED,
    "captures": (*_OF_CAPTURES, "sha256", "size_bytes"),
}
"""The same for a log that says which bytes were judged."""

NEEDED_TIMED: Final[Mapping[str, Sequence[str] | None]] = {
    **NEEDED,
    "captures": (*_OF_CAPTURES, "first_time"),
    "negotiations": (
        *("negotiation", "first_time", "initiator_ip", "initiator_port", "responder_ip", "responder_port", "outcome"),
    ),
}
"""The same for events, which have a time."""

_STYLES: Final = {"critical": "bad", "high": "bad", "medium": "warn", "info": "dim"}


def check_lines(tables: Tables) -> Iterator[Line]:
    """Each finding as `CAPTURE: SEVERITY ID negotiation N: what, by which clause`; the worst first."""
    for f in worst_first(tables["findings"]).records():
        where = f" negotiation {f['negotiation']}" if f["negotiation"] is not None else ""
        head = f"{f['capture']}: {f['severity']} {f['finding']}{where}"
        text = f"{head}: {finding_text(f)}, {evidence_text(f['evidence_frames'])}"
        yield Line(visible(clip(text)), _STYLES.get(f["severity"], ""))


def worst_first(findings: Table) -> Table:
    """The findings of a capture, the most severe first; those that weigh the same in their order."""
    ranks = [severity_rank(severity) for severity in findings.column("severity")]
    return findings.only(sorted(range(len(ranks)), key=ranks.__getitem__))


def counted(tables: Tables) -> Counter[str]:
    """How many findings of each severity a capture has."""
    return Counter(severity or "unknown" for severity in tables["findings"].column("severity"))


def states(tables: Tables, known: Container[same_finding.Finding]) -> list[BaselineState]:
    """Of each finding, the worst first, whether the baseline has it."""
    found = same_finding.rows(tables, worst_first(tables["findings"]))
    return ["unchanged" if row.same in known else "new" for row in found]


def counted_new(tables: Tables, of: Sequence[BaselineState]) -> Counter[str]:
    """How many findings of each severity the baseline does not have. of: as `states` gives them."""
    severities = worst_first(tables["findings"]).column("severity")
    return Counter(s or "unknown" for s, state in zip(severities, of, strict=True) if state == "new")


def judged(tables: Tables) -> Filtered:
    """Which negotiations the findings are about, if not about all."""
    return filtered(tables["captures"].records(), len(tables["negotiations"]))


def flood_note(tables: Tables) -> str:
    """A word about first messages that are counted as floods, and are no negotiations; "" without any."""
    folded = sum(count or 0 for count in tables["floods"].column("folded"))
    counts = f"{plural(folded, 'first message')} without an answer {'is' if folded == 1 else 'are'} counted as floods"
    return f"{counts}, not as negotiations. --max-negotiations N sets another limit" if folded else ""


class Tally:
    """Findings of several captures by severity; beside a baseline those that are new are what counts."""

    def __init__(self) -> None:
        self._captures = 0
        self._new: Counter[str] | None = None
        self._counts: Counter[str] = Counter()
        self.judged = Filtered()

    def add(self, counts: Counter[str], judged: Filtered, new: Counter[str] | None = None) -> None:
        """Add the findings of one capture, as `counted` and `judged` give them. new: those beside a baseline."""
        if new is not None:
            self._new = new + (self._new or Counter())
        self._captures += 1
        self.judged += judged
        self._counts.update(counts)

    def reaching(self, threshold: str) -> int:
        """How many are at least this severe; nothing reaches `never`."""
        if threshold not in SEVERITIES:
            return 0
        counts = self._counts if self._new is None else self._new
        return sum(n for name, n in counts.items() if severity_rank(name) <= severity_rank(threshold))

    def sentence(self, policy: str, threshold: str) -> str:
        """How many findings there are, and how many reach the threshold, in one sentence."""
        counts = [f"{self._counts[name]:,} {name}" for name in SEVERITIES if self._counts[name]]
        text = f"{plural(self._counts.total(), 'finding')} in {plural(self._captures, 'capture')}"
        text += (f" ({', '.join(counts)})" if counts else "") + f" by policy {policy}"
        new = ""
        if self._new is not None:
            known, new = self._counts.total() - self._new.total(), "new "
            text += f"; {known:,} known from the baseline, {self._new.total():,} new"
        text += f"; {self.reaching(threshold):,} {new}at or above {threshold}" if threshold in SEVERITIES else ""
        return f"{text}. {self.judged.sentence}" if self.judged.filter else text
