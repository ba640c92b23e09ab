"""What the tracker says of one message."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from analyzer.negotiation.follow.fragments import Inside


class Placed(NamedTuple):
    """Where a message belongs, and what was inside it. `answering`: its SA payload is an answer, not an offer.

    ikev1_group: of an IKEv1 KE payload, which does not say it: from the choice or an unambiguous offer. gdoi: its SA is
    one of GDOI (RFC 6407). packed: it is a first message that is part of a flood, unless more comes (half_open.py).
    """

    negotiation: int | None
    from_initiator: bool | None = None
    answering: bool = False
    child: int | None = None
    retransmission_of: int | None = None
    duplicate: bool = False
    decrypted: bool | None = None
    inside: "Inside | None" = None
    fragment: tuple[int, int | None] | None = None
    ikev1_group: int | None = None
    gdoi: bool = False
    packed: bool = False


NOWHERE = Placed(None)
