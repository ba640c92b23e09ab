"""IKE fragments that fit into no message."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.negotiation.model import Exchange, Step
from analyzer.vocabulary import Confidence, side

ABOUT = Explanation(
    id="ike-fragments-inconsistent",
    kind="check",
    title="IKE fragments that fit into no message",
    severity="medium",
    what=(
        "Fragments of one message contradict each other or themselves: number 0 or above the total, a total that "
        "becomes smaller, one number with two contents, a later one that names a payload, or very many tiny pieces."
    ),
    why=(
        "Reassembly runs before anything is authenticated; such sets have crashed it or exhausted memory "
        "(pattern of CVE-2013-6076), and no correct sender makes them."
    ),
    wire=(
        "IKEv2: SKF payloads (RFC 7383 2.5), Fragment Number and Total Fragments. IKEv1: payload 132, fragment number. "
        "Fragments that are only missing are not reported here."
    ),
    lookalikes=(
        "A sender that sends a message in smaller pieces after no answer makes the total larger (RFC 7383 2.5.1); late "
        "packets of its first try then look as if it shrank. A sender that encrypts anew at each retransmission."
    ),
    advice="See who sends it and whether the receiver went on; update the receiver.",
    references=("RFC 7383 2.5", "RFC 7383 2.6", "CVE-2013-6076"),
)

MANY = 64  # pieces of a message, of
TINY = 200  # bytes each: a message of 64 larger ones would not fit into what IKE messages are
MOST = 10  # findings of one negotiation, and frames of one finding
_Fault = tuple[str, tuple[int, ...], Confidence]


def find(case: Case) -> Iterator[Finding]:
    """One finding for each message and fault."""
    if not case.fragmented:
        return
    count = 0
    for exchange in case.exchanges:
        if exchange.figure.fragmented:
            for from_initiator in (True, False):
                for text, frames, confidence in _faults(exchange, from_initiator):
                    if count < MOST:
                        count += 1
                        who = case.n.initiator_ip if from_initiator else case.n.responder_ip
                        detail = f"{exchange.exchange}, {side(from_initiator)}: {text}."
                        yield case.finding(ABOUT, who, frames[:MOST], detail, confidence=confidence)


def _faults(exchange: Exchange, from_initiator: bool) -> Iterator[_Fault]:
    pieces = [
        (s, *s.fragment)
        for s in exchange.steps
        if s.fragment is not None
        and s.from_initiator == from_initiator
        and s.retransmission_of is None
        and not s.duplicate
    ]
    impossible = [
        (s, number, total) for s, number, total in pieces if number < 1 or (total is not None and number > total)
    ]
    if impossible:
        _, number, total = impossible[0]
        of = f" of {total}" if total is not None else ""
        yield f"fragment {number}{of}", tuple(s.frame_number for s, _, _ in impossible), "certain"
    naming = [s.frame_number for s, _, _ in pieces if "wire-fragment-payload" in s.defects]
    if naming:
        yield "a later fragment names a first payload", tuple(naming), "certain"
    if exchange.ike_version == 2:
        yield from _against_each_other([(s, number, total or 0) for s, number, total in pieces])


def _against_each_other(pieces: list[tuple[Step, int, int]]) -> Iterator[_Fault]:
    """Of IKEv2, whose fragments all say the total."""
    seen: dict[tuple[int, int], Step] = {}
    twice: list[tuple[Step, Step, int, int]] = []
    largest: tuple[Step, int] | None = None
    for step, number, total in pieces:
        if largest is not None and total < largest[1]:
            frames = (largest[0].frame_number, step.frame_number)
            yield f"a total of {largest[1]} fragments, then of {total}", frames, "likely"
            return
        if largest is None or total > largest[1]:
            largest = step, total
        if (number, total) in seen:
            twice.append((seen[number, total], step, number, total))
        seen.setdefault((number, total), step)
    if twice:
        first, second, number, total = twice[0]
        frames = (first.frame_number, second.frame_number)
        yield f"fragment {number} of {total} with two contents", frames, "possible"
    small = [step for step, _, total in pieces if total > MANY and step.length < TINY]
    if len(small) > MANY // 2:
        text = f"{len(small)} fragments of less than {TINY} bytes, of {max(total for _, _, total in pieces)}"
        yield text, tuple(s.frame_number for s in small), "likely"
