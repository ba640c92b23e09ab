"""Findings one a line, for `check`: what grep and CI logs want."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from analyzer.report import same_finding
from analyzer.report.filtered import PART, Filtered, filtered
from analyzer.report.sentences import evidence_text, finding_text
from analyzer.report.story import Line
from analyzer.report.unopened import COUNTED
from analyzer.report.weaknesses import heaviest
from analyzer.report.words import SEVERITIES, clip, plural, severity_rank
from analyzer.tables.store import Table, Tables
from analyzer.tables.text import visible
from analyzer.vocabulary import BaselineState, PolicyVerdict

_OF_CAPTURES: Final = ("capture", "set", "ike_messages", *COUNTED, *PART)
NEEDED: Final[Mapping[str, Sequence[str] | None]] = {
    "captures": _OF_CAPTURES,
    "defects": ("kind", "effect", "capture", "frame_number"),
    "findings": None,
    "floods": ("folded",),
    "negotiations": ("negotiation", "initiator_ip", "responder_ip", "outcome"),
    "verdicts": None,
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

VERDICTS: Final[tuple[PolicyVerdict, ...]] = ("fail", "warn", "not-observable", "pass")
"""The worst first, as a gate has it: what cannot be seen is not known to meet a policy."""

_STYLES: Final = {"critical": "bad", "high": "bad", "medium": "warn", "info": "dim", "fail": "bad", "warn": "warn"}


class Beside(NamedTuple):
    """What a baseline does not have: findings by severity; those about a scanner's probes, no drift, are counted."""

    new: Counter[str]
    probes: int


def check_lines(tables: Tables) -> Iterator[Line]:
    """Each finding as `CAPTURE: SEVERITY ID negotiation N: what, by which clause`; the worst first."""
    for f in worst_first(tables["findings"]).records():
        where = f" negotiation {f['negotiation']}" if f["negotiation"] is not None else ""
        head = f"{f['capture']}: {f['severity']} {f['finding']}{where}"
        text = f"{head}: {finding_text(f)}, {evidence_text(f['evidence_frames'])}"
        yield Line(visible(clip(text)), _STYLES.get(f["severity"], ""))


def verdict_lines(tables: Tables) -> Iterator[Line]:
    """Each verdict as `CAPTURE: VERDICT POLICY negotiation N: why`; the worst first."""
    for v in worst_verdicts_first(tables["verdicts"]).records():
        parts = list(v["reasons"])
        if v["verdict"] == "pass":
            parts.append("nothing that was agreed is against it" if v["silent"] else "all that was agreed meets it")
        if v["not_observable"]:
            unasked = " and not asked for" if v["verdict"] == "pass" else ""
            parts.append(f"cannot be seen{unasked}: {', '.join(v['not_observable'])}")
        if v["verdict"] == "pass" and v["silent"]:
            parts.append(f"the policy says nothing of: {', '.join(v['silent'])}")
        head = f"{v['capture']}: {v['verdict']} {v['policy']} negotiation {v['negotiation']}"
        yield Line(visible(clip(f"{head}: {'; '.join(parts)}")), _STYLES.get(v["verdict"], ""))


def worst_verdicts_first(verdicts: Table) -> Table:
    """The verdicts of a capture, fail first; those that are the same in their order."""
    ranks = [VERDICTS.index(verdict) for verdict in verdicts.column("verdict")]
    return verdicts.only(sorted(range(len(ranks)), key=ranks.__getitem__))


def worst_first(findings: Table) -> Table:
    """The findings of a capture, the most severe first; those that weigh the same in their order."""
    ranks = [severity_rank(severity) for severity in findings.column("severity")]
    return findings.only(sorted(range(len(ranks)), key=ranks.__getitem__))


def counted(tables: Tables) -> Counter[str]:
    """How many findings of each severity a capture has, what several policies name once."""
    return Counter(severity or "unknown" for severity in heaviest(tables["findings"]).column("severity"))


def verdicts_counted(tables: Tables) -> Counter[tuple[str, str]]:
    """How many negotiations of a capture have each verdict, by policy."""
    return Counter(tables["verdicts"].cells("policy", "verdict"))


def states(tables: Tables, known: same_finding.Known) -> list[BaselineState]:
    """Of each finding, the worst first, whether the baseline has it."""
    found = same_finding.rows(tables, worst_first(tables["findings"]))
    return ["unchanged" if known.has(row) else "new" for row in found]


def counted_new(tables: Tables, known: same_finding.Known) -> Beside:
    """Findings that the baseline does not have, what several policies name once; those about probes by themselves."""
    findings = tables["findings"]
    fresh = [(place, row) for place, row in enumerate(same_finding.rows(tables)) if not known.has(row)]
    drift, probes = (
        heaviest(findings.only([place for place, row in fresh if row.of_scan is of_scan])) for of_scan in (False, True)
    )
    return Beside(Counter(severity or "unknown" for severity in drift.column("severity")), len(probes))


def judged(tables: Tables) -> Filtered:
    """Which negotiations the findings are about, if not about all."""
    return filtered(tables["captures"].records(), len(tables["negotiations"]))


def flood_note(tables: Tables) -> str:
    """A word about first messages that are counted as floods, and are no negotiations; "" without any."""
    folded = sum(count or 0 for count in tables["floods"].column("folded"))
    counts = f"{plural(folded, 'first message')} without an answer {'is' if folded == 1 else 'are'} counted as floods"
    return f"{counts}, not as negotiations. --max-negotiations N sets another limit" if folded else ""


class Tally:
    """Findings of several captures by severity, and verdicts by policy. Beside a baseline new findings count alone."""

    def __init__(self, policies: Sequence[str]) -> None:
        self._policies = policies
        self._captures = 0
        self._new: Counter[str] | None = None
        self._probes = self._rows = 0
        self._counts: Counter[str] = Counter()
        self._verdicts: Counter[tuple[str, str]] = Counter()
        self.judged = Filtered()

    def add(
        self,
        counts: Counter[str],
        verdicts: Counter[tuple[str, str]],
        judged: Filtered,
        beside: Beside | None = None,
        rows: int = 0,
    ) -> None:
        """Add those of one capture, as `counted`, `verdicts_counted` and `judged` give them.

        beside: what a baseline does not have. rows: of findings, what several policies name more than once.
        """
        if beside is not None:
            self._new = beside.new + (self._new or Counter())
            self._probes += beside.probes
        self._captures += 1
        self._rows += rows
        self.judged += judged
        self._counts.update(counts)
        self._verdicts.update(verdicts)

    def reaching(self, threshold: str) -> int:
        """How many findings, or verdicts, are at least this bad; nothing reaches `never`."""
        if threshold in VERDICTS:
            bad = VERDICTS[: VERDICTS.index(threshold) + 1]
            return sum(n for (_, verdict), n in self._verdicts.items() if verdict in bad)
        if threshold not in SEVERITIES:
            return 0
        counts = self._counts if self._new is None else self._new
        return sum(n for name, n in counts.items() if severity_rank(name) <= severity_rank(threshold))

    def verdicts(self, threshold: str) -> str:
        """How many negotiations have each verdict, by policy, in one sentence."""
        if not self._verdicts:
            return "Verdicts: none, for no negotiation is known to have agreed on anything."
        said = []
        for policy in dict.fromkeys(policy for policy, _ in sorted(self._verdicts)):
            counts = ((self._verdicts[policy, verdict], verdict) for verdict in VERDICTS)
            said.append(f"{policy} {', '.join(f'{n:,} {verdict}' for n, verdict in counts if n)}")
        reached = f"; {self.reaching(threshold):,} at or above {threshold}" if threshold in VERDICTS else ""
        return f"Verdicts on negotiations: {'; '.join(said)}{reached}."

    def sentence(self, threshold: str) -> str:
        """How many findings there are, and how many reach the threshold, in one sentence."""
        counts = [f"{self._counts[name]:,} {name}" for name in SEVERITIES if self._counts[name]]
        text = f"{plural(self._counts.total(), 'finding')} in {plural(self._captures, 'capture')}"
        by = "policies" if len(self._policies) > 1 else "policy"
        text += (f" ({', '.join(counts)})" if counts else "") + f" by {by} {', '.join(self._policies)}"
        if self._rows > self._counts.total():
            text += f", in {self._rows:,} rows, one for each policy that names the same"
        new = ""
        if self._new is not None:
            known, new = self._counts.total() - self._new.total() - self._probes, "new "
            text += f"; {known:,} known from the baseline, {self._new.total():,} new"
            text += f", {self._probes:,} about a scanner's probes, which do not count" if self._probes else ""
        text += f"; {self.reaching(threshold):,} {new}at or above {threshold}" if threshold in SEVERITIES else ""
        return f"{text}. {self.judged.sentence}" if self.judged.filter else text
