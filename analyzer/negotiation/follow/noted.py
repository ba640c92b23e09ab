"""Sealed messages placed from columns: no object is made of one, and half of all can change nothing known of their SA.

Of a message that keys do not open only its head says anything. Where it is whole, of an exchange that an SA that is
up is expected to have, and its SA is up, not even that: a step in the log, its exchange, the time of the SA's latest
message, and the bytes for the next retransmission are all that stays. Others tell the SA how far it has come.

`Tracker.feed` does the same for one message after the other and is the oracle of the tests. What is anything else - of
an SA that is not known by both SPIs, IKEv1 between addresses that are both new, seen before - is handed to it in its
place, so that the order of all messages is that of the capture.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from analyzer.negotiation.exchanges.sa import ASKED_BACK
from analyzer.negotiation.follow.copies import Seen
from analyzer.negotiation.follow.live import Ends, Live
from analyzer.negotiation.follow.log import ExchangeIndex, StepLog
from analyzer.negotiation.follow.recent import Recent
from analyzer.negotiation.follow.sa_index import SaIndex
from analyzer.negotiation.follow.sides import PHASE1, sent_from
from analyzer.negotiation.follow.steps import sealed_shape
from analyzer.negotiation.model import Step


def take(
    index: SaIndex, live: Live, exchange: int, step: Step, kind: tuple[int, int], path: tuple[str, str], answered: bool
) -> None:
    """Let an SA know what a message says of its exchanges.

    kind: exchange type and message ID; path: from which address to which it went; answered: it is a request whose
    answer was seen before it.
    """
    n = live.negotiation
    if n.ike_version == 1:
        live.take_ikev1(n, exchange, kind[0], step)
        return
    live.take_ikev2(n, exchange, *kind, step, answered)
    if live.state in ASKED_BACK:
        index.asked_back(live, step, *path)


class Sealed(NamedTuple):
    """Messages in a row as lists, those that can be placed from columns among them.

    pair: version and SPIs, None for one that has to be read by itself, whose other cells mean nothing. key: of its
    exchange. flagged: sent by the initiator, by IKEv2's flag; None of IKEv1. there, back: the ends as it was sent, and
    turned around. form: numbers of `Noter`'s shapes. digest: hash of its bytes. hop: as of a Datagram.
    """

    pair: list[tuple[int, str, str] | None]
    key: list[int]
    flagged: list[bool | None]
    there: list[Ends]
    back: list[Ends]
    form: list[int]
    digest: list[int]
    frame: list[int]
    time: list[int | None]
    hop: list[bytes]


def form_of(length: Any, version2: Any, marked: Any, is_response: Any) -> Any:
    """A number for all of a sealed message's shape but who sent it; also of many in columns."""
    return length << 4 | version2 << 3 | marked << 2 | is_response << 1


class Noter:
    """Places sealed messages, in the tracker's index, log and memories."""

    def __init__(self, index: SaIndex, log: StepLog, messages: Recent[int, Seen], exchanges: ExchangeIndex) -> None:
        self._index = index
        self._log = log
        self._messages = messages
        self._exchanges = exchanges
        self._codes: dict[int, int] = {}  # of shapes in the log, by form and sender

    def note(
        self,
        some: Sealed,
        start: int,
        stop: int,
        one: Callable[..., None],
        numbers: list[int | None],
        senders: list[bool | None],
    ) -> None:
        """Place those from start to stop that can be; `one` is called with the place of any other, in order.

        It is also called with what was raised, if anything was.
        numbers, senders: of each that is placed, the SA's number and whether its initiator sent it, are put there.
        """
        live_of, messages, exchanges, log = self._index.by_pair.get, self._messages, self._exchanges, self._log
        known, append, remember = messages.get, log.append, messages.setdefault
        cells = some if stop - start == len(some.pair) else [cells[start:stop] for cells in some]
        for place, pair, key, flagged, there, back, form, digest, frame, time, hop in zip(
            range(start, stop), *cells, strict=True
        ):
            try:
                live = None if pair is None else live_of(pair)
                if live is None:
                    one(place)
                    continue
                n, kind = live.negotiation, key >> 1 & 0xFF
                matters = kind not in live.quiet
                from_initiator = flagged
                if from_initiator is None:  # IKEv1's ends say it, as for all messages (sides.py)
                    ends = live.ends
                    from_initiator = True if there == ends else False if back == ends else sent_from(live, there[:4])
                if (
                    from_initiator is None
                    or known(digest ^ n.number) is not None
                    or n.gdoi
                    or (matters and n.mode == "unknown")  # it may say which
                ):
                    one(place)
                    continue
                ends = there if from_initiator else back
                if ends != live.ends:
                    self._index.note_ends(live, frame, ends)
                current, newest = live.current
                exchange = newest if current == key else exchanges.find(live, key)
                begun = key & 1 != 0
                is_new = exchange is None
                if exchange is None:
                    begun = begun if flagged is not None else from_initiator or kind in PHASE1
                    exchange = exchanges.begin(live, n.ike_version, key, begun)
                code = self._codes.get(form | from_initiator)
                if code is None:
                    code = self._code(form, from_initiator)
                step = append(exchange, frame, time, code, from_initiator)
                remember(digest ^ n.number, (step, exchange, hop))
                if matters:
                    answered = (
                        flagged is not None and not is_new and from_initiator == begun and log.is_answered(exchange)
                    )
                    said = Step._make((frame, time, None, False, *log.coded(code)))
                    take(self._index, live, exchange, said, (kind, key >> 9), (there[0], there[2]), answered)
                live.last_time = time
                numbers.append(n.number)
                senders.append(from_initiator)
            except BaseException as error:  # that a fault costs one message and no more is for `one` to see to
                one(place, error)

    def _code(self, form: int, from_initiator: bool) -> int:
        """The code of a shape not met yet."""
        version2, marked, is_response = (form >> bit & 1 != 0 for bit in (3, 2, 1))
        transport = "udp-4500" if marked else "udp"
        shape = sealed_shape(from_initiator, is_response, form >> 4, transport, version2=version2)
        code = self._codes[form | from_initiator] = self._log.code_of(shape)
        return code
