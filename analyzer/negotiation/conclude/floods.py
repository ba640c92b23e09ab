"""Floods: very many messages that are one event. Here, answers that nobody asked for.

Many responders answer one address that sent no request in this capture. Somebody forged that address in requests to
them: a reflection. What else looks so is kept apart:

* answers that go on (a later exchange, the next message of phase 1) were asked for: one direction was not recorded;
* an address whose own requests are seen, or whose answers go on, more than now and then takes part itself;
* one responder that answers many is a gateway of which one direction was recorded: its clients each have one source;
* a scan of which only the answers were recorded: each responder under a SPI of its own, all to one port and not in a
  burst. That can be either, and is no more than possible.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from analyzer.capture.datagram import EspStream
from analyzer.isakmp.numbers import PayloadV1, PayloadV2
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation.model import BEGINNINGS, Negotiation, Step
from analyzer.negotiation.story import Flood, FloodForm

LEAST_SOURCES = 30  # as strongSwan counts half-open SAs before it asks for cookies
_TO_ONE_OF_ITS_OWN = 10  # answers to an address for each SA in which it takes part
BURST = 100  # answers a second
_SAMPLES = 10
_SA, _KE = (int(PayloadV1.SA), int(PayloadV2.SA)), int(PayloadV1.KE)
_IN_CLEAR = BEGINNINGS | {"INFORMATIONAL"}
_GOES_ON_WITH_KE = ("IDENTITY_PROTECTION", "BASE")  # the message after the choice
_OPEN = frozenset({"incomplete", "failed", "probe"})
_BASIS = "one of many answers to an address of which no request is in the capture"


def unsolicited_answers(negotiations: Iterable[Negotiation], streams: Iterable[EspStream]) -> list[Flood]:
    """The floods of a capture, by their first frame; a negotiation that is one answer of them has no outcome."""
    protected = {frozenset((s.src_ip, s.dst_ip)) for s in streams}
    answers: dict[str, list[Negotiation]] = {}
    taking_part: Counter[str] = Counter()
    peers: set[tuple[str, str]] = set()
    for n in negotiations:
        if is_unsolicited(n):
            answers.setdefault(n.initiator_ip, []).append(n)
        else:
            taking_part[n.initiator_ip] += 1
            peers.add((n.initiator_ip, n.responder_ip))
    found: list[Flood] = []
    for target, some in answers.items():
        if len(some) < LEAST_SOURCES:
            continue
        strange = [
            n
            for n in some
            if (target, n.responder_ip) not in peers and frozenset((target, n.responder_ip)) not in protected
        ]
        sources = len({n.responder_ip for n in strange})
        if sources >= LEAST_SOURCES and len(strange) > _TO_ONE_OF_ITS_OWN * taking_part[target]:
            found.append(_flood(len(found) + 1, target, sources, strange))
    return found


def in_order(half_open: Sequence[Flood], unsolicited: list[Flood]) -> list[Flood]:
    """All floods of a capture, numbered by their first frame."""
    if not half_open:
        return unsolicited
    ordered = sorted([*half_open, *unsolicited], key=lambda flood: flood.first_frame)
    return [flood._replace(number=number) for number, flood in enumerate(ordered, 1)]


def is_unsolicited(n: Negotiation) -> bool:
    """Only answers are in the capture, in clear, and none of them shows that the initiator went on."""
    if n.outcome not in _OPEN or n.rekeyed_from is not None or n.unread:
        return False
    with_sa = set()
    for exchange in n.newest_exchanges():
        if exchange.exchange not in _IN_CLEAR:
            return False
        for step in exchange.newest_steps():
            if step.from_initiator or step.encrypted:
                return False
            if exchange.exchange in _GOES_ON_WITH_KE and _KE in step.payload_types:
                return False
            if exchange.exchange == "INFORMATIONAL" and _error(step) is None:
                return False
            with_sa.add(not set(_SA).isdisjoint(step.payload_types))
    # IKEv2's choice behind a COOKIE or INVALID_KE_PAYLOAD: the initiator did what it was asked for
    return n.ike_version == 1 or len(with_sa) == 1


def _flood(number: int, target: str, sources: int, answers: list[Negotiation]) -> Flood:
    """One event of these answers; their outcome is taken back where an error notify made one."""
    forms: Counter[FloodForm] = Counter()
    frames: list[int] = []
    times: list[int] = []
    for n in answers:
        if n.outcome == "failed":
            n.outcome, n.failed_at, n.failed_by, n.failure = "incomplete", None, None, None
            n.outcome_basis, n.outcome_confidence = _BASIS, "certain"
        for exchange in n.newest_exchanges():
            for step in exchange.newest_steps():
                forms[_form(n, exchange.exchange, step)] += 1
                frames.append(step.frame_number)
                if step.time_ns is not None:
                    times.append(step.time_ns)
    frames.sort()
    ports, spis = len({n.initiator_port for n in answers}), len({n.initiator_spi for n in answers})
    first, last = (min(times), max(times)) if times else (None, None)
    burst = first is not None and last is not None and len(times) * 1e9 >= BURST * (last - first)
    may_be_a_scan = ports == 1 and not burst and spis >= sources
    return Flood(
        number,
        "unsolicited-answers",
        "possible" if may_be_a_scan or any(n.outcome == "probe" for n in answers) else "likely",
        target,
        ports,
        sources,
        spis,
        len(frames),
        tuple(forms.most_common()),
        frames[0],
        frames[-1],
        first,
        last,
        tuple(frames[:_SAMPLES]),
        frozenset(n.number for n in answers),
    )


def _form(n: Negotiation, exchange: str, step: Step) -> FloodForm:
    return FloodForm(n.ike_version, exchange, step.length, n.suite, step.vendor_ids, _error(step))


def _error(step: Step) -> int | None:
    return next((x.notify_type for x in step.notifies if x.notify_type < FIRST_STATUS), None)
