"""XAUTH or mode config without encryption."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait

ABOUT = Explanation(
    id="xauth-in-clear",
    kind="check",
    title="XAUTH or mode config without encryption",
    severity="critical",
    what="A transaction exchange went over the wire unencrypted.",
    why="It carries user names, passwords and inner addresses.",
    wire="Exchange type 6 with the encryption flag clear.",
    lookalikes="A first message that was damaged or forged to look like one; see whether the peer answers.",
    advice="Replace the implementation: transaction exchanges belong under the protection of phase 1.",
    references=("draft-beaulieu-ike-xauth-02",),
)
NEEDS = (Trait.TRANSACTION,)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    if "TRANSACTION" not in case.names:
        return
    clear = [s for e in case.n.of_type("TRANSACTION") for s in e.steps if not s.encrypted and not s.duplicate]
    if clear:
        count = "1 unencrypted message" if len(clear) == 1 else f"{len(clear)} unencrypted messages"
        detail = f"{count} of TRANSACTION exchanges."
        yield case.finding(ABOUT, "TRANSACTION", tuple(s.frame_number for s in clear), detail)
