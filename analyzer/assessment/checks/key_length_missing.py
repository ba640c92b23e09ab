"""Cipher without its key length."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.verdicts import no_key_length

ABOUT = Explanation(
    id="key-length-missing",
    kind="check",
    needs=("offered:no-key-length",),
    title="Cipher without its key length",
    severity="low",
    what="A cipher with keys of several lengths was offered or chosen without the Key Length attribute.",
    why="The peers may take different lengths, and the wire does not say which key is in use.",
    wire="AES or Camellia without attribute 14 (IKEv1 phase 2: attribute 6).",
    advice="Set the key length explicitly; update the implementation that left it out.",
    references=("RFC 7296 3.3.5", "RFC 3602 5.3"),
)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each cipher: medium where it was chosen."""
    seen: dict[Algorithm, tuple[bool, list[int]]] = {}
    for chosen, sources in ((True, case.chosen), (False, case.offered)):
        for facts, frame in sources:
            for algorithm in filter(no_key_length, facts.algorithms):
                known = seen.setdefault(algorithm, (chosen, []))
                known[1].append(frame)
    for algorithm, (chosen, frames) in seen.items():
        severity = "medium" if chosen else "low"
        detail = f"{'Chosen' if chosen else 'Offered'} without Key Length attribute."
        yield case.finding(ABOUT, algorithm.subject, tuple(frames), detail, severity=severity)
