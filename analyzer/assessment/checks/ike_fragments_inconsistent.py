"""IKE fragments that fit into no message."""

from collections.abc import Iterator
from itertools import chain, islice

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import Exchange, Step
from analyzer.vocabulary import Confidence, side

ABOUT = Explanation(
    id="ike-fragments-inconsistent",
    kind="check",
    title="IKE fragments that fit into no message",
    severity="medium",
    what=(
        "Fragments of one message contradict each other or themselves: number 0 or above the total, a total that "
        "becomes smaller, one number with two contents, a later one that names a payload, one behind the last, very "
        "many tiny pieces, a total that no message has, or parts of many messages and none whole."
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
        "packets of its first try then look as if it shrank. A sender that encrypts anew at each retransmission. Where "
        "a lost packet looks the same it is only possible."
    ),
    advice="See who sends it and whether the receiver went on; update the receiver.",
    references=("RFC 7383 2.5", "RFC 7383 2.6", "CVE-2013-6076"),
)
NEEDS = (Trait.FRAGMENTED,)

MANY = 64  # pieces of a message, of
TINY = 200  # bytes each: a message of 64 larger ones would not fit into what IKE messages are
LARGEST = 1 << 20  # bytes of a message: certificates and post-quantum keys have some ten thousand
UNFINISHED = 8  # messages of one side with fragments, and none whole: a sender waits for an answer to each
MOST = 10  # findings of one negotiation, and frames of one finding
_Fault = tuple[str, tuple[int, ...], Confidence]
_Piece = tuple[Step, int, int | None]


def find(case: Case) -> Iterator[Finding]:
    """One finding for each message and fault."""
    if not case.fragmented:
        return
    found = chain.from_iterable(
        _of_side([e for e in case.exchanges if e.figure.fragmented], from_initiator) for from_initiator in (True, False)
    )
    for from_initiator, text, frames, confidence in islice(found, MOST):
        who = case.n.initiator_ip if from_initiator else case.n.responder_ip
        yield case.finding(ABOUT, who, frames[:MOST], f"{text}.", confidence=confidence)


def _of_side(exchanges: list[Exchange], from_initiator: bool) -> Iterator[tuple[bool, *_Fault]]:
    """Of all messages of one side."""
    parts: list[Step] = []  # the first fragment of each of its messages
    whole = False
    for exchange in exchanges:
        pieces = _pieces(exchange, from_initiator)
        for text, frames, confidence in _faults(exchange.ike_version, pieces):
            yield from_initiator, f"{exchange.exchange}, {side(from_initiator)}: {text}", frames, confidence
        if pieces and exchange.ike_version == 2:
            parts.append(pieces[0][0])
            whole = whole or len({number for _, number, _ in pieces}) >= min(total or 0 for _, _, total in pieces)
    if len(parts) >= UNFINISHED and not whole:
        text = f"fragments of {len(parts)} messages of the {side(from_initiator)}, none of them whole"
        yield from_initiator, text, tuple(s.frame_number for s in parts), "possible"


def _pieces(exchange: Exchange, from_initiator: bool) -> list[_Piece]:
    """A side's fragments, first transmissions only, with number and total."""
    return [
        (s, *s.fragment)
        for s in exchange.steps
        if s.fragment is not None
        and s.from_initiator == from_initiator
        and s.retransmission_of is None
        and not s.duplicate
    ]


def _faults(version: int, pieces: list[_Piece]) -> Iterator[_Fault]:
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
    if version == 2:
        yield from _against_each_other([(s, number, total or 0) for s, number, total in pieces])
    else:
        yield from _behind_the_last(pieces)


def _behind_the_last(pieces: list[_Piece]) -> Iterator[_Fault]:
    """Of IKEv1, whose last fragment says that it is; another message begins with number 1 again."""
    last: tuple[Step, int] | None = None
    for step, number, total in pieces:
        if number == 1:
            last = None
        if last is not None and number > last[1]:
            frames = (last[0].frame_number, step.frame_number)
            yield f"fragment {number} behind {last[1]}, which says that it is the last", frames, "possible"
            return
        if total is not None:
            last = step, number


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
    many = [(step, total) for step, number, total in pieces if total > MANY and 0 < number < total]
    small = [step for step, _ in many if step.length < TINY]
    large = [(step, total) for step, total in many if step.length * total > LARGEST]
    if small:
        several = "fragments" if len(small) > 1 else "fragment"
        text = f"{len(small)} {several} of less than {TINY} bytes, of {max(total for _, total in many)}"
        yield text, tuple(s.frame_number for s in small), "likely"
    elif large:
        step, total = large[0]
        text = f"a fragment of {step.length} bytes, of {total}: no IKE message is that long"
        yield text, (step.frame_number,), "likely"
