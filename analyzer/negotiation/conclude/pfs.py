"""Whether a child SA made a key exchange of its own (perfect forward secrecy): seen, seen not, or not observable.

RFC 7296 sections 1.2 and 1.3.1, RFC 2409 section 5.5.
"""

from typing import NamedTuple

from analyzer.decryption.suites import encryption
from analyzer.isakmp.numbers import HashAlgorithmV1, PayloadV1, PayloadV2
from analyzer.negotiation import lengths
from analyzer.negotiation.model import Exchange, Negotiation
from analyzer.negotiation.seen import ChildSa


class Pfs(NamedTuple):
    """`own_exchange`: None where it cannot be known; `basis` says why, or what the answer rests on."""

    own_exchange: bool | None
    basis: str


_HEADER = 28
_V1_HASH_BYTES: dict[int, int] = {
    HashAlgorithmV1.MD5: 16,
    HashAlgorithmV1.SHA: 20,
    HashAlgorithmV1.SHA2_256: 32,
    HashAlgorithmV1.SHA2_384: 48,
    HashAlgorithmV1.SHA2_512: 64,
}
_SHORTEST_CURVE, _SHORTEST_MODP = 4 + 64, 4 + 96  # KE payload of a 256-bit curve, of MODP-768
_CURVES = frozenset({19, 20, 21, 25, 26, 27, 28, 29, 30})  # peers that use them in phase 1 may in phase 2
# What stands beside HASH and KE, in bytes: SA with one transform and a nonce of 16 bytes; SA with a bundle of two, a
# nonce of 32, two IPv4 networks and a notify. More of it with IPv6 networks, and with NAT-OA
_LEAST_AROUND, _MOST_AROUND = 44 + 20, 124 + 36 + 32 + 28
_INET6_MORE, _NAT_MORE = 48, 24
_FIRST = Pfs(None, "made in IKE_AUTH: its keys come from the IKE SA's exchange, a group shows at the first rekey")
_SHUT = Pfs(None, "not observable: the exchange is encrypted")
_READ_IN_PART = Pfs(None, "not observable: not all of the exchange could be read")
_NOT_CAPTURED = Pfs(None, "not observable: messages of the exchange are not in the capture")
_SEEN, _SEEN_NOT = Pfs(True, "seen: its KE payload"), Pfs(False, "seen: no KE payload")


def pfs_of(n: Negotiation) -> dict[int, Pfs]:
    """The answer for each child SA that came up, by its number."""
    exchanges: dict[int, Exchange] | None = None
    found = {}
    for child in n.children:
        if child.outcome != "established":
            continue
        known = _read(child)
        if known is None:
            if exchanges is None:
                exchanges = {e.first_frame: e for e in n.of_type("CREATE_CHILD_SA", "QUICK_MODE") if e.steps}
            exchange = exchanges.get(child.frame_number)
            known = _by_payloads(exchange) or _unread(n, exchange)
        found[child.child] = known
    return found


def _read(child: ChildSa) -> Pfs | None:
    if child.pfs_ke_id is not None:
        return _SEEN
    if child.created_by == "IKE_AUTH":
        return _FIRST
    if child.basis == "seen" and child.suite is not None:
        return _SEEN_NOT
    return None


def _by_payloads(exchange: Exchange | None) -> Pfs | None:
    """What the choice of the child's SA stands beside, where it was read; of a quick mode what its offer does, too.

    Both messages of a quick mode have a KE payload or neither has (RFC 2409 section 5.5): one may be lost.
    """
    for step in reversed(exchange.steps) if exchange is not None else ():
        types = step.inner_types or ()
        if step.is_response and PayloadV2.SA in types:
            return _SEEN if PayloadV2.KE in types else _SEEN_NOT
        if exchange is not None and exchange.ike_version == 1 and PayloadV1.SA in types:
            return _SEEN if PayloadV1.KE in types else _SEEN_NOT
    return None


def _unread(n: Negotiation, exchange: Exchange | None) -> Pfs:
    """What lengths say of an exchange whose answer was not read."""
    known = _by_length(n, exchange) if n.ike_version == 2 else _by_length_of_quick_mode(n, exchange)
    if exchange is None:
        return known
    read = [s for s in exchange.steps if s.inner_types is not None]
    answered = any(s.from_initiator != exchange.begun_by_initiator for s in read)
    if not answered and not (read and known is _SHUT):
        return known  # what was read needs no length, and is no answer of this child
    return _NOT_CAPTURED if all(s.inner_types is not None for s in exchange.steps) else _READ_IN_PART


def _by_length(n: Negotiation, exchange: Exchange | None) -> Pfs:
    """An answer without room for a KE payload made no exchange of its own; one with room says nothing."""
    if exchange is None:
        return _SHUT
    most = lengths.most_inside(n.suite, exchange.sent_by(not exchange.begun_by_initiator))
    if most is None or most >= lengths.smallest_child_answer_with_ke():
        return _SHUT
    return Pfs(False, "inferred from length: no room for a KE payload in the answer")


def _by_length_of_quick_mode(n: Negotiation, exchange: Exchange | None) -> Pfs:
    """The second message has one proposal, so its length varies little: too short for a KE payload, or too long.

    HASH, SA, nonce and two identities (RFC 2409 section 5.5); padding to whole blocks is supposed.
    """
    answers = exchange.sent_by(not exchange.begun_by_initiator) if exchange is not None else []
    suite = n.suite
    if suite is None or suite.integrity_id not in _V1_HASH_BYTES or not answers or answers[0].fragment is not None:
        return _SHUT
    cipher = encryption(1, suite.encryption_id)
    if cipher is None:
        return _SHUT
    most = answers[0].length - _HEADER - 4 - _V1_HASH_BYTES[suite.integrity_id]
    if most < _LEAST_AROUND:
        return _NOT_CAPTURED  # the third message, which holds HASH alone: what it follows was the second
    fewest = most - (cipher.block_bytes - 1)
    if most < _LEAST_AROUND + (_SHORTEST_CURVE if suite.ke_id in _CURVES else _SHORTEST_MODP):
        return Pfs(False, "likely, inferred from length: no room for a KE payload in the answer")
    inet6 = ":" in n.initiator_ip
    if fewest > _MOST_AROUND + inet6 * _INET6_MORE + (n.nat not in (None, "none")) * _NAT_MORE:
        return Pfs(True, "likely, inferred from length: too long an answer for one without a KE payload")
    return _SHUT
