"""The log: every step and exchange of a capture, in rows of numbers.

A capture may hold millions of messages, and what is kept of each stays until the end; as objects they would take ten
times the room. The newest are rows in a list, older ones are packed into bytes: each row in one piece, which is read in
one go. Steps of one exchange, and exchanges of one SA, are chained backwards: each knows the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap
from struct import Struct, error
from typing import Any

from analyzer.isakmp import Message
from analyzer.isakmp.header import FLAG_RESPONSE
from analyzer.isakmp.numbers import ExchangeV2
from analyzer.negotiation.follow.figures import Figures
from analyzer.negotiation.follow.live import NO_EXCHANGE, Live
from analyzer.negotiation.follow.recent import Recent
from analyzer.negotiation.follow.settled import Settled
from analyzer.negotiation.follow.sides import PHASE1
from analyzer.negotiation.model import GDOI, NONE, Exchange, Negotiation, Step, StepRow
from analyzer.negotiation.seen import Shape

_IKE_SA_INIT = int(ExchangeV2.IKE_SA_INIT)
_AGES = 16  # of the memory of exchanges: minutes of any real traffic, a bound for floods
_KIND_BIT, _MESSAGE_ID_BIT = 1, 9  # lowest of them in the key of an exchange
_NO_TIME = -(2**63)
_UNPACKED = 1 << 14  # rows in a list, at least
_LATELY, _FEW = 64, 32  # SAs whose exchanges are remembered a while, and of how many exchanges
_KEPT = 1 << 16  # steps of SAs whose exchanges are kept to the end, at most, once nothing more comes


# Columns of a step: frame number, time, code of its shape, the step it repeats (a mirror port's copy: -2 - that step),
# the step before it in its exchange.
_STEP = Struct("<Iqiii")
_FAR_STEP = Struct("<qqiii")  # in a capture with frame numbers beyond 32 bits
# Columns of an exchange: version << 9 | exchange type << 1 | begun by the initiator; message ID; the exchange before it
# in its SA; its last step; the first step of the side that began, and of the other side.
_EXCHANGE = Struct("<HIiiii")
_KIND, _MESSAGE_ID, _BEFORE, _LAST, _REQUEST, _RESPONSE = range(6)


class StepLog:
    """Steps and exchanges, each known by its place: the first is 0."""

    def __init__(self) -> None:
        self.beginnings: frozenset[int] = frozenset()
        self._steps: list[tuple[int, int, int, int, int]] = []
        self._packed_steps = bytearray()
        self._step_form = _STEP
        self._first_step = 0  # of those not packed
        self._exchanges: list[list[int]] = []
        self._packed_exchanges = bytearray()
        self._first_exchange = 0
        self._codes: dict[Shape, int] = {}
        self._shapes: list[Shape] = []
        self._room = 0  # steps of which exchanges may still be kept to the end
        # Exchanges of the SA asked for last, and of short ones before it, by the newest
        self._shown: tuple[int, list[Exchange]] = NONE, []
        self._lately: dict[int, list[Exchange]] = {}
        self.figures = Figures()

    def __getstate__(self) -> dict[str, Any]:
        """What is sent to another process: all but what is only remembered."""
        return self.__dict__ | {"_room": _KEPT, "_shown": (NONE, []), "_lately": {}, "figures": Figures()}

    def begin(self, version: int, exchange_type: int, message_id: int, begun_by_initiator: bool, before: int) -> int:
        """A new exchange after the exchange `before` of its SA."""
        rows = self._exchanges
        if len(rows) >= 2 * _UNPACKED:
            self._pack_exchanges(_UNPACKED)
        rows.append([version << 9 | exchange_type << 1 | begun_by_initiator, message_id, before, NONE, NONE, NONE])
        return self._first_exchange + len(rows) - 1

    def add(
        self,
        exchange: int,
        frame_number: int,
        time_ns: int | None,
        shape: Shape,
        origin: int = NONE,
        *,
        is_copy: bool = False,
    ) -> int:
        """A new step at the end of an exchange, by its place; `origin`: the first transmission that it repeats."""
        repeats = -2 - origin if is_copy else origin
        return self.append(exchange, frame_number, time_ns, self.code_of(shape), shape.from_initiator, repeats)

    def code_of(self, shape: Shape) -> int:
        """The code of a shape, which is known from then on."""
        code = self._codes.get(shape)
        if code is None:
            code = self._codes[shape] = len(self._shapes)
            self._shapes.append(shape)
        return code

    def append(
        self,
        exchange: int,
        frame_number: int,
        time_ns: int | None,
        code: int,
        from_initiator: bool,
        repeats: int = NONE,
    ) -> int:
        """A new step as `add` makes it. code, from_initiator: of its shape; repeats: as a row has it."""
        steps, place = self._steps, exchange - self._first_exchange
        if len(steps) >= 2 * _UNPACKED:
            self._pack_steps(_UNPACKED)
        step = self._first_step + len(steps)
        row = self._exchanges[place] if place >= 0 else list(self.row(exchange))
        time = _NO_TIME if time_ns is None else time_ns
        steps.append((frame_number, time, code, repeats, row[_LAST]))
        row[_LAST] = step
        side = _REQUEST if from_initiator == row[_KIND] & 1 else _RESPONSE
        if row[side] == NONE:
            row[side] = step
        if place < 0:
            _EXCHANGE.pack_into(self._packed_exchanges, exchange * _EXCHANGE.size, *row)
            self._forget()
        return step

    def _forget(self) -> None:
        self._shown = NONE, []
        self._lately.clear()

    def is_answered(self, exchange: int) -> bool:
        """The other side was heard in it before the side that began: its request is late, or not in the capture."""
        _, _, _, _, request, response = self.row(exchange)
        return response != NONE and (request == NONE or response < request)

    def settle(self) -> None:
        """Nothing more will come: who asks for the exchanges of an SA from now on gets the same ones, if they fit."""
        self._forget()
        self._room = _KEPT

    def pack(self) -> None:
        """Pack all rows."""
        self._pack_steps(len(self._steps))
        self._pack_exchanges(len(self._exchanges))

    def _pack_steps(self, count: int) -> None:
        """Move the first rows of the list behind those that are packed."""
        rows = self._steps[:count]
        try:
            packed = b"".join(starmap(self._step_form.pack, rows))
        except error:
            older = _STEP.iter_unpack(self._packed_steps)
            self._packed_steps = bytearray(b"".join(starmap(_FAR_STEP.pack, older)))
            self._step_form = _FAR_STEP
            packed = b"".join(starmap(_FAR_STEP.pack, rows))
        self._packed_steps += packed
        del self._steps[:count]
        self._first_step += count

    def _pack_exchanges(self, count: int) -> None:
        self._forget()  # exchanges that hold the rows that are packed now
        self._packed_exchanges += b"".join(starmap(_EXCHANGE.pack, self._exchanges[:count]))
        del self._exchanges[:count]
        self._first_exchange += count

    def row(self, exchange: int) -> Sequence[int]:
        """Kind, message ID, exchange before, last step, first step of the side that began and of the other."""
        place = exchange - self._first_exchange
        if place >= 0:
            return self._exchanges[place]
        return _EXCHANGE.unpack_from(self._packed_exchanges, exchange * _EXCHANGE.size)

    def _step(self, step: int) -> tuple[int, ...]:
        place = step - self._first_step
        if place >= 0:
            return self._steps[place]
        return self._step_form.unpack_from(self._packed_steps, step * self._step_form.size)

    def coded(self, code: int) -> Shape:
        """The shape of a code."""
        return self._shapes[code]

    def shape(self, step: int) -> Shape:
        """What a step is but for its place and time."""
        return self._shapes[self._step(step)[2]]

    def frame_number(self, step: int) -> int:
        """The frame of a step."""
        return self._step(step)[0]

    def origin(self, step: int) -> int:
        """The first transmission of a step: the one it repeats, or itself."""
        origin = self._step(step)[3]
        return step if origin == NONE else max(origin, -2 - origin)

    def time(self, step: int) -> int | None:
        """When a step was captured, in ns."""
        time = self._step(step)[1]
        return None if time == _NO_TIME else time

    def begun_by_initiator(self, exchange: int) -> bool:
        """Whether the IKE SA's initiator began an exchange."""
        return self.row(exchange)[_KIND] & 1 != 0

    def has_request(self, exchange: int) -> bool:
        """Whether the side that began an exchange was heard in it."""
        return self.row(exchange)[_REQUEST] != NONE

    def step(self, step: int) -> Step:
        """A step as the other layers read it."""
        return self._read(self._step(step))

    def _read(self, row: tuple[int, ...]) -> Step:
        frame_number, time, code, origin, _ = row
        repeats = None if origin == NONE else self.frame_number(max(origin, -2 - origin))
        return Step._make(
            (frame_number, None if time == _NO_TIME else time, repeats, origin < NONE, *self._shapes[code])
        )

    def steps(self, exchange: int) -> Iterator[Step]:
        """The steps of an exchange, newest first."""
        step = self.row(exchange)[_LAST]
        while step != NONE:
            row = self._step(step)
            yield self._read(row)
            step = row[4]

    def rows(self, exchange: int) -> list[StepRow]:
        """The steps of an exchange in order of arrival, as they lie in the log."""
        step, first = self.row(exchange)[_LAST], self._first_step
        found: list[StepRow] = []
        while step >= first:
            row = self._steps[step - first]
            found.append((step, *row))
            step = row[4]
        unpack, packed, size = self._step_form.unpack_from, self._packed_steps, self._step_form.size
        while step != NONE:
            place, (frame, time, code, origin, step) = step, unpack(packed, step * size)
            found.append((place, frame, time, code, origin, step))
        return found[::-1]

    def read(self, rows: Iterable[StepRow]) -> list[Step]:
        """Steps as the other layers read them."""
        return [self._read(row[1:]) for row in rows]

    def times(self, rows: Iterable[StepRow]) -> list[int | None]:
        """Times of these steps, in ns."""
        return [None if row[2] == _NO_TIME else row[2] for row in rows]

    def exchange_type(self, place: int) -> int:
        """The type of an exchange."""
        return self.row(place)[_KIND] >> 1 & 0xFF

    def exchange(self, place: int) -> Exchange:
        """An exchange by its place."""
        return Exchange(self, place)

    def newest(self, negotiation: Negotiation) -> Iterator[Exchange]:
        """The exchanges of an SA, newest first."""
        known = self.exchanges(negotiation) if self._room else self._known(negotiation)
        return self._back_from(negotiation.last_exchange) if known is None else reversed(known)

    def oldest(self, negotiation: Negotiation) -> Exchange | None:
        """The first exchange of an SA."""
        exchange, before = NONE, negotiation.last_exchange
        known = self._known(negotiation)
        if known:
            return known[0]
        while before != NONE:
            exchange, before = before, self.row(before)[_BEFORE]
        return None if exchange == NONE else Exchange(self, exchange)

    def sent(self, negotiation: Negotiation) -> Iterator[tuple[int, int | None, bool]]:
        """Of each step of an SA its frame, its time, and whether it is a retransmission; newest first."""
        exchange, kept = negotiation.last_exchange, negotiation.kept
        for one in reversed(kept or ()):
            for _, frame_number, time, _, origin, _ in reversed(one.rows):
                yield frame_number, None if time == _NO_TIME else time, origin > NONE
        while kept is None and exchange != NONE:
            _, _, exchange, step, _, _ = self.row(exchange)
            while step != NONE:
                frame_number, time, _, origin, step = self._step(step)
                yield frame_number, None if time == _NO_TIME else time, origin > NONE

    def exchanges(self, negotiation: Negotiation) -> list[Exchange]:
        """The exchanges of an SA in order; those of some SAs are kept: who asks asks many times, and of neighbours."""
        found, last = self._known(negotiation), negotiation.last_exchange
        if found is None:
            found = list(self._back_from(last))[::-1]
            if self._fit(found):
                negotiation.kept = found
        if negotiation.kept is None and last != self._shown[0]:
            before, shown = self._shown
            if len(shown) <= _FEW and all(exchange.is_short for exchange in shown):
                if len(self._lately) >= _LATELY:
                    self._lately.clear()
                self._lately[before] = shown
            self._shown = last, found
        return found

    def _fit(self, exchanges: list[Exchange]) -> bool:
        """Whether there is room to keep these; where there is not, none are kept from then on."""
        if self._room:
            self._room = max(0, self._room - sum(len(exchange.rows) for exchange in exchanges))
        return self._room > 0

    def _known(self, negotiation: Negotiation) -> list[Exchange] | None:
        """The exchanges of an SA, if they are at hand."""
        if negotiation.kept is not None:
            return negotiation.kept
        last = negotiation.last_exchange
        return self._shown[1] if self._shown[0] == last else self._lately.get(last)

    def _back_from(self, exchange: int) -> Iterator[Exchange]:
        """An exchange and those of its SA before it."""
        while exchange != NONE:
            found = Settled(self, exchange) if self._room else Exchange(self, exchange)
            yield found
            exchange = found.before


def key_of(message_id: Any, exchange_type: Any, begun: Any) -> Any:
    """The key of an exchange; also of many in columns. begun: by the initiator; False of IKEv1, which does not say."""
    return message_id << _MESSAGE_ID_BIT | exchange_type << _KIND_BIT | begun


class ExchangeIndex:
    """Which exchange of its SA a message belongs to: one of the two newest, which the SA remembers, or one left lately.

    A flood of other SAs' messages hides none of the two newest.
    """

    def __init__(self, log: StepLog) -> None:
        self._log = log
        self.older: Recent[tuple[int, int], int] = Recent(_AGES)  # by number of the SA, and key

    def of(self, live: Live, message: Message, from_initiator: bool) -> tuple[int | None, int, bool]:
        """The exchange of a message seen for the first time; its key, and who begins it.

        None: it begins one. A new IKE_SA_INIT request (cookie, other group) does, unless only its answer was seen
        before it. IKEv1's exchanges know one side only: the message ID, or of phase 1 the exchange type, belongs to
        both.
        """
        kind = message.exchange_type
        key: int
        request = False
        if message.major_version == 2:
            request = message.flags & FLAG_RESPONSE == 0
            begun = from_initiator == request
            key = key_of(message.message_id, kind, begun)
        else:
            begun = from_initiator or kind in PHASE1 or live.negotiation.ike_version == 2  # there it is an answer
            key = key_of(message.message_id, kind, False)
        exchange = self.find(live, key)
        if exchange is not None and request and kind == _IKE_SA_INIT and self._log.has_request(exchange):
            exchange = None
        return exchange, key, begun

    def find(self, live: Live, key: int) -> int | None:
        """The exchange of a key, if it is one of the SA's two newest or not long left."""
        if live.current[0] == key:
            return live.current[1]
        if live.before[0] == key:
            return live.before[1]
        return None if live.before is NO_EXCHANGE else self.older.get((live.negotiation.number, key))

    def enter(
        self, live: Live, message: Message, from_initiator: bool, frame_number: int, time_ns: int | None, shape: Shape
    ) -> tuple[int, int, bool, bool]:
        """Log the first transmission of a message: its exchange, its step, and who begins the exchange.

        Last whether it is a request of IKEv2 whose answer was logged before it.
        """
        exchange, key, begun = self.of(live, message, from_initiator)
        if exchange is None:
            exchange = self.begin(live, message.major_version, key, begun)
            return exchange, self._log.add(exchange, frame_number, time_ns, shape), begun, False
        step = self._log.add(exchange, frame_number, time_ns, shape)
        if message.major_version == 1:
            return exchange, step, self._log.begun_by_initiator(exchange), False
        return exchange, step, begun, from_initiator == begun and self._log.is_answered(exchange)

    def begin(self, live: Live, version: int, key: int, by_initiator: bool) -> int:
        """A new exchange; the one before the two newest is from now on found if remembered."""
        n = live.negotiation
        kind, message_id = key >> _KIND_BIT & 0xFF, key >> _MESSAGE_ID_BIT
        exchange = self._log.begin(version | GDOI * n.gdoi, kind, message_id, by_initiator, n.last_exchange)
        n.last_exchange = exchange
        if live.before is not NO_EXCHANGE:
            older_key, older = live.before
            self.older[n.number, older_key] = older
        live.before, live.current = live.current, (key, exchange)
        return exchange
