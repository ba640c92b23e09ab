"""Where the exchanges that make an IKE SA stand, message by message as they arrive.

The tables and the reading of a message are those of the account at the end (account.py). This is as much of it as it
takes to place the next message and to know that an SA is up: what came late is counted when the capture ends, and who
stands behind a gap is not asked before.
"""

from itertools import islice

from analyzer.isakmp.numbers import ExchangeV1, ExchangeV2
from analyzer.negotiation.exchanges import readings
from analyzer.negotiation.exchanges.account import INITIAL_TABLES, PHASE1_TABLES, PHASE2
from analyzer.negotiation.exchanges.initial import IKE_AUTH, IKE_INTERMEDIATE, IKE_SA_INIT
from analyzer.negotiation.exchanges.messages import so_far
from analyzer.negotiation.exchanges.readings import Round
from analyzer.negotiation.exchanges.sa import UP, ikev1_state, ikev2_state
from analyzer.negotiation.exchanges.table import Table
from analyzer.negotiation.model import Negotiation, Step
from analyzer.vocabulary import ExchangeEvent, ExchangeState, PhaseOneWord, SaState

_INFORMATIONAL_V1 = int(ExchangeV1.INFORMATIONAL)
_LOOKED_AT = 32  # steps of an exchange, the newest
_PHASE2 = (ExchangeV1.INFORMATIONAL, ExchangeV1.TRANSACTION, ExchangeV1.QUICK_MODE, ExchangeV1.NEW_GROUP_MODE)
_LATER = (ExchangeV2.CREATE_CHILD_SA, ExchangeV2.INFORMATIONAL, ExchangeV2.IKE_FOLLOWUP_KE)
EXPECTED = frozenset(map(int, (*_PHASE2, *_LATER)))
"""Exchanges that an SA that is up is expected to have."""
NOTHING: frozenset[int] = frozenset()


class Standing:
    """The states of an SA's exchanges so far.

    initial: of IKE_SA_INIT, or of IKEv1's phase 1. middle: of IKE_INTERMEDIATE. auth: of IKE_AUTH. word: what IKEv1's
    INFORMATIONAL that matters says. later: whether an exchange was seen that only an SA that is up has. first_auth:
    message ID of the first IKE_AUTH exchange seen. state: of the SA (sa.py). is_up: it has come up, as far as can be
    seen. quiet: exchange types of which a sealed, whole message can change nothing that is known of it: those that it
    is expected to have, once it is up.
    """

    __slots__ = ("auth", "first_auth", "initial", "is_up", "later", "middle", "quiet", "state", "word")

    def __init__(self) -> None:
        self.initial: ExchangeState = "start"
        self.middle: ExchangeState = "start"
        self.auth: ExchangeState = "start"
        self.word: PhaseOneWord = "none"
        self.state: SaState = "start"
        self.later = False
        self.is_up = False
        self.quiet = NOTHING
        self.first_auth: int | None = None

    def made_inside(self) -> None:
        """It was negotiated inside another SA: that stands for IKE_AUTH."""
        if self.auth == "start":
            self.auth = "accepted"
        self._stands("established")

    def _stands(self, state: SaState) -> None:
        self.state, self.is_up = state, state in UP
        self.quiet = EXPECTED if self.is_up else NOTHING

    def take_ikev2(self, n: Negotiation, place: int, kind: int, message_id: int, step: Step, answered: bool) -> None:
        """A message seen for the first time, of the exchange at `place` in the log.

        answered: it is a request whose answer was seen before it, and nothing waits for it any more.
        """
        if answered:
            return
        if kind in (readings.INIT, readings.RESUME):
            self.initial = _after(IKE_SA_INIT, self.initial, readings.init_event(kind, [step]))
        elif INITIAL_TABLES.get(kind) is IKE_AUTH:
            self._take_auth(n, place, message_id, step)
        elif not step.encrypted:
            return
        elif kind == readings.INTERMEDIATE:
            self.middle = _after(IKE_INTERMEDIATE, self.middle, readings.intermediate_event([step]))
        else:
            self.later = True
        self._stands(ikev2_state(self.initial, self.middle, self.auth, "under-way" if self.later else "none"))

    def _take_auth(self, n: Negotiation, place: int, message_id: int, step: Step) -> None:
        event: ExchangeEvent | None = None
        if not step.encrypted:
            event = "clear" if readings.is_clear_error(step) else None
        elif not step.is_response:
            event = "auth-request"
        else:
            _, _, _, newest, request, response = n.log.row(place)
            alone = step.fragment is None and newest in (request, response)  # its side was not heard before it
            message = [step] if alone else so_far(n.log.exchange(place), step)
            first = self.first_auth is None or message_id <= self.first_auth
            judged = Round(n.suite, first, False, readings.another_follows([step]))
            read = readings.other_auth_answer if message is None else readings.auth_answer
            event = read(message or [step], judged)
        if self.first_auth is None:
            self.first_auth = message_id
        if event is not None:
            self.auth = _after(IKE_AUTH, self.auth, event)

    def take_ikev1(self, n: Negotiation, place: int, kind: int, step: Step) -> None:
        """A message seen for the first time, of the exchange at `place` in the log."""
        table = PHASE1_TABLES.get(kind)
        if table is not None:
            event = readings.phase1_event(kind, step)
            if event is None or self.initial not in table.moves or _continues(n, place, step):
                return
            before, self.initial = self.initial, _after(table, self.initial, event)
            if self.initial != before != "start":
                self.word = "none"
        elif kind in PHASE2:
            self.later = self.later or step.encrypted
        elif kind == _INFORMATIONAL_V1 and self.word == "none":
            word = readings.word(step)
            if ikev1_state(self.initial, "none", word) != ikev1_state(self.initial, "none", "none"):
                self.word = word
        self._stands(ikev1_state(self.initial, "seen" if self.later else "none", self.word))


def _after(table: Table, state: ExchangeState, event: ExchangeEvent) -> ExchangeState:
    """The state that an event leads to; the same one where the table has no place for it."""
    move = table.moves[state].get(event)
    return state if move is None else move.to


def _continues(n: Negotiation, place: int, step: Step) -> bool:
    """A vendor's fragment of a message of which another one came before."""
    if step.fragment is None:
        return False
    earlier = islice(n.log.exchange(place).newest_steps(), 1, _LOOKED_AT)
    before = next((s for s in earlier if s.from_initiator == step.from_initiator), None)
    return before is not None and before.fragment is not None
