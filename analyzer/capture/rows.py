"""What the sieve finds in a batch, as tables of rows."""

from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from analyzer.capture.lanes import Numbers

Mask = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]


class UdpRows(NamedTuple):
    """UDP payloads for a closer look.

    row: of the batch; key: where the address pair and, right behind it, the ports are, `width` bytes in all; payload,
    end: of what was captured of the payload; missing: bytes that were not; kind: IKE or MARKED_IKE where natt.classify
    would say so by port and marker alone, else NOTHING.
    """

    row: Numbers
    key: Numbers
    width: Numbers
    payload: Numbers
    end: Numbers
    missing: Numbers
    kind: Bytes

    def at(self, places: Numbers | slice) -> "UdpRows":
        """Those at some places."""
        row, key, width, payload, end, missing, kind = self
        return UdpRows(
            row[places], key[places], width[places], payload[places], end[places], missing[places], kind[places]
        )

    def joined(self, others: "list[UdpRows]") -> "UdpRows":
        """These, and others behind them."""
        return type(self)(*map(np.concatenate, zip(self, *others, strict=True))) if others else self


class EspRows(NamedTuple):
    """ESP and AH packets between addresses of one width.

    encapsulation: as numbered in the ledger; pair: where the address pair is; head: a row of ports (zeros if there
    are none), SPI and sequence number; length: on the wire.
    """

    row: Numbers
    encapsulation: Numbers
    pair: Numbers
    head: Bytes
    length: Numbers


class FragmentRows(NamedTuple):
    """Fragments behind a regular header, of protocols that matter.

    row: of the batch; header: where the IP header begins; start, wire_end: of what it carries; end: as far as it was
    captured; apart: first ones of datagrams that surely do not concern us (PacketDecoder says of which it is so).
    """

    row: Numbers
    header: Numbers
    start: Numbers
    wire_end: Numbers
    end: Numbers
    apart: Mask


class Sifted(NamedTuple):
    """Everything in file order. careful: rows for the careful reader; esp: of IPv4, of IPv6.

    unopened: what is not looked into, the first frame of each kind in this batch, and how many packets.
    """

    careful: Numbers
    udp: UdpRows
    esp: dict[int, EspRows]
    fragments: FragmentRows
    unopened: tuple[tuple[str, int, int], ...]


_Rows = TypeVar("_Rows", UdpRows, EspRows, FragmentRows)


def in_order(parts: list[_Rows]) -> _Rows:
    """Tables of rows as one, in file order."""
    if len(parts) == 1:
        return parts[0]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    places = np.argsort(columns[0], kind="stable")
    return type(parts[0])(*(column[places] for column in columns))
