"""IKEv1's first phase as tables: main mode, aggressive mode, base mode.

RFC 2409 sections 5.1 to 5.4, RFC 2408 sections 4.4, 4.5 and 4.7.

One exchange makes the ISAKMP SA. Its messages alternate: main mode has six (proposals and choice in clear, key
exchanges in clear, proofs of identity encrypted), aggressive mode three, base mode four. What is easy to get wrong:

* IKEv1 has no response flag. Whose turn it is follows from the order alone, so a message that is not in the capture
  shows only by the leap over it.
* Either side may give up at any point with an INFORMATIONAL, which is an exchange of its own (phase2.py); the table of
  the first phase then just stops.
* Fragments of a vendor's kind (payload 132) hide what they carry. The message of the side whose turn it is is what
  they are taken for.
"""

from analyzer.negotiation.exchanges.table import Move, Table, chain
from analyzer.vocabulary import ExchangeEvent, ExchangeState

_MAIN = "RFC 2408 4.5"
_PIECES: dict[ExchangeEvent, str] = {
    "initiator-pieces": "a message of the initiator in vendor fragments",
    "responder-pieces": "a message of the responder in vendor fragments",
}
_VENDOR = "vendor fragments (payload 132)"


def _with_pieces(
    moves: dict[ExchangeState, dict[ExchangeEvent, Move]],
) -> dict[ExchangeState, dict[ExchangeEvent, Move]]:
    """The same moves, and for each state the fragments of either side: the initiator speaks first, then in turns."""
    rows = list(moves.values())
    for place, row in enumerate(rows):
        following = list(row.items())[:2]
        for number, (_, move) in enumerate(following):
            event: ExchangeEvent = "initiator-pieces" if (place + number) % 2 == 0 else "responder-pieces"
            row[event] = Move(move.to, _VENDOR, move.unseen)
    return moves


MAIN = Table(
    "IDENTITY_PROTECTION",
    "IKEv1 main mode",
    "RFC 2408 4.5",
    states={
        "start": "nothing seen",
        "offered": "the initiator's proposals",
        "chosen": "the responder's choice",
        "keys-sent": "the initiator's key exchange",
        "keyed": "both key exchanges: keys exist",
        "proved": "the initiator's identity and proof, encrypted",
        "complete": "both proofs: the ISAKMP SA is up",
    },
    events={
        "offer": "first message: the initiator's SA payload",
        "choice": "second message: the responder's SA payload",
        "initiator-keys": "third message: the initiator's key exchange",
        "responder-keys": "fourth message: the responder's key exchange",
        "initiator-proof": "fifth message: encrypted",
        "responder-proof": "sixth message: encrypted",
        **_PIECES,
    },
    moves=_with_pieces(
        chain(
            _MAIN,
            ("offer", "offered"),
            ("choice", "chosen"),
            ("initiator-keys", "keys-sent"),
            ("responder-keys", "keyed"),
            ("initiator-proof", "proved"),
            ("responder-proof", "complete"),
        )
    ),
)

AGGRESSIVE = Table(
    "AGGRESSIVE",
    "IKEv1 aggressive mode",
    "RFC 2408 4.7",
    states={
        "start": "nothing seen",
        "offered": "the initiator's proposals, key exchange and identity",
        "answered": "the responder's choice, key exchange, identity and proof",
        "complete": "the initiator's proof: the ISAKMP SA is up",
    },
    events={
        "offer": "first message: the initiator's SA payload",
        "answer": "second message: everything of the responder",
        "initiator-proof": "third message: the initiator's proof, encrypted or not",
        **_PIECES,
    },
    moves=_with_pieces(
        chain("RFC 2408 4.7", ("offer", "offered"), ("answer", "answered"), ("initiator-proof", "complete"))
    ),
)

BASE = Table(
    "BASE",
    "IKEv1 base mode",
    "RFC 2408 4.4",
    states={
        "start": "nothing seen",
        "offered": "the initiator's proposals and nonce",
        "chosen": "the responder's choice and nonce",
        "proved": "the initiator's key exchange, identity and proof",
        "complete": "the responder's key exchange, identity and proof: the ISAKMP SA is up",
    },
    events={
        "offer": "first message: the initiator's SA payload",
        "choice": "second message: the responder's SA payload",
        "initiator-proof": "third message: key exchange, identity and proof of the initiator",
        "responder-proof": "fourth message: key exchange, identity and proof of the responder",
        **_PIECES,
    },
    moves=_with_pieces(
        chain(
            "RFC 2408 4.4",
            ("offer", "offered"),
            ("choice", "chosen"),
            ("initiator-proof", "proved"),
            ("responder-proof", "complete"),
        )
    ),
)
