"""A small builder of stories: what a test says reads like the ladder of a negotiation."""

from collections.abc import Callable
from typing import Any

from analyzer.assessment import Diagnosis, Finding
from analyzer.capture.datagram import Flow, IcmpError, Rest
from analyzer.capture.points import Points
from analyzer.isakmp import registry
from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation, Transform
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.seen import ChildSa, Offer, SeenNotify, Suite
from analyzer.negotiation.story import Story
from tests.assessment.assessed import assess, unasked
from tests.negotiation.logged import Pen, rewrite

SECOND = 1_000_000_000
INITIATOR, RESPONDER = "192.0.2.10", "192.0.2.20"
_FAR, _SPI = 0x9E3779B97F4A7C15, (1 << 64) - 1  # SPIs as far from each other, and as mixed, as if they were drawn
_TYPES = {"encr": 1, "prf": 2, "integ": 3, "ke": 4, "sn": 5, "addke": 6, "addke2": 7}
GOOD_V2 = {"encr": [(20, 256)], "prf": [5], "ke": [19]}


def sa2(*proposals: dict[str, list], protocol: int = 1) -> SecurityAssociation:
    """An IKEv2 SA payload: each proposal as {"encr": [(12, 256), 3], "prf": [5], ...}."""
    built = []
    for number, kinds in enumerate(proposals, 1):
        transforms = []
        for kind, ids in kinds.items():
            for each in ids:
                identifier, bits = each if isinstance(each, tuple) else (each, None)
                attributes = () if bits is None else (Attribute(14, bits, b""),)
                transforms.append(Transform(None, _TYPES[kind], identifier, attributes, bits))
        built.append(Proposal(number, protocol, b"", tuple(transforms), len(transforms), 0, 0))
    return SecurityAssociation(None, None, tuple(built))


def esp1(*transforms: tuple) -> SecurityAssociation:
    """An IKEv1 phase 2 SA payload of (ESP transform, attributes as {type: value}[, key bits]) transforms."""
    built = []
    for number, (encr, values, *bits) in enumerate(transforms, 1):
        pairs = [*values.items(), *((6, b) for b in bits)]
        attributes = tuple(Attribute(kind, value, b"") for kind, value in pairs)
        built.append(Transform(number, None, encr, attributes, bits[0] if bits else None))
    proposal = Proposal(1, 3, b"\1\2\3\4", tuple(built), len(built), 0, 0)
    return SecurityAssociation(1, 1, (proposal,))


def sa1(*transforms: tuple, life: int = 28800) -> SecurityAssociation:
    """An IKEv1 phase 1 SA payload of (encryption, hash, auth, group[, key bits]) transforms."""
    built = []
    for number, (encr, hash_id, auth, group, *bits) in enumerate(transforms, 1):
        pairs = [(1, encr), (2, hash_id), (3, auth), (4, group), (11, 1), (12, life)]
        pairs += [(14, b) for b in bits]
        attributes = tuple(Attribute(kind, value, b"") for kind, value in pairs)
        built.append(Transform(number, None, 1, attributes, bits[0] if bits else None))
    proposal = Proposal(1, 1, b"", tuple(built), len(built), 0, 0)
    return SecurityAssociation(1, 1, (proposal,))


class Talk:
    """One negotiation, message by message. Frames count up from `frame`; `at` moves the clock, in seconds."""

    def __init__(self, version: int = 2, mode: str = "", number: int = 1, frame: int = 1, at: float = 0, **fields):
        self.frame, self.now, self.pen = frame, at, Pen()
        self.n = Negotiation(
            number=number,
            capture="test.pcap",
            ike_version=version,
            mode=mode or ("ikev2" if version == 2 else "main"),
            initiator_spi=f"{number * _FAR & _SPI:016x}",
            responder_spi=f"{number * _FAR & _SPI:016x}"[::-1],
            initiator_ip=fields.pop("initiator", INITIATOR),
            initiator_port=500,
            responder_ip=fields.pop("responder", RESPONDER),
            responder_port=500,
            log=self.pen.log,
        )
        self.transport = "udp"
        for name, value in fields.items():
            setattr(self.n, name, value)

    def exchange(self, name: str, message_id: int = 0, begun_by_initiator: bool = True) -> Exchange:
        for e in self.n.newest_exchanges():
            if (e.exchange, e.message_id, e.begun_by_initiator) == (name, message_id, begun_by_initiator):
                return e
        version = self.n.ike_version
        kind = next(k for k in range(256) if registry.exchange_name(version, k) == name)
        about = version, kind, message_id, begun_by_initiator
        self.n.last_exchange = self.pen.begin(about, self.n.last_exchange)
        return self.pen.log.exchange(self.n.last_exchange)

    def say(
        self,
        name: str,
        *,
        by: str = "i",
        message_id: int = 0,
        begun_by: str = "i",
        after: float = 0.1,
        length: int = 200,
        encrypted: bool | None = None,
        notifies: tuple = (),
        payloads: tuple[int, ...] = (33,),
        again: bool = False,
        fragment: tuple[int, int] | None = None,
        duplicate: bool = False,
        inner: tuple[int, ...] | None = None,
        vendor_ids: tuple[bytes, ...] = (),
        key_exchanges: tuple[tuple[int | None, int], ...] = (),
        defects: tuple[str, ...] = (),
    ) -> Step:
        """One message. notifies: types, (type, data), or (type, data, True) for authenticated ones.

        again: a retransmission; duplicate: a mirror port's copy.
        """
        self.now += after
        exchange = self.exchange(name, message_id, begun_by == "i")
        first = None
        if again or duplicate:
            first = [s for s in exchange.steps if s.from_initiator == (by == "i") and s.retransmission_of is None][-1]
        seen = []
        for each in notifies:
            kind, data, authenticated = (*(each if isinstance(each, tuple) else (each,)), b"", False)[:3]
            seen.append(SeenNotify(kind, 0, data, authenticated))
        hidden = name not in ("IKE_SA_INIT", "IDENTITY_PROTECTION", "AGGRESSIVE") if encrypted is None else encrypted
        step = Step(
            frame_number=self.frame,
            time_ns=round(self.now * SECOND),
            from_initiator=by == "i",
            is_response=self.n.ike_version == 2 and by != begun_by,
            length=length,
            transport=self.transport,
            encrypted=hidden,
            payload_types=(46,) if hidden and self.n.ike_version == 2 else payloads,
            inner_types=inner
            if inner is not None
            else ((41,) if hidden and any(n.authenticated for n in seen) else None),
            notifies=tuple(seen),
            retransmission_of=first.frame_number if first else None,
            duplicate=duplicate,
            fragment=fragment,
            vendor_ids=vendor_ids,
            key_exchanges=key_exchanges,
            defects=defects,
        )
        self.pen.add(exchange.index, step)
        self.frame += 1
        return step

    def change(self, frame: int, **fields) -> "Talk":
        """Say the message of a frame otherwise."""
        return self.rewrite(lambda s: s._replace(**fields) if s.frame_number == frame else s)

    def leave_out(self, *frames: int) -> "Talk":
        """Messages that are not in the capture."""
        return self.rewrite(lambda s: None if s.frame_number in frames else s)

    def rewrite(self, change: Callable[[Step], Step | None]) -> "Talk":
        """Say every message otherwise; None leaves it out."""
        self.pen = rewrite(self.n, change)
        return self

    def offer(self, sa: SecurityAssociation, frame: int = 1, **fields) -> "Talk":
        given = {"from_initiator": True, "chosen": False, "child": None, **fields}
        self.n.offers.append(Offer(frame, sa=sa, **given))
        return self

    def answer(self, sa: SecurityAssociation, frame: int = 2, **fields) -> "Talk":
        """The SA payload of a choice."""
        return self.offer(sa, frame, **{"from_initiator": False, "chosen": True, **fields})

    def choose(self, frame: int = 2, **suite) -> "Talk":
        self.n.suite = Suite(**suite)
        self.n.chosen_frame = frame
        return self

    def child(self, **fields) -> "Talk":
        given = {
            "child": len(self.n.children) + 1,
            "created_by": "IKE_AUTH",
            "frame_number": 3,
            "basis": "seen",
            "outcome": "established",
            **fields,
        }
        self.n.children.append(ChildSa(**given))
        return self

    def ike_sa_init(self, length: int = 400) -> "Talk":
        """Request and answer, with the notifies that strongSwan sends."""
        self.say("IKE_SA_INIT", length=length, payloads=(33, 34, 40, 41, 41))
        self.say("IKE_SA_INIT", by="r", length=length, payloads=(33, 34, 40, 41, 41))
        return self

    def ike_auth(self, answer: int = 240, message_id: int = 1) -> "Talk":
        self.say("IKE_AUTH", message_id=message_id, length=330)
        self.say("IKE_AUTH", by="r", message_id=message_id, length=answer)
        return self


def healthy(number: int = 1, frame: int = 1, at: float = 0, **fields) -> Talk:
    """An established IKEv2 SA with good algorithms."""
    talk = Talk(number=number, frame=frame, at=at, **{"outcome": "established", **fields})
    talk.offer(sa2(GOOD_V2), frame).choose(frame + 1, encryption_id=20, key_bits=256, prf_id=5, ke_id=19)
    talk.answer(sa2(GOOD_V2), frame + 1)
    return talk.ike_sa_init().ike_auth()


def main_mode(number: int = 1, frame: int = 1, at: float = 0, messages: int = 6, **fields) -> Talk:
    """IKEv1 main mode up to so many messages: AES-256, SHA2-256, pre-shared key, group 14."""
    talk = Talk(version=1, number=number, frame=frame, at=at, **fields)
    talk.offer(sa1((7, 4, 1, 14, 256)), frame)
    talk.choose(frame + 1, encryption_id=7, key_bits=256, integrity_id=4, ke_id=14, auth_method=1, lifetime_s=28800)
    talk.answer(sa1((7, 4, 1, 14, 256)), frame + 1)
    for message, payloads in enumerate([(1,), (1,), (4, 10), (4, 10), (5,), (5,)][:messages]):
        by = "ir"[message % 2]
        talk.say("IDENTITY_PROTECTION", by=by, encrypted=message >= 4, length=108, payloads=payloads)
    return talk


def story(
    *talks: Talk,
    flows: list[Flow] | None = None,
    last: float | None = None,
    icmp: list[IcmpError] | None = None,
    beginnings: frozenset[int] = frozenset(),
    later_fragments: int = 0,
    rests: tuple[Rest, ...] = (),
    points: Points | None = None,
    filters: tuple[str, ...] = (),
):
    """A story of these negotiations; `last`: seconds at which the capture ends (default: with the last message)."""
    ends = [t.now for t in talks] or [0.0]
    return Story(
        capture="test.pcap",
        negotiations=[t.n for t in talks],
        flows=flows or [],
        streams=[],
        icmp_errors=icmp or [],
        first_time=0,
        last_time=int((max(ends) if last is None else last) * SECOND),
        beginnings=beginnings,
        later_fragments=later_fragments,
        rests=rests,
        points=points,
        filters=filters,
    )


def found(check: str, *talks: Talk, policy: str = "ietf", **kwargs) -> list[Finding]:
    """Findings of one check over these negotiations."""
    made = story(*talks, **kwargs)
    assert unasked(made, policy) == []
    return [f for f in assess(made, policy).findings if f.finding == check]


def diagnosed(*talks: Talk, number: int = 1, **kwargs) -> list[Diagnosis]:
    """Ranked diagnoses of one negotiation among these."""
    made = story(*talks, **kwargs)
    assert unasked(made) == []
    return assess(made).diagnoses.get(number, [])


def ids(diagnoses: list[Diagnosis]) -> list[str]:
    return [d.diagnosis for d in diagnoses]


def one(diagnosis: str, *talks: Talk, **kwargs) -> Diagnosis | None:
    """The diagnosis of that id, if it was made."""
    return next((d for d in diagnosed(*talks, **kwargs) if d.diagnosis == diagnosis), None)


def icmp(kind: str, frame: int = 90, reporter: str = RESPONDER, mtu: int | None = None) -> IcmpError:
    """An ICMP error about a message from INITIATOR to RESPONDER."""
    return IcmpError(frame, 0, reporter, 3, 3, kind, mtu, INITIATOR, 500, RESPONDER, 500, b"")


def icmp_of_traffic(
    kind: str, frame: int = 90, at: float = 15, *, spi: str = "0b0b0b0b", back: bool = False, **fields: Any
) -> IcmpError:
    """An ICMP error of a router about ESP from INITIATOR to RESPONDER, or back."""
    source, target = (RESPONDER, INITIATOR) if back else (INITIATOR, RESPONDER)
    head = frame, round(at * SECOND), fields.pop("reporter", "203.0.113.9"), 3, 1, kind, fields.pop("mtu", None)
    return IcmpError(*head, source, None, target, None, b"", **{"protocol": "esp", "spi": spi, **fields})


def aggressive(number: int = 1, **fields) -> Talk:
    """Aggressive mode with a pre-shared key, up to its third message."""
    fields = {"outcome": "established", "mode": "aggressive", **fields}
    talk = Talk(version=1, number=number, **fields)
    talk.offer(sa1((7, 2, 1, 2, 128)))
    talk.choose(encryption_id=7, key_bits=128, integrity_id=2, ke_id=2, auth_method=1, lifetime_s=28800)
    talk.say("AGGRESSIVE", payloads=(1, 4, 10, 5), key_exchanges=((None, 128),))
    talk.say("AGGRESSIVE", by="r", payloads=(1, 4, 10, 5, 8), key_exchanges=((None, 128),))
    if talk.n.outcome == "established":
        talk.say("AGGRESSIVE", encrypted=True)
    return talk
