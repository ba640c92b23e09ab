"""Peer that proves no identity."""

from collections.abc import Iterator
from typing import Final

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import AuthMethodV2, IdType
from analyzer.negotiation.model import AUTHENTICATING
from analyzer.negotiation.seen import SeenNotify
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="null-authentication",
    kind="check",
    title="Peer that proves no identity",
    severity="high",
    what=(
        "A side used NULL authentication. Also reported: a proof with NULL authentication beside another one (medium), "
        "and, under a title of its own, no identity with another proof (low)."
    ),
    why=(
        "Anyone can stand in the middle of an SA whose ends prove nothing. It is meant for opportunistic "
        "encryption only."
    ),
    wire=(
        "Authentication method 13 in the AUTH payload; ID_NULL (13) in IDi or IDr; libreswan's private notify 40960 "
        "with as many bytes as a PRF gives. Visible only with keys."
    ),
    lookalikes=(
        "EAP as the only authentication (RFC 5998): there EAP proves both sides (check eap-only). Each side is judged "
        "for itself: a client without an identity may well have checked the gateway's. ID_NULL with a pre-shared key "
        "or a signature is proven, by whoever has that key. The number 40960 is private: another's notify may have it."
    ),
    advice="Require certificates or a strong pre-shared key, unless opportunistic encryption is what you want.",
    references=("RFC 7619",),
)
NEEDS = (Trait.IKEV2 | Trait.DECRYPTED,)

_NAMELESS: Final = "Peer that stays nameless"
_NULL_AUTH: Final = 40960  # libreswan's private notify with the AUTH data of method 13
_HASHES = frozenset({16, 20, 32, 48, 64})  # bytes of a PRF's output


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side."""
    n = case.n
    if n.ike_version != 2 or not n.decrypted:
        return
    for by_initiator, method in ((True, n.auth_method_initiator), (False, n.auth_method_responder)):
        who = side(by_initiator)
        if method == AuthMethodV2.NULL_AUTHENTICATION:
            frames = case.frames_of(*AUTHENTICATING)
            yield case.finding(ABOUT, who, frames, f"The {who} authenticates with method 13.")
            continue
        nameless = [i for i in n.identities if i.from_initiator == by_initiator and i.id_type == IdType.ID_NULL]
        if nameless and method is not None:
            detail = f"The {who} sends ID_NULL and authenticates with method {method}."
            found = case.finding(ABOUT, who, (nameless[0].frame_number,), detail, severity="low")
            yield found._replace(title=_NAMELESS)
        beside = [s.frame_number for s, m in case.notifies if s.from_initiator == by_initiator and _is_null(m)]
        if beside:
            detail = f"Beside its proof the {who} sends one with NULL authentication, as libreswan does."
            yield case.finding(ABOUT, who, tuple(beside), detail, severity="medium", confidence="possible")


def _is_null(notify: SeenNotify) -> bool:
    return notify.notify_type == _NULL_AUTH and notify.authenticated and len(notify.data) in _HASHES
