"""The way between them: addresses, ports, NAT, transport, IKE fragmentation, ICMP errors."""

from collections.abc import Iterator
from typing import Final

from analyzer.report.compare.case import Case
from analyzer.report.compare.model import UNKNOWN, Answer, Aspect, absent, seen, unknown
from analyzer.report.words import endpoint, plural

_TOPIC: Final = "Path"
_TRANSPORTS: Final = {"udp": "UDP", "udp-4500": "UDP with the non-ESP marker", "tcp": "TCP"}


def path(a: Case, b: Case) -> Iterator[Aspect]:
    """What a firewall or a NAT can change."""
    for side in ("responder", "initiator"):
        yield Aspect(
            _TOPIC, f"Address of the {side}", _address(a, side), _address(b, side), matters=side == "responder"
        )
        yield Aspect(_TOPIC, f"Port of the {side}", _port(a, side), _port(b, side))
    yield Aspect(_TOPIC, "NAT by detection hashes", _nat(a), _nat(b))
    yield Aspect(_TOPIC, "Transport", _transport(a), _transport(b))
    yield Aspect(_TOPIC, "Moves", _moves(a), _moves(b))
    yield Aspect(_TOPIC, "IKE fragmentation", _fragmentation(a), _fragmentation(b))
    yield Aspect(_TOPIC, "ICMP errors", _errors(a), _errors(b))
    yield Aspect(_TOPIC, "NAT keepalives", _keepalives(a), _keepalives(b), matters=False)


def _address(case: Case, side: str) -> Answer:
    return case.known(case.n[f"{side}_ip"], [case.n["first_frame"]])


def _port(case: Case, side: str) -> Answer:
    if not case.opened:
        return _late()
    return case.known(case.n[f"{side}_port"], [case.n["first_frame"]])


def _late() -> Answer:
    """NAT traversal changes both ports and the transport after the first messages."""
    return unknown("the first messages are not in this capture")


def _nat(case: Case) -> Answer:
    nat = case.n["nat"]
    if nat is None:
        return unknown("no pair of NAT detection hashes that could be read")
    return seen("none" if nat == "none" else f"{'both sides' if nat == 'both' else f'the {nat}'} (likely)")


def _transport(case: Case) -> Answer:
    """In the order in which each came to be used."""
    if not case.opened:
        return _late()
    first: dict[str, int] = {}
    for m in case.d.messages:
        if m["transport"] is not None:
            first.setdefault(m["transport"], m["frame_number"])
    text = ", then ".join(_TRANSPORTS.get(name, name) for name in first)
    if text and case.n["outcome"] == "incomplete":
        return unknown(f"{text} so far: the rest of the negotiation is not in this capture")
    return case.known(text, first.values())


def _moves(case: Case) -> Answer:
    """Addresses that changed; another port is NAT-T's, which the transport says."""
    hosts: dict[tuple[str, str], int] = {}
    for m in case.d.messages:
        ends = endpoint(m["src_ip"], None), endpoint(m["dst_ip"], None)
        hosts.setdefault(ends if m["from_initiator"] else ends[::-1], m["frame_number"])
    if len(hosts) < 2:
        if case.n["outcome"] == "incomplete":
            return unknown("one pair of addresses so far: the rest of the negotiation is not in this capture")
        return absent("one pair of addresses")
    return seen(f"{len(hosts)} pairs of addresses", list(hosts.values())[:20])


def _fragmentation(case: Case) -> Answer:
    """It is announced in the first messages, in clear. Used is used, and an answer announces what was offered."""
    text = case.n["fragmentation"]
    if text in ("used", "supported"):
        return seen(text)
    sides = (case.opening(from_initiator=side) for side in (True, False))
    unread = next((answer for answer in sides if answer.state == UNKNOWN), None)
    return unread or (seen(text) if text else absent("not announced"))


def _errors(case: Case) -> Answer:
    rows = case.d.icmp_errors
    kinds = dict.fromkeys(f"{row['kind']} from {row['reporter_ip']}" for row in rows)
    text = f"{plural(len(rows), 'error')}: {', '.join(list(kinds)[:6])}"
    return seen(text, [row["frame_number"] for row in rows][:20], tuple(kinds)) if rows else absent()


def _keepalives(case: Case) -> Answer:
    interval = case.n["nat_keepalive_s"]
    return seen(f"every {interval:.0f} s") if interval is not None else absent()
