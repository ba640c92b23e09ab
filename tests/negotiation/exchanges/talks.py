"""SAs in every state, made of messages; messages to put into any order; and what a verdict has to be."""

from analyzer.negotiation.exchanges.sa import IKEV1_SA, IKEV2_SA
from analyzer.negotiation.model import Negotiation
from tests.negotiation.build import (
    AGGRESSIVE,
    BASE,
    CREATE_CHILD_SA,
    IKE_AUTH,
    INFORMATIONAL,
    INIT,
    INTERMEDIATE,
    MAIN,
    NOTIFY,
    QUICK_MODE,
    SPI_I,
    TRANSACTION,
    V1_INFORMATIONAL,
    ZERO,
    Talk,
    established,
    init_answer,
    init_done,
    init_notify,
    init_request,
    ke1,
    main_1,
    main_2,
    main_ke,
    main_mode,
    nonce1,
    notify1,
    notify2,
    phase1,
    quick_mode,
    resume_answer,
    resume_request,
    sa1,
    sealed,
    sealed1,
    v1,
    v2,
)

OUTCOMES = {"established", "failed", "unanswered", "redirected", "incomplete", "probe"}
IKEV1_STATES = tuple(dict.fromkeys(rule.state for rule in IKEV1_SA.rules))
READ = frozenset({"intermediate-refused"})  # takes keys
IKEV2_STATES = tuple(dict.fromkeys(rule.state for rule in IKEV2_SA.rules if rule.state not in READ))


def aggressive(talk: Talk, last: int) -> None:
    talk.say(v1(AGGRESSIVE, sa1(phase1()), ke1("i"), nonce1("i"), (5, b"\x02\0\0\0id"), spis=(SPI_I, ZERO)))
    if last > 1:
        talk.answer(v1(AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), (5, b"\x02\0\0\0id"), (8, bytes(20))))
    if last > 2:
        talk.say(v1(AGGRESSIVE, (8, bytes(20))))


def ikev1_talks() -> dict[str, Talk]:
    """A talk that ends in each state, made of messages."""
    talks = {name: Talk() for name in IKEV1_STATES}
    talks["start"].say(v1(MAIN, notify1(24578), spis=(SPI_I, ZERO)))
    for name, last in (("offered", 1), ("chosen", 2), ("keys-sent", 3), ("keyed", 4), ("auth-sent", 5)):
        main_mode(talks[name], last=last)
    aggressive(talks["answered"], 2)
    talks["refused"].say(main_1())
    talks["refused"].answer(v1(V1_INFORMATIONAL, notify1(14), mid=7))
    main_mode(talks["auth-refused"], last=5)
    talks["auth-refused"].answer(sealed1(V1_INFORMATIONAL, 76, mid=8))
    aggressive(talks["initiator-refused"], 2)
    talks["initiator-refused"].say(sealed1(V1_INFORMATIONAL, 92, mid=9))
    main_mode(talks["established"])
    quick_mode(talks["midstream"])
    return talks


def ikev2_talks() -> dict[str, Talk]:
    """A talk that ends in each state, made of messages."""
    talks = {name: Talk() for name in IKEV2_STATES}
    answer_auth = {"initiator": False, "response": True}
    talks["start"].say(v2(INIT, notify2(16388, bytes(20)), initiator=False, response=True, spis=(SPI_I, ZERO)))
    for name in ("init-sent", "cookie-asked", "group-asked", "init-refused", "redirected"):
        talks[name].say(init_request())
    talks["cookie-asked"].answer(init_notify(16390, b"cookie"))
    talks["group-asked"].answer(init_notify(17, b"\0\x0e"))
    talks["init-refused"].answer(init_notify(14))
    talks["redirected"].answer(init_notify(16407, b"\1\4\xc0\0\2\x63"))
    talks["ticket-refused"].say(resume_request())
    talks["ticket-refused"].answer(resume_answer(16412))
    for name in ("init-done", "auth-sent", "auth-continues", "auth-refused"):
        init_done(talks[name])
    for name in ("auth-sent", "auth-continues", "auth-refused", "auth-answered"):
        talks[name].say(sealed(IKE_AUTH, 298))
    talks["auth-continues"].answer(sealed(IKE_AUTH, 100, **answer_auth))
    talks["auth-refused"].answer(sealed(IKE_AUTH, NOTIFY, **answer_auth))
    talks["auth-answered"].answer(sealed(IKE_AUTH, 238, **answer_auth))
    for name, more in (("intermediate-sent", ()), ("intermediate-done", (100,))):
        init_done(talks[name])
        talks[name].say(sealed(INTERMEDIATE, 300))
        for length in more:
            talks[name].answer(sealed(INTERMEDIATE, length, **answer_auth))
    established(talks["established"])
    established(talks["initiator-refused"])
    talks["initiator-refused"].say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=0.001)
    talks["midstream"].say(sealed(CREATE_CHILD_SA, 200, mid=9))
    return talks


IKEV1_MESSAGES = {
    "offer": main_1(),
    "choice": main_2(),
    "ke": main_ke("i"),
    "other ke": main_ke("r"),
    "auth": sealed1(MAIN, 108, first=5),
    "aggressive": v1(AGGRESSIVE, sa1(phase1()), ke1("i"), nonce1("i"), spis=(SPI_I, ZERO)),
    "aggressive answer": v1(AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), (8, bytes(20))),
    "base": v1(BASE, sa1(phase1()), nonce1("i"), spis=(SPI_I, ZERO)),
    "base answer": v1(BASE, sa1(phase1()), nonce1("r")),
    "xauth": sealed1(TRANSACTION, 76, mid=9),
    "new group": sealed1(33, 76, mid=10),
    "quick": sealed1(QUICK_MODE, 188, mid=3),
    "quick answer": sealed1(QUICK_MODE, 188, mid=3, salt="r"),
    "info": sealed1(V1_INFORMATIONAL, 92, mid=4),
    "clear": v1(V1_INFORMATIONAL, notify1(14), mid=5),
}

IKEV2_MESSAGES = {
    "init": init_request(),
    "cookie": init_notify(16390, b"cookie"),
    "again": init_request(before=[notify2(16390, b"cookie")]),
    "group": init_notify(17, b"\0\x0e"),
    "refused": init_notify(14),
    "redirect": init_notify(16407),
    "answer": init_answer(),
    "middle": sealed(INTERMEDIATE, 300),
    "auth": sealed(IKE_AUTH, 298),
    "round": sealed(IKE_AUTH, 100, initiator=False, response=True),
    "short": sealed(IKE_AUTH, NOTIFY, initiator=False, response=True),
    "clear": v2(IKE_AUTH, notify2(24), initiator=False, response=True, mid=1),
    "long": sealed(IKE_AUTH, 238, initiator=False, response=True),
    "second auth": sealed(IKE_AUTH, 200, mid=2),
    "part": sealed(IKE_AUTH, 500, initiator=False, response=True, fragment=(1, 2)),
    "info": sealed(INFORMATIONAL, NOTIFY, mid=2),
    "create": sealed(CREATE_CHILD_SA, 200, initiator=False, mid=3),
    "resume": resume_request(),
    "ticket refused": resume_answer(16412),
}


def check_verdict(n: Negotiation, state: str) -> None:
    assert n.outcome in OUTCOMES, state
    assert n.outcome_basis, state
    assert n.outcome_confidence in ("certain", "likely", "possible")
    assert (n.failed_by is None) == (n.failed_at is None)
    if n.outcome in ("failed", "unanswered"):
        assert n.failed_by in ("initiator", "responder", "none")
        assert n.failed_at
    if n.outcome in ("incomplete", "redirected", "probe"):
        assert n.failed_at is None
