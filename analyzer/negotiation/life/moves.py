"""The addresses and ports an SA was seen on, and its moves: MOBIKE (RFC 4555), or NAT mappings that changed.

The step from port 500 to port 4500 is part of every negotiation through a NAT, or with MOBIKE, and no move.
"""

from bisect import bisect_right
from typing import NamedTuple

from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.model import BEGINNINGS, Exchange, Negotiation

_ANNOUNCED_WITHIN = 3  # exchanges on the new path: MOBIKE may probe it first

Path = tuple[str, int, str, int]  # address and port of the IKE SA's initiator, and of its responder


class Move(NamedTuple):
    """An SA goes on between other addresses or ports. `announced`: by UPDATE_SA_ADDRESSES, decrypted."""

    frame_number: int
    time_ns: int | None
    before: Path
    after: Path
    announced: bool

    @property
    def by_initiator(self) -> bool | None:
        """Whose end moved; None: both."""
        initiator, responder = self.before[:2] != self.after[:2], self.before[2:] != self.after[2:]
        return None if initiator and responder else initiator


def paths(n: Negotiation) -> list[Path]:
    """All that messages of the SA were seen on, in order, each once."""
    return list(dict.fromkeys(seen[1:] for seen in n.addresses))


def endpoint(path: Path, *, initiator: bool) -> str:
    """One end of a path as text: 192.0.2.10:4500, [2001:db8::1]:4500."""
    ip, port = path[:2] if initiator else path[2:]
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def path_text(path: Path) -> str:
    """Both ends of a path, the IKE SA's initiator first."""
    return f"{endpoint(path, initiator=True)} - {endpoint(path, initiator=False)}"


def floats(before: Path, after: Path) -> bool:
    """The step to port 4500 between the same addresses."""
    return before[::2] == after[::2] and 500 in before[1::2] and 500 not in after[1::2]


def moves(n: Negotiation) -> list[Move]:
    """Where the SA went on elsewhere.

    An exchange counts where all of it was on one path. So neither a request that tries several paths nor a capture on
    both sides of a NAT, which holds every message on two paths, looks like a move.
    """
    if len(n.addresses) < 2 or (len(n.addresses) == 2 and floats(n.addresses[0][1:], n.addresses[1][1:])):
        return []
    seen = sorted(n.addresses)
    starts = [entry[0] for entry in seen]
    held: list[tuple[Exchange, Path]] = []
    for exchange in n.exchanges:
        on = {seen[max(0, bisect_right(starts, s.frame_number) - 1)][1:] for s in exchange.steps if not s.duplicate}
        if len(on) == 1 and _heard(exchange, n.ike_version):
            held.append((exchange, on.pop()))
    held.sort(key=lambda entry: entry[0].exchange not in BEGINNINGS)  # which may stand behind the rest in the file
    found = []
    for i in range(1, len(held)):
        before, (exchange, after) = held[i - 1][1], held[i]
        if before != after and not floats(before, after):
            first = exchange.first
            announced = any(_announces(e) for e, path in held[i : i + _ANNOUNCED_WITHIN] if path == after)
            found.append(Move(first.frame_number, first.time_ns, before, after, announced))
    return found


def _heard(exchange: Exchange, ike_version: int) -> bool:
    """The other side is there: it answered, or its kind has no answer; of those one in clear is anybody's."""
    return exchange.response is not None or (
        ike_version == 1 and exchange.exchange == "INFORMATIONAL" and exchange.figure.protected
    )


def _announces(exchange: Exchange) -> bool:
    return any(
        s.notify_type == NotifyV2.UPDATE_SA_ADDRESSES and s.authenticated for t in exchange.steps for s in t.notifies
    )
