"""Values that hosts drew at random, as far as one can be held to another: digests and faults, never the value."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Drawn(NamedTuple):
    """A value of a KE payload, or a nonce. method: of the key exchange; None: not known, or it is a nonce.

    digest: what equal values have in common. fault: what is wrong with its form; empty: nothing that shows. length:
    bytes of a nonce.
    """

    frame_number: int
    negotiation: int
    from_initiator: bool
    digest: str
    fault: str = ""
    method: int | None = None
    length: int = 0


class Values(NamedTuple):
    """Those of one capture, in order of their messages: of negotiations alone, retransmissions once."""

    public: Sequence[Drawn] = ()
    nonces: Sequence[Drawn] = ()


def repeated(values: Iterable[Drawn]) -> Iterator[list[Drawn]]:
    """Values that came in several negotiations, with the first message of each of these that has it."""
    groups: dict[str, dict[int, Drawn]] = {}
    for value in values:
        groups.setdefault(value.digest, {}).setdefault(value.negotiation, value)
    yield from (list(group.values()) for group in groups.values() if len(group) > 1)
