"""Table `exchanges`: requests and answers, their times, the last state, and what came out of place."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from analyzer.negotiation.exchanges.course import TABLES, Course, courses
from analyzer.negotiation.exchanges.messages import incomplete_answers
from analyzer.negotiation.exchanges.numbers import Gap, gaps
from analyzer.negotiation.exchanges.timing import Timing, Window, ends, timing, windows
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.tables.kinds import CAPTURE, FLOAT, INT, LIST, NEGOTIATION, STR, Column, TableSchema, file_of, one_of
from analyzer.tables.naming import exchange_names, seconds
from analyzer.tables.run import Run
from analyzer.vocabulary import Backoff, ExchangeOutcome, ExchangeState, Side, side


class Exchanges:
    """All of one IKE SA, in order of the first frame, and what only their order shows."""

    def __init__(self, n: Negotiation) -> None:
        self.n = n
        self.courses: Sequence[Course] = courses(n)

    @cached_property
    def windows(self) -> list[Window | None]:
        """How many requests were open when each began."""
        return windows(self.n, [course.exchange for course in self.courses])

    @cached_property
    def gaps(self) -> list[Gap | None]:
        """Requests that the capture lacks before each."""
        return gaps(self.n, [course.exchange for course in self.courses])


class Row:
    """What a row is about: one exchange."""

    def __init__(self, place: int, among: Exchanges) -> None:
        self.n = among.n
        self.course = among.courses[place]
        self.exchange = self.course.exchange
        self._place = place
        self._among = among
        self._frames: tuple[int | None, int | None] | None = None  # these, once somebody asked
        self._times: Timing | None = None

    @property
    def window(self) -> Window | None:
        """How many requests were open when it began."""
        return self._among.windows[self._place]

    @property
    def gap(self) -> Gap | None:
        """Requests that the capture lacks before it."""
        return self._among.gaps[self._place]

    @property
    def times(self) -> Timing:
        """Pauses, copies, fragments, disorder."""
        if self._times is None:
            self._times = timing(self.exchange)
        return self._times

    @cached_property
    def ends(self) -> tuple[Step | None, Step | None]:
        """Its first request and its first answer; one that lacks fragments and did not arrive is none."""
        request, response = ends(self.exchange)
        lost = incomplete_answers(self.exchange) if response is not None else ()
        if lost:
            answers = (s for s in self.exchange.steps if s.from_initiator != self.exchange.begun_by_initiator)
            response = next((s for s in answers if (s.retransmission_of or s.frame_number) not in lost), None)
        return request, response

    @property
    def plain(self) -> bool:
        """No message of it is repeated, copied or in fragments, of IKE or IP: then none is incomplete."""
        return self.exchange.figure.plain and not self.exchange.beginnings

    @property
    def frames(self) -> tuple[int | None, int | None]:
        """Of its first request and its first answer."""
        if self._frames is None:
            self._frames = self.exchange.ends if self.plain else (_frame(self.ends[0]), _frame(self.ends[1]))
        return self._frames

    @property
    def round_trip_s(self) -> float | None:
        """Seconds from the request's last transmission before the answer to the answer."""
        request, response = self.exchange.figure.ends
        if request is None or response is None:
            return None
        times = self.exchange.times
        if len(times) != _PAIR or not self.plain:
            return _round_trip(self.exchange, self.ends[1])
        asked, answered = times[request], times[response]
        return None if asked is None or answered is None or asked > answered else seconds(answered - asked)

    @property
    def outcome(self) -> str | None:
        """Which of the two were seen; None where one is missing and may be what the analyzer failed on."""
        request, response = self.frames
        if request is not None and response is not None:
            return "answered"
        return None if self.n.unread else "unrequested" if request is None else "unanswered"


def _rows(run: Run) -> Iterator[Row]:
    for n in run.negotiations:
        among = Exchanges(n)
        yield from (Row(place, among) for place in range(len(among.courses)))


_PAIR: Final = 2


def _frame(step: Step | None) -> int | None:
    return step.frame_number if step else None


def _missing(course: Course, gap: Gap | None) -> tuple[str, ...]:
    """Frames, and what must have passed before each that the capture does not hold."""
    found = [f"{s.frame_number}: {', '.join(s.unseen)}" for s in course.surprises if s.unseen]
    if gap is not None:
        numbers = f"request {gap.first}" if gap.first == gap.last else f"requests {gap.first} to {gap.last}"
        found.append(f"{course.exchange.first_frame}: {numbers}")
    return tuple(found)


def _due(course: Course) -> tuple[str, ...]:
    """What could come next by the book, with its document."""
    if course.table is None or course.state is None:
        return ()
    return _DUE[course.table.title, course.state]


_DUE: Final = {
    (table.title, state): tuple(f"{event} ({move.reference})" for event, move in table.expected(state))
    for table in TABLES
    for state in table.states
}


def _round_trip(e: Exchange, response: Step | None) -> float | None:
    """Seconds from the request's last transmission before the answer to the answer."""
    if response is None or response.time_ns is None:
        return None
    sent = [
        s.time_ns
        for s in e.steps
        if s.from_initiator == e.begun_by_initiator and s.time_ns is not None and s.time_ns <= response.time_ns
    ]
    return seconds(response.time_ns - max(sent)) if sent else None


# fmt: off
EXCHANGES: Final = TableSchema[Row](
    "exchanges", "One row per exchange: messages of one type and message ID that answer each other.", (
    Column("negotiation", INT, NEGOTIATION, lambda r: r.n.number),
    Column("exchange", STR, "Name of the exchange type.", lambda r: r.exchange.exchange, words=exchange_names),
    Column("message_id", INT, "Message ID they share.", lambda r: r.exchange.message_id),
    Column("initiated_by", STR, "Side of the IKE SA that began this exchange: initiator or responder.",
           lambda r: side(r.exchange.begun_by_initiator), words=one_of(Side)),
    Column("request_frame", INT, "Frame of the first message.", lambda r: r.frames[0]),
    Column("response_frame", INT, "Frame of the first answer; one that lacks fragments and did not arrive is none.",
           lambda r: r.frames[1]),
    Column("round_trip_s", FLOAT, "Seconds from the last transmission of the request before the answer to the answer.",
           lambda r: r.round_trip_s),
    Column("retransmissions", INT, "Retransmissions of either side.", lambda r: r.exchange.figure.retransmissions),
    Column("outcome", STR, "answered, unanswered (request only), unrequested (response only). Missing: the analyzer "
           "failed on messages of the SA.", lambda r: r.outcome, words=one_of(ExchangeOutcome)),
    Column("state", STR, "Last state of its state table (docs/states.md); rounds of IKE_SA_INIT and IKE_AUTH go on "
           "where the round before ended. Missing: no table for this exchange type.", lambda r: r.course.state,
           words=one_of(ExchangeState)),
    Column("due", LIST, "What could come next by the book, with its document.", lambda r: _due(r.course), items=STR),
    Column("unexpected_frames", LIST, "Frames of messages that no lost packet explains: finding `unexpected-message`.",
           lambda r: tuple(s.frame_number for s in r.course.surprises if s.unexpected), items=INT),
    Column("missing", LIST, "Frames that came too early, and what must have passed before them unseen, as events of "
           "the tables or by message ID: `7: init, auth`, `9: requests 4 to 6`.",
           lambda r: None if r.n.unread else _missing(r.course, r.gap), items=STR),
    Column("pauses_ms", LIST, "Milliseconds between transmissions of the message that was sent most often; the first "
           "64.", lambda r: r.times.pauses_ms, items=INT),
    Column("backoff", STR, "What these have in common: doubling, growing, fixed, irregular; missing for fewer than "
           "two.", lambda r: r.times.backoff, words=one_of(Backoff)),
    Column("copies", INT, "Copies of its datagrams within a moment, as mirror ports make; no retransmissions.",
           lambda r: r.times.copies),
    Column("fragments_missing", INT, "Fragments of its messages that are missing. No value: none was fragmented, or "
           "not known.", lambda r: None if r.n.unread else r.times.fragments_missing),
    Column("disorder", LIST, "What is out of order: response before request, time goes back, fragments out of order.",
           lambda r: r.times.disorder, items=STR),
    Column("open_requests", INT, "Requests of this side that were open when it began, this one included. Missing for "
           "IKEv1.", lambda r: r.window.open if r.window else None),
    Column("window", INT, "How many may be open, as the other side said by SET_WINDOW_SIZE; missing: not seen, which "
           "is one, or inside encryption.", lambda r: r.window.allowed if r.window else None),
    Column("capture", STR, CAPTURE, lambda r: r.n.capture),
    file_of("response_frame"),
    file_of("unexpected_frames", lists=True),
), rows=_rows, by_negotiation=True)
# fmt: on
