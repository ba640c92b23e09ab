"""Why each message was placed where it is, for the logger `analyzer` at level DEBUG: the one place where that is said.

A tracker that looks at itself. What places messages says nothing and is as fast as ever; this one is made only where
somebody listens, and then each message is read one by one. Lines have no decrypted content and no keys.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from analyzer.capture.datagram import Datagram, IcmpError
from analyzer.capture.placed_frame import named
from analyzer.isakmp import Message
from analyzer.isakmp.header import FLAG_RESPONSE, SIZE
from analyzer.isakmp.registry import exchange_name
from analyzer.logs import listener
from analyzer.negotiation.follow.copies import Seen
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.placed import NOWHERE, Placed
from analyzer.negotiation.follow.plausible import ZERO_SPI, trackable
from analyzer.negotiation.follow.sa_index import SaIndex, hosts_of
from analyzer.negotiation.seen import Suite
from analyzer.negotiation.tracker import Tracker
from analyzer.tables.store import Tables
from analyzer.tables.text import visible

_log: Final = logging.getLogger("analyzer")
_COUNTED: Final = ("messages", "negotiations", "floods", "defects")


def say(text: str) -> None:
    """One line, whatever was captured."""
    _log.debug("%s", visible(text))


class TracedIndex(SaIndex):
    """Remembers which of the ways to find an SA found the one of the latest message."""

    why = ""

    def find(self, datagram: Datagram, message: Message, digest: int) -> tuple[Live | None, bool]:
        """As there; a way that is no other one is that of a known initiator's SPI."""
        self.why = ""
        live, begins = super().find(datagram, message, digest)
        if live is not None:
            bare = message.responder_spi == ZERO_SPI
            self.why = self.why or (
                "its initiator SPI is known between these hosts, "
                + ("no responder SPI yet" if bare else "and the responder SPI is new: it is that of this negotiation")
            )
        return live, begins

    def _nat_copy(self, datagram: Datagram, message: Message, digest: int) -> Live | None:
        return self._by(
            super()._nat_copy(datagram, message, digest),
            "the same first message to the same address came just now from another source: both sides of a NAT",
        )

    def _retry(self, datagram: Datagram, message: Message) -> Live | None:
        return self._by(
            super()._retry(datagram, message),
            "a new initiator SPI, but it brings what the responder has just asked this initiator for (cookie, group, "
            "or a beginning without a ticket)",
        )

    def _nat_answer(self, datagram: Datagram, message: Message) -> Live | None:
        return self._by(
            super()._nat_answer(datagram, message),
            "the address that it goes to has not asked; another has with this initiator SPI: both sides of a NAT",
        )

    def _answer_from_elsewhere(self, datagram: Datagram, message: Message) -> Live | None:
        return self._by(
            super()._answer_from_elsewhere(datagram, message),
            "it comes from an address that was not asked; its initiator SPI waits for an answer",
        )

    def asked_in_other_version(self, datagram: Datagram, message: Message) -> Live | None:
        """As there."""
        return self._by(
            super().asked_in_other_version(datagram, message),
            "an error in clear of another IKE version answers the first message under this initiator SPI",
        )

    def _by(self, live: Live | None, why: str) -> Live | None:
        if live is not None:
            self.why = why
        return live


class Traced(Tracker):
    """Says of each message what became of it and why."""

    index_type = TracedIndex
    _index: TracedIndex
    _why = ""
    _exchange = ""

    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        self._first_frames: dict[int, int] = {}  # by place of an exchange in the log
        say(f"{self._capture}: reading begins")  # what follows is of this capture

    def feed(self, datagram: Datagram, message: Message) -> Placed:
        """As there."""
        self._why = self._exchange = self._index.why = ""
        placed = super().feed(datagram, message)
        n, frame = datagram, named(datagram.frame_number)
        whole = "" if n.offset is not None else ", put together from several frames"
        head = f"frame {frame}: {n.src_ip}:{n.src_port} to {n.dst_ip}:{n.dst_port} ({n.transport}{whole}): "
        say(f"{head}{_name(message)}: {self._outcome(datagram, message, placed)}")
        return placed

    def pack_alike(self, datagram: Datagram) -> Placed | None:
        """As there."""
        placed = super().pack_alike(datagram)
        if placed is not None:
            say(f"frame {named(datagram.frame_number)}: one of many first messages that look alike: {_FLOOD}")
        return placed

    def icmp(self, error: IcmpError) -> None:
        """As there; what it quotes is looked up as it does."""
        spi = error.quoted[:8].hex() if len(error.quoted) >= 8 else None
        live = self._index.quoted(hosts_of(error), spi)
        super().icmp(error)
        quotes = f"quotes {error.protocol} from {error.src_ip} to {error.dst_ip}"
        quotes += f", initiator SPI {spi}" if spi is not None and error.protocol == "udp" else ""
        if live is None:
            found = "no negotiation of these hosts that fits is known"
        else:
            found = f"the newest of these hosts that fits is negotiation {live.negotiation.number}"
        say(f"frame {named(error.frame_number)}: ICMP {error.kind} from {error.reporter_ip} {quotes}: {found}")

    def _outcome(self, datagram: Datagram, message: Message, placed: Placed) -> str:
        """What became of a message."""
        if placed is NOWHERE:
            return f"no negotiation: {self._nowhere(datagram, message)}"
        if placed.packed:
            return f"negotiation {placed.negotiation} for now: {_FLOOD}"
        side = "initiator" if placed.from_initiator else "responder"
        parts = [f"negotiation {placed.negotiation}, from the {side}: {self._why or self._index.why or 'not said'}"]
        original = None if placed.retransmission_of is None else named(placed.retransmission_of)
        if placed.duplicate:
            parts.append(f"a copy by the capture of frame {original}: same bytes at once")
        elif original is not None:
            parts.append(f"a retransmission of frame {original}: same bytes")
        elif self._exchange:
            parts.append(self._exchange)
        if placed.fragment is not None:
            number, total = placed.fragment
            parts.append(f"fragment {number} of {total or 'an unknown number'}")
        if message.encrypted and placed.retransmission_of is None:
            parts.append(self._keys(message, placed))
        return "; ".join(parts)

    def _nowhere(self, datagram: Datagram, message: Message) -> str:
        if trackable(message, datagram):
            return "the answer of a host that reads ESP in UDP as IKE"
        if message.initiator_spi == ZERO_SPI:
            return "the initiator SPI is zero"
        if not SIZE <= message.length <= len(datagram.payload) + datagram.missing:
            return f"its length field, {message.length:,}, does not fit the {len(datagram.payload):,} bytes of it"
        if datagram.missing:
            return "what would say where it belongs was not captured"
        return "version, exchange type and flags are none that a peer could mean"

    def _keys(self, message: Message, placed: Placed) -> str:
        """Whether keys opened an encrypted message, and how many of them were tried."""
        if self._opener is None:
            return "not decrypted: no keys are given"
        rows = self._opener.rows(message)
        tried = f"{rows} row{'s' * (rows != 1)} of the keys with its SPI{'s' * (message.major_version == 2)}"
        if placed.decrypted is None:
            return f"decrypted, {tried}; the other fragments are waited for"
        if placed.decrypted:
            return f"decrypted, {tried}"
        return f"not decrypted: {tried}" + (", tried in vain" if rows else "")

    def _known(self, datagram: Datagram, message: Message, digest: int) -> tuple[Live | None, Seen | None, bool]:
        pair = message.major_version, message.initiator_spi, message.responder_spi
        known = self._index.by_pair.get(pair)
        live, seen, begins = super()._known(datagram, message, digest)
        if known is not None:
            self._why = "its pair of SPIs is known"
        if live is None and (known is not None or self._index.why):
            self._index.why = ""
            self._why = "a first message under the SPIs of an SA whose first exchange is long over: another SA"
        return live, seen, begins

    def _begin(self, datagram: Datagram, message: Message, digest: int, *, begins: bool) -> Live:
        live = super()._begin(datagram, message, digest, begins=begins)
        n = live.negotiation
        if n.rekeyed_from is not None:
            found = f"its SPIs are new, and negotiation {n.rekeyed_from} between these hosts has made an SA inside"
        elif n.starts_late:
            found = "its SPIs are new, and it begins nothing: the beginning is not in the capture"
        else:
            found = "a first message under a new initiator SPI"
        self._why = f"new: {self._why or found}"
        return live

    def _adopt(self, parent: Live, spis: tuple[str, str], suite: Suite | None, answer: Datagram) -> None:
        super()._adopt(parent, spis, suite, answer)
        made, within = self._index.by_pair[(2, *spis)].negotiation.number, parent.negotiation.number
        frame = named(answer.frame_number)
        say(f"frame {frame}: its decrypted content makes negotiation {made} inside negotiation {within}")

    def _first(self, live: Live, digest: int, datagram: Datagram, message: Message, from_initiator: bool) -> Placed:
        place, _, _ = self._exchanges.of(live, message, from_initiator)
        self._exchange = "begins an exchange"
        if place is not None:
            first = self._first_frames.get(place)
            self._exchange = f"of the exchange that begins in frame {'before' if first is None else named(first)}"
        placed = super()._first(live, digest, datagram, message, from_initiator)
        if place is None:
            self._first_frames[self._messages[digest ^ live.negotiation.number][1]] = datagram.frame_number
        return placed


_FLOOD: Final = "a first message without an answer, beyond those that are kept as negotiations (--max-negotiations)"


def _name(message: Message) -> str:
    """A message by its exchange, direction and ID."""
    name = exchange_name(message.major_version, message.exchange_type)
    if message.major_version == 2:
        name += " response" if message.flags & FLAG_RESPONSE else " request"
        return f"{name} {message.message_id}"
    return f"{name}, ID {message.message_id:08x}" if message.message_id else name


def say_read(name: str, tables: Tables, wanted: Collection[str], starts: Mapping[str, int]) -> None:
    """A capture is read: how much it holds, at level INFO; what was concluded of it, at level DEBUG.

    wanted: tables that are filled. starts: rows of each table that were there before it.
    """
    counts = [f"{table} {len(tables[table]) - starts[table]:,}" for table in _COUNTED if table in wanted]
    _log.info("%s", visible(f"{name}: read; {', '.join(counts) or 'no table counts what it holds'}"))
    if listener() is not None:
        say_story(tables, starts)


def say_story(tables: Tables, starts: Mapping[str, int]) -> None:
    """What was concluded of a capture, as far as its tables are filled: outcomes, what was out of place, ESP and AH.

    starts: rows of each table that were there before it.
    """
    for name, columns, sentence in _SAID:
        table = tables[name]
        if set(columns) <= set(table.schema.names):
            for cells in table.at(range(starts[name], len(table)), *columns):
                text = sentence(*cells)
                if text:
                    say(text)


def _odd(number: Any, exchange: Any, message_id: Any, open_requests: Any, disorder: Any, unexpected: Any) -> str:
    texts = list(disorder or ())
    texts += [f"{open_requests} requests were open at once"] if (open_requests or 0) > 1 else []
    texts += [f"not expected by its state table: {frames_of(unexpected)}"] if unexpected else []
    return f"negotiation {number}, {exchange} {message_id}: {'; '.join(texts)}" if texts else ""


def frames_of(numbers: Sequence[int]) -> str:
    """Frame numbers in words."""
    return f"frame{'s' * (len(numbers) != 1)} {', '.join(map(str, numbers))}"


def _ended(number: Any, outcome: Any, confidence: Any, basis: Any) -> str:
    return f"negotiation {number}: {outcome} ({confidence}): {basis}"


def _stream(kind: Any, spi: Any, src: Any, dst: Any, number: Any, child: Any, basis: Any) -> str:
    whose = "of no SA in the capture" if number is None else f"of negotiation {number}"
    whose += "" if child is None else f", child SA {child}"
    whose += {"spi": ", by its SPI", "likely": ", by its ends and times"}.get(basis or "", "")
    return f"{'AH' if kind == 'ah' else 'ESP'} SPI {spi} from {src} to {dst}: {whose}"


_SAID: Final[tuple[tuple[str, tuple[str, ...], Callable[..., str]], ...]] = (
    ("exchanges", ("negotiation", "exchange", "message_id", "open_requests", "disorder", "unexpected_frames"), _odd),
    ("negotiations", ("negotiation", "outcome", "outcome_confidence", "outcome_basis"), _ended),
    ("esp_streams", ("encapsulation", "spi", "src_ip", "dst_ip", "negotiation", "child", "basis"), _stream),
)
