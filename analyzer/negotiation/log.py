"""The log: every step and exchange of a capture, in columns.

A capture may hold millions of messages, and what is kept of each stays until the end. As objects they would take ten
times the room, and making them most of the time. Steps of one exchange, and exchanges of one SA, are chained backwards:
each knows the one before it.
"""

from array import array
from collections.abc import Iterator
from typing import TypeAlias

from analyzer.isakmp import registry
from analyzer.negotiation.model import Exchange, Negotiation, SeenNotify, Step

NONE = -1  # where there is no step or exchange
_NO_TIME = -(2**63)

Shape: TypeAlias = tuple[
    bool,
    bool,
    int,
    str,
    bool,
    tuple[int, ...],
    tuple[int, ...] | None,
    tuple[SeenNotify, ...],
    tuple[int, int | None] | None,
]
"""What a step is but for its place and time: from_initiator, is_response, length, transport, encrypted, payload_types,
inner_types, notifies, fragment. A capture holds few distinct ones."""


class StepLog:
    """Steps and exchanges by index, in order of arrival.

    Of a step `origin` is the step it repeats, `before` the step before it in its exchange. Of an exchange `first`,
    `last`, `request` (first step by the side that began) and `response` (first of the other side) are steps, `before`
    is the exchange before it in its SA.
    """

    def __init__(self) -> None:
        self.frame = array("q")
        self._time = array("q")
        self._shape = array("i")
        self._origin = array("i")
        self._is_copy = array("b")
        self._before = array("i")
        self._codes: dict[Shape, int] = {}
        self._shapes: list[Shape] = []
        self._kind = array("H")  # major version and exchange type
        self._message_id = array("I")
        self._begun_by_initiator = array("b")
        self.first = array("i")
        self.last = array("i")
        self.request = array("i")
        self.response = array("i")
        self._exchange_before = array("i")
        self._shown: tuple[int, int, list[Exchange]] = NONE, NONE, []

    def begin(self, kind: int, message_id: int, begun_by_initiator: bool, before: int) -> int:
        """A new exchange, of `kind` version << 8 | exchange type, after the exchange `before` of its SA."""
        self._kind.append(kind)
        self._message_id.append(message_id)
        self._begun_by_initiator.append(begun_by_initiator)
        self.first.append(NONE)
        self.last.append(NONE)
        self.request.append(NONE)
        self.response.append(NONE)
        self._exchange_before.append(before)
        return len(self._kind) - 1

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
        """A new step at the end of an exchange."""
        step = len(self.frame)
        code = self._codes.get(shape)
        if code is None:
            code = self._codes[shape] = len(self._shapes)
            self._shapes.append(shape)
        self.frame.append(frame_number)
        self._time.append(_NO_TIME if time_ns is None else time_ns)
        self._shape.append(code)
        self._origin.append(origin)
        self._is_copy.append(is_copy)
        last = self.last[exchange]
        self._before.append(last)
        self.last[exchange] = step
        if last == NONE:
            self.first[exchange] = step
        said = self.request if shape[0] == self._begun_by_initiator[exchange] else self.response
        if said[exchange] == NONE:
            said[exchange] = step
        return step

    def shape(self, step: int) -> Shape:
        """What a step is but for its place and time."""
        return self._shapes[self._shape[step]]

    def origin(self, step: int) -> int:
        """The first transmission of a step: the one it repeats, or itself."""
        origin = self._origin[step]
        return step if origin == NONE else origin

    def time(self, step: int) -> int | None:
        """When a step was captured, in ns."""
        time = self._time[step]
        return None if time == _NO_TIME else time

    def begun_by_initiator(self, exchange: int) -> bool:
        """Whether the IKE SA's initiator began an exchange."""
        return self._begun_by_initiator[exchange] != 0

    def step(self, step: int) -> Step:
        """A step as the other layers read it."""
        from_initiator, is_response, length, transport, encrypted, types, inner, notifies, fragment = self.shape(step)
        origin = self._origin[step]
        return Step(
            self.frame[step],
            self.time(step),
            from_initiator,
            is_response,
            length,
            transport,
            encrypted,
            types,
            inner,
            notifies,
            None if origin == NONE else self.frame[origin],
            self._is_copy[step] != 0,
            fragment,
        )

    def steps(self, exchange: int) -> Iterator[Step]:
        """The steps of an exchange, newest first."""
        step = self.last[exchange]
        while step != NONE:
            yield self.step(step)
            step = self._before[step]

    def exchange(self, exchange: int) -> Exchange:
        """An exchange as the other layers read it."""
        return _Logged(
            self, exchange, self._kind[exchange], self._message_id[exchange], self.begun_by_initiator(exchange)
        )

    def newest(self, negotiation: Negotiation) -> Iterator[Exchange]:
        """The exchanges of an SA, newest first."""
        exchange = negotiation.last_exchange
        while exchange != NONE:
            yield self.exchange(exchange)
            exchange = self._exchange_before[exchange]

    def exchanges(self, negotiation: Negotiation) -> list[Exchange]:
        """The exchanges of an SA in order; kept until another SA's are asked for, since who asks asks many times."""
        number, last, shown = self._shown
        if number != negotiation.number or last != negotiation.last_exchange:
            shown = list(self.newest(negotiation))[::-1]
            self._shown = negotiation.number, negotiation.last_exchange, shown
        return shown


class _Logged(Exchange):
    """An exchange whose steps are read from the log when asked for."""

    __slots__ = ("_index", "_log", "_read", "_read_up_to")

    def __init__(self, log: StepLog, index: int, kind: int, message_id: int, begun_by_initiator: bool) -> None:
        super().__init__(kind & 0xFF, registry.exchange_name(kind >> 8, kind & 0xFF), message_id, begun_by_initiator)
        self._log = log
        self._index = index
        self._read: list[Step] = []
        self._read_up_to = NONE

    @property
    def steps(self) -> list[Step]:
        """All of them, in order of arrival."""
        last = self._log.last[self._index]
        if last != self._read_up_to:
            self._read, self._read_up_to = list(self._log.steps(self._index))[::-1], last
        return self._read

    def newest_steps(self) -> Iterator[Step]:
        """From the last one back."""
        return self._log.steps(self._index)

    @property
    def first(self) -> Step:
        """The step seen first."""
        return self._log.step(self._log.first[self._index])

    @property
    def first_frame(self) -> int:
        """Frame number of the first step."""
        return self._log.frame[self._log.first[self._index]]

    @property
    def request(self) -> Step | None:
        """First transmission by the side that began; None if it is not in the capture."""
        return self._said(self._log.request[self._index])

    @property
    def response(self) -> Step | None:
        """First message of the other side."""
        return self._said(self._log.response[self._index])

    def _said(self, step: int) -> Step | None:
        return None if step == NONE else self._log.step(step)
