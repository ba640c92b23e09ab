"""Key exchange value longer than its method allows."""

from collections.abc import Iterator
from functools import cache

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.isakmp import registry
from analyzer.negotiation.follow.sides import PHASE1
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.read.ikev1 import group_of
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="ke-value-too-long",
    kind="check",
    title="Key exchange value longer than its method allows",
    severity="medium",
    what="A KE payload holds more bytes than a value of its key exchange method has.",
    why="Overlong values have crashed implementations (pattern of CVE-2023-41913); a correct peer never sends one.",
    wire="KE data against the method's size. Shorter values are not judged: a cut capture looks the same.",
    lookalikes="A private use of the same method number.",
    advice="Find out what sends it; update the receiver.",
    references=("RFC 7296 3.4", "CVE-2023-41913"),
)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such value."""
    n = case.n
    agreed = group_of(n) if n.ike_version == 1 else None
    for step, (group, size) in _values(n, agreed):
        ke_id = group if group is not None else agreed
        expected = _expected(step, ke_id)
        if expected is not None and size > expected:
            detail = f"{size} bytes from the {side(step.from_initiator)}; a value of method {ke_id} has {expected}."
            yield case.finding(ABOUT, f"KE {ke_id}", (step.frame_number,), detail)


def _values(n: Negotiation, agreed: int | None) -> Iterator[tuple[Step, tuple[int | None, int]]]:
    """The KE payloads of exchanges in which one is too long.

    Of IKEv1 those of phase 1, since a quick mode agrees on a group of its own.
    """
    for exchange in n.exchanges:
        if n.ike_version == 2 or exchange.exchange_type in PHASE1:
            figure, question = exchange.figure, (_too_long, agreed)
            found = figure.known.get(question)
            if found is None:
                found = _too_long(exchange, agreed)
                figure.keep(question, found)
            if found:
                yield from _first_sent(exchange)


def _first_sent(exchange: Exchange) -> Iterator[tuple[Step, tuple[int | None, int]]]:
    return ((s, value) for s in exchange.steps if s.retransmission_of is None for value in s.key_exchanges)


def _too_long(exchange: Exchange, agreed: int | None) -> bool:
    """Whether any value of the exchange is."""
    for step, (group, size) in _first_sent(exchange):
        expected = _expected(step, group if group is not None else agreed)
        if expected is not None and size > expected:
            return True
    return False


def _expected(step: Step, ke_id: int | None) -> int | None:
    """Bytes of a value of this method from who sent the step; None: not known."""
    return None if ke_id is None else _sizes().get(ke_id, (None, None))[0 if step.from_initiator else 1]


@cache
def _sizes() -> dict[int, tuple[int, int]]:
    """Bytes of the initiator's and the responder's value, by method."""
    rows = registry.rows("ke-sizes")
    return {int(r["group"]): (int(r["ke_bytes_initiator"]), int(r["ke_bytes_responder"])) for r in rows}
