"""Captures that repeat one thing n times: what a flood, a loop, a broken peer or a long life looks like on the wire.

Each pattern takes n and gives the packets, raw IP each with its time, and the keys that open them, if any do.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from analyzer.decryption.keyfile import KeyStore
from tests.capture.packets import esp, ipv4, tcp, udp
from tests.isakmp.wire import chain, header
from tests.negotiation import keyed
from tests.negotiation.build import (
    AGGRESSIVE,
    CREATE_CHILD_SA,
    GCM,
    IKE_AUTH,
    INFORMATIONAL,
    INIT,
    INTERMEDIATE,
    MAIN,
    QUICK_MODE,
    SPI_I,
    SPI_R,
    TRANSACTION,
    V1_INFORMATIONAL,
    ZERO,
    init_answer,
    init_notify,
    init_request,
    ke1,
    main_1,
    main_2,
    main_ke,
    nonce1,
    nonce2,
    notify1,
    notify2,
    phase1,
    sa1,
    sa2,
    sealed,
    sealed1,
    v1,
    v2,
    vendor1,
)

RAW_IP = 101
START_US = 1_700_000_000_000_000
A, B = "192.0.2.10", "198.51.100.20"
GROUP = "239.1.2.3"
FOLLOWUP, PUSH, PUSH_ACK = 44, 33, 35
SIZES = ((1, 12, 256), (1, 12, 128), (2, 5), (3, 12), (4, 14), (4, 19))

Packet = tuple[float, bytes]  # seconds since the one before, and the packet


class Flood(NamedTuple):
    """Packets with their pauses, and what opens them."""

    packets: list[Packet]
    keys: KeyStore | None = None


def pcap(packets: Iterable[Packet]) -> bytes:
    """A capture file of raw IP."""
    out, now = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, RAW_IP)], START_US
    for pause, data in packets:
        now += round(pause * 1_000_000)
        out.append(struct.pack("<IIII", now // 1_000_000, now % 1_000_000, len(data), len(data)) + data)
    return b"".join(out)


def sent(
    message: bytes, source: str = A, target: str = B, *, ports: tuple[int, int] = (500, 500), after: float = 0.01
) -> Packet:
    """One message in a datagram; between ports 4500 behind the non-ESP marker."""
    body = bytes(4) + message if 4500 in ports else message
    return after, ipv4(17, udp(*ports, body), source, target)


def back(message: bytes, **how: float) -> Packet:
    """An answer of B to A."""
    return sent(message, B, A, **how)


def spi(number: int, side: int = 1) -> str:
    return f"{side:04x}{number + 1:012x}"


def host(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def opened(number: int = 0, *, there: str = A, after: float = 0.01) -> list[Packet]:
    """IKE_SA_INIT, asked and answered."""
    spis = spi(number), spi(number, 2)
    return [
        sent(init_request(spi=spis[0]), there, after=after),
        sent(init_answer(spis=spis), B, there),
    ]


def up(number: int = 0, *, there: str = A, after: float = 0.01) -> list[Packet]:
    """An IKE SA and its first child."""
    spis = spi(number), spi(number, 2)
    asked, answered = sealed(IKE_AUTH, 298, spis=spis), sealed(IKE_AUTH, 238, spis=spis, initiator=False, response=True)
    return [*opened(number, there=there, after=after), sent(asked, there), sent(answered, B, there)]


def phase_1(number: int = 0, *, after: float = 0.01) -> list[Packet]:
    """Main mode."""
    spis = spi(number), spi(number, 2)
    messages = [main_1(spi=spis[0]), main_2(spis=spis), main_ke("i", spis=spis), main_ke("r", spis=spis)]
    messages += [sealed1(MAIN, 108, spis=spis, first=5, salt="i"), sealed1(MAIN, 92, spis=spis, first=5, salt="r")]
    return [(after if i == 0 else 0.01, (back if i % 2 else sent)(m)[1]) for i, m in enumerate(messages)]


# -- floods of beginnings


def half_open_of_one_source(n: int) -> Flood:
    return Flood([sent(init_request(spi=spi(i))) for i in range(n)])


def half_open_of_many_sources(n: int) -> Flood:
    return Flood([sent(init_request(spi=spi(i)), host(i)) for i in range(n)])


def half_open_answered(n: int) -> Flood:
    return Flood([p for i in range(n) for p in opened(i, there=host(i))])


def one_spi_for_many_targets(n: int) -> Flood:
    return Flood([sent(init_request(), A, host(i)) for i in range(n)])


def unanswered_and_repeated(n: int) -> Flood:
    return Flood([sent(init_request(spi=spi(i)), after=20 * k + 0.01) for i in range(n) for k in range(3)])


def init_answered(n: int) -> Flood:
    """One SA a minute between two hosts, of which nothing comes after IKE_SA_INIT."""
    return Flood([p for i in range(n) for p in opened(i, after=60)])


def init_answered_among_streams(n: int) -> Flood:
    streams = [(0.01, ipv4(17, udp(4500, 4500, esp(0x10000 + i)), "203.0.113.1", "203.0.113.2")) for i in range(n)]
    return Flood([p for i in range(n) for p in opened(i, after=0.5)] + streams + opened(n, after=9) + opened(n + 1))


def refused(n: int) -> Flood:
    """NO_PROPOSAL_CHOSEN, again and again."""
    pairs = ((init_request(spi=spi(i)), init_notify(14, spis=(spi(i), ZERO))) for i in range(n))
    return Flood([p for asked, answer in pairs for p in (sent(asked), back(answer))])


def enumerated(n: int) -> Flood:
    """Another transform in each."""
    suites = [((1, 12, 128), (2, 5), (4, 1 + i % 30), (3, 1 + i // 30)) for i in range(n)]
    return Flood([sent(init_request(suite, spi=spi(i))) for i, suite in enumerate(suites)])


def enumerated_aggressive_identities(n: int) -> Flood:
    def first(i: int) -> bytes:
        name = 5, b"\x02\0\0\0" + b"user%d" % i
        return v1(AGGRESSIVE, sa1(phase1()), ke1(), nonce1(str(i)), name, spis=(spi(i), ZERO))

    answers = (v1(AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), spis=(spi(i), spi(i, 2))) for i in range(n))
    return Flood([p for i, answer in enumerate(answers) for p in (sent(first(i)), back(answer))])


# -- answers without a request


def reflections(n: int) -> Flood:
    """Answers of many hosts to one, under one initiator SPI, as one forged packet brings them."""
    answers = [main_2(spis=(SPI_I, spi(i, 2))) for i in range(n)]
    return Flood([sent(a, host(i), A, ports=(500, 1024 + i), after=0.0001) for i, a in enumerate(answers)])


def answers_of_one_host(n: int) -> Flood:
    return Flood([back(init_answer(spis=(SPI_I, spi(i, 2)))) for i in range(n)])


def answers_of_one_host_to_many(n: int) -> Flood:
    return Flood([sent(init_answer(spis=(spi(i), spi(i, 2))), B, host(i)) for i in range(n)])


def reflected_errors(n: int) -> Flood:
    answers = [v1(V1_INFORMATIONAL, notify1(14), mid=i + 1, spis=(SPI_I, ZERO)) for i in range(n)]
    return Flood([sent(a, host(i), A, after=0.0001) for i, a in enumerate(answers)])


# -- one negotiation without end


def aggressive_repeated(n: int) -> Flood:
    """Different first messages under one cookie."""
    return Flood([sent(_aggressive(b"u%d" % i, phase1())) for i in range(n)])


def aggressive_transforms(n: int) -> Flood:
    suites = [phase1(group=14 + i % 2, hash_id=1 + i // 2) for i in range(12)]
    return Flood([sent(_aggressive(b"%d" % i, *suites)) for i in range(n)])


def _aggressive(name: bytes, *suites: dict[int, int]) -> bytes:
    payloads = sa1(*suites), ke1(length=128), nonce1(), (5, b"\x02\0\0\0" + name)
    return v1(AGGRESSIVE, *payloads, spis=(SPI_I, ZERO))


def cookie_loop(n: int) -> Flood:
    rounds = (
        (init_request(before=[notify2(16390, struct.pack(">I", i))]), init_notify(16390, b"%d" % i)) for i in range(n)
    )
    return Flood([p for asked, answer in rounds for p in (sent(asked), back(answer))])


def cookie_loop_with_new_spis(n: int) -> Flood:
    found: list[Packet] = []
    for i in range(n):
        cookie = [notify2(16390, b"c%d" % (i - 1))]
        found.append(sent(init_request(spi=spi(i), before=cookie)))
        found.append(back(init_notify(16390, b"c%d" % i, spis=(spi(i), ZERO))))
    return Flood(found)


def invalid_ke_loop(n: int) -> Flood:
    groups = [14 + i % 2 for i in range(n)]
    rounds = (
        (init_request(group=g, extra=[nonce2(str(i))]), init_notify(17, b"\0" + bytes([29 - g])))
        for i, g in enumerate(groups)
    )
    return Flood([p for asked, answer in rounds for p in (sent(asked), back(answer))])


def retransmissions(n: int) -> Flood:
    return Flood([sent(init_request(), after=1) for _ in range(n)])


def mirrored(n: int) -> Flood:
    return Flood([sent(init_request(), after=0) for _ in range(n)])


def refusals_in_clear(n: int) -> Flood:
    errors = [v1(V1_INFORMATIONAL, notify1(14), mid=i + 1, spis=(SPI_I, ZERO)) for i in range(n)]
    return Flood([sent(main_1()), *map(back, errors)])


# -- long lives


def liveness(n: int) -> Flood:
    spis = spi(0), spi(0, 2)
    rounds = (
        (
            sealed(INFORMATIONAL, 57, mid=i, spis=spis),
            sealed(INFORMATIONAL, 57, mid=i, spis=spis, initiator=False, response=True),
        )
        for i in range(2, n + 2)
    )
    return Flood(up() + [p for asked, answer in rounds for p in (sent(asked, after=10), back(answer))])


def liveness_in_vain(n: int) -> Flood:
    asked = [sealed(INFORMATIONAL, 57, mid=i, spis=(spi(0), spi(0, 2))) for i in range(2, n + 2)]
    return Flood(up() + [sent(a, after=2) for a in asked for _ in range(2)])


def child_rekeys_without_keys(n: int) -> Flood:
    spis = spi(0), spi(0, 2)
    found = up()
    for mid in range(2, 2 * n + 2, 2):
        for kind, number, size in ((CREATE_CHILD_SA, mid, 200), (INFORMATIONAL, mid + 1, 69)):
            answer = sealed(kind, size, mid=number, spis=spis, initiator=False, response=True)
            found += [sent(sealed(kind, size, mid=number, spis=spis), after=5), back(answer)]
    return Flood(found)


def child_rekeys(n: int) -> Flood:
    """With keys, each child in the place of the one before."""
    store = keyed.keys()
    found = [sent(init_request()), back(init_answer())]
    first = (keyed.identity(True, "a"), keyed.auth(), *keyed.child_offer(_four(0)))
    reply = (keyed.identity(False, "b"), keyed.auth(), *keyed.child_offer(_four(0, 2)))
    found += [
        sent(keyed.locked(IKE_AUTH, *first)),
        back(keyed.locked(IKE_AUTH, *reply, initiator=False, response=True)),
    ]
    for i in range(1, n):
        rekeyed = keyed.notify(16393, protocol=3, spi=_four(i - 1))
        asked = keyed.locked(CREATE_CHILD_SA, rekeyed, *keyed.child_request(_four(i)), mid=2 * i)
        answer = keyed.child_request(_four(i, 2))
        found.append(sent(asked, after=3))
        found.append(back(keyed.locked(CREATE_CHILD_SA, *answer, mid=2 * i, initiator=False, response=True)))
        ended = keyed.locked(INFORMATIONAL, keyed.delete(3, _four(i - 1)), mid=2 * i + 1)
        other = keyed.delete(3, _four(i - 1, 2))
        found.append(sent(ended))
        found.append(back(keyed.locked(INFORMATIONAL, other, mid=2 * i + 1, initiator=False, response=True)))
    return Flood(found, store)


def child_rekeys_of_one(n: int) -> Flood:
    """With keys, REKEY_SA names the first child again and again, or one that is not known."""
    found = child_rekeys(1).packets
    for i in range(1, n):
        rekeyed = keyed.notify(16393, protocol=3, spi=_four(0) if i % 2 else b"none")
        asked = keyed.locked(CREATE_CHILD_SA, rekeyed, *keyed.child_request(_four(i)), mid=i + 1)
        found.append(sent(asked, after=3))
        refusal = keyed.locked(CREATE_CHILD_SA, keyed.notify(44), mid=i + 1, initiator=False, response=True)
        found.append(back(refusal))
    return Flood(found, keyed.keys())


def ike_rekeys(n: int) -> Flood:
    """With keys, each IKE SA made inside the one before."""
    pairs = [(SPI_I, SPI_R), *((spi(i), spi(i, 2)) for i in range(n))]
    found = child_rekeys(1).packets
    for old, new in pairwise(pairs):
        mid = 2 if old[0] == SPI_I else 0
        asked = keyed.locked(CREATE_CHILD_SA, *keyed.ike_request(new[0], GCM), mid=mid, spis=old)
        reply = keyed.ike_request(new[1], GCM)
        found.append(sent(asked, after=3))
        found.append(back(keyed.locked(CREATE_CHILD_SA, *reply, mid=mid, spis=old, initiator=False, response=True)))
        found.append(sent(keyed.locked(INFORMATIONAL, keyed.delete(1), mid=mid + 1, spis=old)))
        found.append(back(keyed.locked(INFORMATIONAL, mid=mid + 1, spis=old, initiator=False, response=True)))
    return Flood(found, keyed.keys(*pairs))


def _four(number: int, side: int = 1) -> bytes:
    return struct.pack(">HH", side, number + 1)


def deletes_of_unknown_children(n: int) -> Flood:
    """With keys, Deletes that name SPIs of no child, after a life with many."""
    found = child_rekeys(n).packets
    for mid in range(3 * n, 4 * n):
        gone = keyed.locked(INFORMATIONAL, keyed.delete(3, b"none", b"nil."), mid=mid)
        found.append(sent(gone))
        found.append(back(keyed.locked(INFORMATIONAL, mid=mid, initiator=False, response=True)))
    return Flood(found, keyed.keys())


def children_refused(n: int) -> Flood:
    found = child_rekeys(1).packets
    for mid in range(2, n + 2):
        found.append(sent(keyed.locked(CREATE_CHILD_SA, *keyed.child_request(_four(mid)), mid=mid), after=3))
        refusal = keyed.locked(CREATE_CHILD_SA, keyed.notify(14), mid=mid, initiator=False, response=True)
        found.append(back(refusal))
    return Flood(found, keyed.keys())


def children_refused_without_keys(n: int) -> Flood:
    return Flood(children_refused(n).packets)


def clients_with_one_name(n: int) -> Flood:
    """With keys, an identity that comes from one address after the other."""
    pairs = [(spi(i), spi(i, 2)) for i in range(n)]
    found: list[Packet] = []
    for i, spis in enumerate(pairs):
        found += opened(i, there=host(i), after=5)
        first = (keyed.identity(True, "a"), keyed.auth(), *keyed.child_offer(_four(i)))
        reply = (keyed.identity(False, "b"), keyed.auth(), *keyed.child_offer(_four(i, 2)))
        found.append(sent(keyed.locked(IKE_AUTH, *first, spis=spis), host(i)))
        found.append(sent(keyed.locked(IKE_AUTH, *reply, spis=spis, initiator=False, response=True), B, host(i)))
        if i:
            gone = keyed.locked(INFORMATIONAL, keyed.delete(1), spis=pairs[i - 1], initiator=False, mid=0)
            found.append(sent(gone, B, host(i - 1)))
    return Flood(found, keyed.keys(*pairs))


def rounds_of_eap(n: int) -> Flood:
    found = opened()
    for mid in range(1, n + 1):
        found.append(sent(sealed(IKE_AUTH, 120, mid=mid, spis=(spi(0), spi(0, 2)))))
        found.append(back(sealed(IKE_AUTH, 110, mid=mid, spis=(spi(0), spi(0, 2)), initiator=False, response=True)))
    return Flood(found)


def rounds_of_intermediate(n: int) -> Flood:
    found = opened()
    for mid in range(1, n + 1):
        found.append(sent(sealed(INTERMEDIATE, 1200, mid=mid, spis=(spi(0), spi(0, 2)))))
        found.append(
            back(sealed(INTERMEDIATE, 1200, mid=mid, spis=(spi(0), spi(0, 2)), initiator=False, response=True))
        )
    return Flood(found)


def rounds_of_xauth(n: int) -> Flood:
    found, spis = phase_1(), (spi(0), spi(0, 2))
    for mid in range(1, n + 1):
        found += [
            back(sealed1(TRANSACTION, 76, mid=mid, spis=spis)),
            sent(sealed1(TRANSACTION, 92, mid=mid, spis=spis)),
        ]
    return Flood(found)


def liveness_of_ikev1(n: int) -> Flood:
    found, spis = quick_modes(1).packets, (spi(0), spi(0, 2))
    for mid in range(2, n + 2):
        found.append(sent(sealed1(V1_INFORMATIONAL, 92, mid=2 * mid, spis=spis), after=10))
        found.append(back(sealed1(V1_INFORMATIONAL, 92, mid=2 * mid + 1, spis=spis)))
    return Flood(found)


def quick_modes_refused(n: int) -> Flood:
    found, spis = phase_1(), (spi(0), spi(0, 2))
    for mid in range(1, n + 1):
        found.append(sent(sealed1(QUICK_MODE, 188, mid=2 * mid, spis=spis), after=5))
        found.append(back(sealed1(V1_INFORMATIONAL, 76, mid=2 * mid + 1, spis=spis)))
    return Flood(found)


def quick_modes_that_nobody_answers(n: int) -> Flood:
    """At once, INFORMATIONALs of the same side behind them, and then ESP SAs."""
    found, spis = phase_1(), (spi(0), spi(0, 2))
    found += [sent(sealed1(QUICK_MODE, 188, mid=2 * i, spis=spis), after=0) for i in range(1, n + 1)]
    found += [sent(sealed1(V1_INFORMATIONAL, 76, mid=2 * i + 1, spis=spis), after=0) for i in range(1, n + 1)]
    return Flood(found + streams_of_one_pair(n).packets[-n:])


def quick_modes_beside_ones_that_came_up(n: int) -> Flood:
    """Asked once and not answered, ESP SAs before, between and behind them."""
    found = quick_modes(n).packets
    esp_before, esp_after = (streams_of_one_pair(2 * n).packets[-2 * n :][k::2] for k in (0, 1))
    asked = [sent(sealed1(QUICK_MODE, 188, mid=n + 1 + i, spis=(spi(0), spi(0, 2))), after=5) for i in range(n)]
    return Flood([*found, *esp_before, *asked, *esp_after, (60.0, ipv4(50, esp(0x999), A, B))])


def requests_ignored_beside_children(n: int) -> Flood:
    """By a peer that goes on to ask for child SAs."""
    found, spis = up(), (spi(0), spi(0, 2))
    for mid in range(n):
        asked, other = (sealed(CREATE_CHILD_SA, 200, mid=mid + 2 * k, spis=spis, initiator=k > 0) for k in (0, 1))
        answer = sealed(CREATE_CHILD_SA, 200, mid=mid, spis=spis, response=True)
        found += [*(sent(other, after=1) for _ in range(6)), back(asked), sent(answer)]
        found += [sent(sealed(INFORMATIONAL, 300, mid=n + 2 + mid, spis=spis), after=1) for _ in range(6)]
    return Flood([*found, back(sealed(INFORMATIONAL, 57, mid=n, spis=spis, initiator=False))])


def followups(n: int) -> Flood:
    """All behind one CREATE_CHILD_SA, each ignored."""
    found, spis = child_rekeys_without_keys(1).packets, (spi(0), spi(0, 2))
    for mid in range(4, n + 4):
        found += [sent(sealed(FOLLOWUP, 900, mid=mid, spis=spis), after=1) for _ in range(6)]
    return Flood([*found, back(sealed(INFORMATIONAL, 57, mid=0, spis=spis, initiator=False))])


def later_ip_fragments_alone(n: int) -> Flood:
    """Between two hosts with an SA whose requests are not answered."""
    found, spis = up(), (spi(0), spi(0, 2))
    rests = [(0.01, ipv4(17, bytes(200), B, A, fragment=0x00B9, identification=i + 1)) for i in range(n)]
    asked = [sent(sealed(CREATE_CHILD_SA, 300, mid=2 + i, spis=spis), after=2) for i in range(n) for _ in range(3)]
    return Flood(found + [p for k in range(n) for p in (*asked[3 * k : 3 * k + 3], rests[k])])


def group_rekeys(n: int) -> Flood:
    """Each acknowledged by other members."""
    spis = spi(0), spi(0, 2)
    found = []
    for i in range(n):
        found.append(sent(sealed1(PUSH, 300, mid=0, spis=spis, salt=str(i)), B, GROUP, ports=(848, 848), after=60))
        ack = sealed1(PUSH_ACK, 92, mid=0, spis=spis, salt=str(i))
        found.append(sent(ack, host(i), B, ports=(848, 848)))
    return Flood(found)


def redirected(n: int) -> Flood:
    gateway = notify2(16407, b"\1\4" + bytes(4))
    answers = (v2(INIT, gateway, initiator=False, response=True, spis=(spi(i), ZERO)) for i in range(n))
    return Flood([p for i, a in enumerate(answers) for p in (sent(init_request(spi=spi(i))), back(a))])


def keepalives(n: int) -> Flood:
    beats = [(20.0, ipv4(17, udp(4500, 4500, b"\xff"), host(i % 7), B)) for i in range(n)]
    return Flood(up() + beats)


def quick_modes(n: int) -> Flood:
    spis = spi(0), spi(0, 2)
    found = phase_1()
    for mid in range(1, n + 1):
        found.append(sent(sealed1(QUICK_MODE, 188, mid=mid, spis=spis, salt="1"), after=3))
        found.append(back(sealed1(QUICK_MODE, 188, mid=mid, spis=spis, salt="2")))
        found.append(sent(sealed1(QUICK_MODE, 60, mid=mid, spis=spis, salt="3")))
    return Flood(found)


def quick_modes_in_clear(n: int) -> Flood:
    """With KE payloads, whose group only the offers say."""
    spis = spi(0), spi(0, 2)
    suites = [{1: 1, 2: 3600, 3: 14 + i % 2, 4: 1, 5: 2} for i in range(6)]
    offers = [sa1(*suites, protocol=3, identifier=12, spi=_four(i)) for i in range(n)]
    messages = (v1(QUICK_MODE, offer, ke1(), nonce1(), mid=i + 1, spis=spis) for i, offer in enumerate(offers))
    return Flood(phase_1() + [sent(m, after=1) for m in messages])


def one_quick_mode_in_clear(n: int) -> Flood:
    """Other offers in one quick mode again and again."""
    spis = spi(0), spi(0, 2)
    suites = [{1: 1, 2: 3600, 3: 14 + i % 2, 4: 1, 5: 2} for i in range(6)]
    offers = [sa1(*suites, protocol=3, identifier=12, spi=_four(i)) for i in range(n)]
    return Flood(phase_1() + [sent(v1(QUICK_MODE, o, ke1(), nonce1(), mid=9, spis=spis), after=1) for o in offers])


def phase_1_again(n: int) -> Flood:
    return Flood([p for i in range(n) for p in phase_1(i, after=5)])


def flapping(n: int) -> Flood:
    """SAs of one pair, each deleted before the next."""
    found: list[Packet] = []
    for i in range(n):
        spis = spi(i), spi(i, 2)
        found += up(i, after=1)
        found.append(sent(sealed(INFORMATIONAL, 65, mid=2, spis=spis)))
        found.append(back(sealed(INFORMATIONAL, 57, mid=2, spis=spis, initiator=False, response=True)))
    return Flood(found)


def up_and_left(n: int) -> Flood:
    """SAs of one pair within a second, none deleted."""
    return Flood([p for i in range(n) for p in up(i)])


def many_clients(n: int) -> Flood:
    return Flood([p for i in range(n) for p in up(i, there=host(i))])


def moves(n: int) -> Flood:
    spis = spi(0), spi(0, 2)
    rounds = (sealed(INFORMATIONAL, 90, mid=i, spis=spis) for i in range(2, n + 2))
    return Flood(up() + [sent(m, ports=(2000 + i, 4500), after=1) for i, m in enumerate(rounds)])


def moves_of_addresses(n: int) -> Flood:
    spis = spi(0), spi(0, 2)
    rounds = (sealed(INFORMATIONAL, 90, mid=i, spis=spis) for i in range(2, n + 2))
    return Flood(up() + [sent(m, host(i), after=1) for i, m in enumerate(rounds)])


def crossing_rekeys(n: int) -> Flood:
    spis = spi(0), spi(0, 2)
    found = up()
    for mid in range(2, n + 2):
        found.append(sent(sealed(CREATE_CHILD_SA, 200, mid=mid, spis=spis), after=2))
        found.append(back(sealed(CREATE_CHILD_SA, 200, mid=mid, spis=spis, initiator=False)))
        found.append(back(sealed(CREATE_CHILD_SA, 200, mid=mid, spis=spis, initiator=False, response=True)))
        found.append(sent(sealed(CREATE_CHILD_SA, 200, mid=mid, spis=spis, response=True)))
    return Flood(found)


def streams_of_one_pair(n: int) -> Flood:
    streams = [(0.01, ipv4(50, esp(0x10000 + i), *((A, B) if i % 2 else (B, A)))) for i in range(n)]
    return Flood(up() + streams)


def streams_before_sas(n: int) -> Flood:
    """Of one pair; the SAs are up and stay so."""
    return Flood(streams_of_one_pair(n).packets[-n:] + up_and_left(n).packets)


def streams_after_sas(n: int) -> Flood:
    """Of one pair; the SAs were deleted, but for the first one."""
    return Flood(up(n) + flapping(n).packets + streams_of_one_pair(n).packets[-n:])


def backwards(n: int) -> Flood:
    """Times that run backwards."""
    return Flood([(20000.0 if i == 0 else -1.0, sent(init_request(spi=spi(i)))[1]) for i in range(n)])


# -- pieces


def fragments_never_completed(n: int) -> Flood:
    spis = spi(0), spi(0, 2)
    pieces = [
        sealed(IKE_AUTH, 200, spis=spis, fragment=(1 + i % 60, 61), salt=str(i), mid=1 + i // 60) for i in range(n)
    ]
    return Flood(opened() + [sent(p, after=0.1) for p in pieces])


def cisco_fragments_never_completed(n: int) -> Flood:
    bodies = [(132, struct.pack(">HBB", 1 + i // 250, 1 + i % 250, 0) + bytes(60)) for i in range(n)]
    return Flood(phase_1() + [sent(v1(MAIN, b, spis=(spi(0), spi(0, 2))), after=0.1) for b in bodies])


def ip_fragments_never_completed(n: int) -> Flood:
    body = udp(500, 500, init_request(), length=3000)[:128]
    return Flood([(0.01, ipv4(17, body, fragment=0x2000, identification=i + 1)) for i in range(n)])


def tcp_in_single_bytes(n: int) -> Flood:
    message = init_request()
    stream = b"IKETCP" + struct.pack(">H", len(message) + 6) + bytes(4) + message
    size = 40 * n
    stream = (stream * (size // len(stream) + 1))[:size]
    return Flood([(0.01, ipv4(6, tcp(40000, 4500, 1 + i, stream[i : i + 1]), A, B)) for i in range(size)])


def tcp_with_gaps(n: int) -> Flood:
    return Flood([(0.01, ipv4(6, tcp(40000, 4500, 1 + 20 * i, bytes(10)), A, B)) for i in range(n)])


def tcp_messages(n: int) -> Flood:
    found, sequence = [], 1
    for i in range(n):
        message = init_request(spi=spi(i))
        data = (b"IKETCP" if i == 0 else b"") + struct.pack(">H", len(message) + 6) + bytes(4) + message
        found.append((0.01, ipv4(6, tcp(40000, 4500, sequence, data), A, B)))
        sequence += len(data)
    return Flood(found)


def icmp_quotes(n: int) -> Flood:
    return Flood([sent(init_request()), *(_port_unreachable(init_request()) for _ in range(n))])


def icmp_quotes_of_many(n: int) -> Flood:
    messages = [init_request(spi=spi(i)) for i in range(n)]
    return Flood([p for m in messages for p in (sent(m), _port_unreachable(m))])


def _port_unreachable(message: bytes) -> Packet:
    quoted = ipv4(17, udp(500, 500, message), A, B)
    return 0.5, ipv4(1, struct.pack(">BBHI", 3, 3, 0, 0) + quoted, B, A)


# -- one message with much in it


def payloads_in_one_message(n: int) -> Flood:
    """Number 15 in a quick mode, which two documents use: NAT-D of an early draft, or GDOI's."""
    return Flood([sent(v1(QUICK_MODE, *[(15, b"")] * n, mid=7, spis=(SPI_I, SPI_R)))])


def early_nat_payloads_behind_an_sa(n: int) -> Flood:
    return Flood(
        [sent(v1(QUICK_MODE, sa1(phase1()), *[(15, bytes([i % 256])) for i in range(n)], mid=7, spis=(SPI_I, SPI_R)))]
    )


def vendor_ids(n: int) -> Flood:
    return Flood(
        [sent(v1(MAIN, sa1(phase1()), *[vendor1(struct.pack(">II", 7, i)) for i in range(n)], spis=(SPI_I, ZERO)))]
    )


def notifies(n: int) -> Flood:
    many = [notify2(40960 + i % 100, struct.pack(">I", i)) for i in range(n)]
    return Flood([sent(init_request()), back(init_answer(extra=many))])


def security_associations(n: int) -> Flood:
    return Flood([sent(v2(INIT, *[sa2(SIZES)] * n, nonce2(), spis=(SPI_I, ZERO)))])


def proposals(n: int) -> Flood:
    suites = [((1, 12, 128 + 64 * (i % 3)), (2, 1 + i % 7), (3, 12), (4, 14)) for i in range(min(n, 250))]
    return Flood([sent(init_request(*suites)), back(init_notify(14))])


def certificate_requests(n: int) -> Flood:
    asked = [(7, b"\x04" + struct.pack(">I", i)) for i in range(n)]
    return Flood([sent(v1(MAIN, sa1(phase1()), *asked, spis=(SPI_I, ZERO)))])


def damaged(n: int) -> Flood:
    broken = header(33, 60, exchange=INIT) + chain((33, b"\0\0")) + bytes(20)
    return Flood([sent(broken[:16] + struct.pack(">B", i % 256) + broken[17:]) for i in range(n)])


def patterns() -> Iterator[Callable[[int], Flood]]:
    """All of the above."""
    for name, made in list(globals().items()):
        if callable(made) and getattr(made, "__annotations__", {}).get("return") is Flood and not name.startswith("_"):
            yield made
