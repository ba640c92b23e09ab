"""Which IKE SAs stand against a quantum computer, as far as can be seen: by key exchange, and by pre-shared key.

A key exchange with ML-KEM (RFC 9370, draft-ietf-ipsecme-ikev2-mlkem): hybrid beside a classical one, or alone. A
post-quantum pre-shared key (PPK: RFC 8784, RFC 9867): both sides say in IKE_SA_INIT that they can, and inside
encryption which one they use.
"""

from collections import defaultdict
from collections.abc import Container, Iterator
from typing import Final, NamedTuple

from analyzer.assessment.algorithms import ADDITIONAL_KE, POST_QUANTUM
from analyzer.isakmp.numbers import NotifyV2, PayloadV2, TransformType
from analyzer.report.inventory import ours
from analyzer.tables.store import Tables

MOST_NUMBERS: Final = 8
_CAN: Final = (NotifyV2.USE_PPK, NotifyV2.USE_PPK_INT)


class PostQuantum(NamedTuple):
    """How many IKE SAs stand where: what the group is, in words; their number, and the first of them."""

    what: str
    negotiations: int
    numbers: tuple[int, ...]


HYBRID, ALONE, NOT_TAKEN, OFFERED, NONE_OFFERED, NONE_CHOSEN, UNASKED, VERSION_1, UNKNOWN = KEY_EXCHANGES = (
    "hybrid: ML-KEM chosen beside a classical key exchange",
    "ML-KEM chosen alone",
    "classical: ML-KEM offered, another key exchange chosen",
    "ML-KEM offered, no choice seen",
    "classical: key exchange without ML-KEM chosen, none offered",
    "no ML-KEM offered, no choice seen",
    "classical: key exchange without ML-KEM chosen, offer not seen",
    "classical: IKEv1, which has no ML-KEM",
    "cannot be known: neither offer nor choice could be read whole",
)
USED, UNUSED, AGREED, REFUSED, PROPOSED = PRESHARED = (
    "PPK used: the responder's answer inside IKE_AUTH or IKE_INTERMEDIATE names it",
    "both sides can use a PPK, and did not: the answer inside IKE_AUTH names none",
    "both sides can use a PPK; whether they did is encrypted or not in this capture",
    "PPK offered by the initiator, not taken by the responder",
    "PPK offered by the initiator, no choice of the responder seen",
)


def key_exchanges(tables: Tables) -> list[PostQuantum]:
    """The IKE SAs by what is known of ML-KEM in them."""
    known, (asked, seen) = ours(tables), _offers(tables)
    unread = unread_proposals(tables)
    groups: dict[str, list[int]] = {name: [] for name in KEY_EXCHANGES}
    columns = ("negotiation", "ike_version", "ke_id", "additional_ke_ids", "suite_partly_read")
    for number, version, ke, more, partly in tables["negotiations"].cells(*columns):
        if number in known:
            chosen = [] if ke is None else [ke, *(more or ())]
            if POST_QUANTUM.isdisjoint(chosen) and (partly or (number, "chosen") in unread):
                chosen = []
            offers_seen = number in seen and (number, "offered") not in unread
            name = VERSION_1 if version == 1 else _group(offers_seen, number in asked, chosen)
            groups[name].append(number)
    return _filled(groups)


def _offers(tables: Tables) -> tuple[set[int], set[int]]:
    """The negotiations in which ML-KEM was offered, and those of which any offer was seen."""
    asked: set[int] = set()
    seen: set[int] = set()
    columns = ("negotiation", "side", "child", "transform_type", "transform_id")
    for number, side, child, kind, ident in set(tables["transforms"].cells(*columns)):
        if side == "offered" and child is None:
            seen.add(number)
            if ident in POST_QUANTUM and (kind == TransformType.KE or kind in ADDITIONAL_KE):
                asked.add(number)
    return asked, seen


def unread_proposals(tables: Tables) -> set[tuple[int, str]]:
    """Negotiations, and offered or chosen, whose proposals for the IKE SA are of a damaged message."""
    cells = tables["messages"].cells("capture", "frame_number", "defects")
    damaged = {(capture, frame) for capture, frame, defects in cells if defects}
    if not damaged:
        return set()
    columns = ("negotiation", "side", "child", "capture", "frame_number")
    rows = tables["proposals"].cells(*columns)
    return {(number, side) for number, side, child, *at in rows if child is None and tuple(at) in damaged}


def _group(seen: bool, asked: bool, chosen: list[int]) -> str:
    """seen: the whole offer was read; chosen: all key exchange methods, none if no choice was read whole."""
    if not POST_QUANTUM.isdisjoint(chosen):
        return HYBRID if set(chosen) - POST_QUANTUM else ALONE
    if chosen:
        return NOT_TAKEN if asked else NONE_OFFERED if seen else UNASKED
    return OFFERED if asked else NONE_CHOSEN if seen else UNKNOWN


def preshared(tables: Tables) -> list[PostQuantum]:
    """The IKE SAs in which anybody speaks of a PPK; none says so: an empty list."""
    known, said = ours(tables), defaultdict[int, set[tuple[int, bool]]](set)
    for number, kind, from_initiator in _notifies(tables):
        if number in known:
            said[number].add((kind, from_initiator))
    if not said:
        return []
    chose = {n for n, ke in tables["negotiations"].cells("negotiation", "ke_id") if ke is not None}
    read, unread = _read_answers(tables, said), unread_proposals(tables)
    groups: dict[str, list[int]] = {name: [] for name in PRESHARED}
    for number, found in sorted(said.items()):
        can = {side for kind, side in found if kind in _CAN}
        if (NotifyV2.PPK_IDENTITY, False) in found:
            name = USED
        elif False in can:  # the responder says so only to an initiator that does (RFC 8784 section 3)
            late = (NotifyV2.USE_PPK_INT, False) in found  # named in IKE_INTERMEDIATE then
            name = UNUSED if number in read and not late else AGREED
        elif not can:
            name = AGREED  # its IKE_SA_INIT is not in the capture
        else:
            name = REFUSED if number in chose and (number, "chosen") not in unread else PROPOSED
        groups[name].append(number)
    return _filled(groups)


def _notifies(tables: Tables) -> Iterator[tuple[int, int, bool]]:
    """Negotiation, type and whether the initiator sent it, of each notify about a PPK."""
    notifies = tables["notifications"]
    rows = notifies.places("notify_type", {*_CAN, NotifyV2.PPK_IDENTITY, NotifyV2.PPK_IDENTITY_KEY})
    found = list(notifies.at(rows, "capture", "frame_number", "negotiation", "notify_type"))
    messages = tables["messages"]
    places = messages.places("frame_number", {frame for _, frame, _, _ in found})
    sender = {
        (capture, frame): side
        for capture, frame, side in messages.at(places, "capture", "frame_number", "from_initiator")
    }
    for capture, frame, number, kind in found:
        side = sender.get((capture, frame))
        if number is not None and side is not None:
            yield number, kind, side


def _read_answers(tables: Tables, numbers: Container[int]) -> set[int]:
    """Of which of these negotiations the responder's proof was decrypted, in whose message a PPK would be named.

    With EAP that is another message than the one with the first proof (RFC 8784 section 3).
    """
    messages = tables["messages"]
    columns = ("negotiation", "exchange", "from_initiator", "decrypted_payload_types")
    cells = messages.at(messages.places("negotiation", numbers), *columns)
    answers = [(n, types or ()) for n, exchange, side, types in cells if exchange == "IKE_AUTH" and side is False]
    proved = {n for n, types in answers if PayloadV2.AUTH in types}
    return proved - {n for n, types in answers if PayloadV2.EAP in types}


def _filled(groups: dict[str, list[int]]) -> list[PostQuantum]:
    return [PostQuantum(name, len(found), tuple(found[:MOST_NUMBERS])) for name, found in groups.items() if found]
