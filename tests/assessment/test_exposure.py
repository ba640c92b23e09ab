from analyzer.assessment import Responder, policies
from analyzer.assessment.case import Case
from analyzer.assessment.exposure import Exposure
from analyzer.assessment.scene import Scene
from analyzer.assessment.scope import scope_of
from analyzer.capture.handshakes import TcpTarget
from analyzer.negotiation.model import MOVES_KEPT
from analyzer.notebook import read_pcap
from tests.assessment.assessed import assess
from tests.assessment.build import INITIATOR, RESPONDER, Talk, healthy, main_mode, story
from tests.fixtures.cases import case
from tests.negotiation.build import Talk as FlowTalk
from tests.negotiation.conclude.test_floods import reflect
from tests.work import lines_run


def responders(*talks: Talk) -> list[Responder]:
    return assess(story(*talks)).responders


def test_who_answered_whom() -> None:
    other = main_mode(2, 20, at=50, initiator="198.51.100.7", outcome="established")
    (row,) = responders(healthy(1), other)
    assert (row.ip, row.port, row.transport) == (RESPONDER, 500, "udp")
    assert (row.versions, row.modes) == ((1, 2), ("ikev2", "main"))
    assert row.answered_peers == (INITIATOR, "198.51.100.7")
    assert (row.first_time, row.last_time) == (200_000_000, 50_600_000_000)
    assert row.evidence_frames == (2, 21)


def test_who_did_not_answer_stands_behind_who_did() -> None:
    silent = Talk(number=2, outcome="unanswered", responder="192.0.2.1")
    silent.say("IKE_SA_INIT")
    assert [(row.ip, row.state) for row in responders(silent, healthy(1))] == [
        (RESPONDER, "answered"),
        ("192.0.2.1", "unanswered"),
    ]


def test_an_answer_without_its_request_makes_a_responder_likely() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", by="r")
    (row,) = responders(talk)
    assert (row.state, row.confidence, row.answered_peers, row.requests) == ("answered", "likely", (INITIATOR,), None)
    (row,) = responders(talk, healthy(2, 20, initiator="192.0.2.11"))
    assert (row.confidence, row.answered_peers) == ("certain", (INITIATOR, "192.0.2.11"))


def test_of_a_flood_of_answers_only_those_inside_are_responders() -> None:
    """The others are counted in table floods, and may be very many."""
    flood = FlowTalk()
    reflect(flood, 40)
    told = flood.story(1)
    assert len(told.floods) == 1
    inside = told.negotiations[3].responder_ip
    rows = assess(told, scope=scope_of((inside,))).responders
    assert [(row.ip, row.inside, row.confidence) for row in rows] == [(inside, True, "likely")]


def test_a_refusal_is_an_answer() -> None:
    talk = Talk(outcome="failed")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[14])
    assert len(responders(talk)) == 1


def test_transports_and_moves_are_rows_of_their_own() -> None:
    talk = healthy()
    talk.n.moves = [(1, INITIATOR, 500, RESPONDER, 500), (5, "192.0.2.11", 4500, RESPONDER, 4500)]
    talk.transport = "udp-4500"
    talk.say("INFORMATIONAL", message_id=2)
    talk.say("INFORMATIONAL", by="r", message_id=2)
    first, second = responders(talk)
    assert (first.port, first.transport, first.answered_peers) == (500, "udp", (INITIATOR,))
    assert (second.port, second.transport, second.answered_peers) == (4500, "udp-4500", ("192.0.2.11",))


def test_behind_the_last_change_that_is_kept_nothing_is_known_of_places() -> None:
    for more in (1, 0):
        talk = healthy()
        talk.n.moves = [(frame, INITIATOR, 500, RESPONDER, 5000 + frame) for frame in range(2, 2 + MOVES_KEPT - more)]
        talk.frame = 1000
        talk.say("INFORMATIONAL", message_id=2)
        talk.say("INFORMATIONAL", by="r", message_id=2)
        places = {row.port for row in responders(talk)}
        assert (max(frame for frame, *_ in talk.n.moves) + 5000 in places) is bool(more)
        assert 5002 in places


def test_many_changes_of_address_cost_no_look_at_each_for_every_answer() -> None:
    def work(answers: int) -> int:
        talk = healthy()
        talk.n.moves = [(frame, INITIATOR, 500, RESPONDER, 5000 + frame) for frame in range(2, 200)]
        for k in range(answers):
            talk.say("INFORMATIONAL", message_id=2 + k)
            talk.say("INFORMATIONAL", by="r", message_id=2 + k)
        case = Case(Scene(story(talk), policies.load("ietf")), talk.n)
        return lines_run(lambda: Exposure().add(case, None))

    assert work(40) - work(20) < 20 * 200


def test_implementation_of_the_responder_is_named() -> None:
    talk = healthy().change(2, vendor_ids=(bytes.fromhex("882fe56d6fd20dbc2251613b2ebe5beb"),))  # MD5 of "strongSwan"
    assert responders(talk)[0].implementation == "consistent with strongSwan (by vendor ID)"


def test_missing_times_stay_missing() -> None:
    (row,) = responders(healthy().rewrite(lambda s: s._replace(time_ns=None)))
    assert (row.first_time, row.last_time) == (None, None)


def test_what_a_responder_looks_like_holds_on_every_port_it_moved_to() -> None:
    analysis = read_pcap(case("ikev2-mobike").capture)
    rows = list(analysis.tables["responders"].records())
    assert [(r["ip"], r["port"]) for r in rows] == [
        ("192.0.2.20", 500),
        ("192.0.2.20", 4500),
        ("2001:db8:1::20", 4500),
    ]
    assert {r["implementation"] for r in rows} == {
        "consistent with strongSwan (by the order of its notifies; 5.8.0 or later)"
    }


def test_who_lies_outside() -> None:
    talks = healthy(1, initiator="203.0.113.5"), healthy(2, 20, initiator="10.0.0.9")
    told = story(*talks)
    told.tcp_targets = (TcpTarget("10.0.0.1", 500, accepted={"203.0.113.9": 2, "10.0.0.2": 3}),)

    def seen(*networks: str) -> list[tuple[str, bool | None, tuple[str, ...] | None]]:
        return [(r.ip, r.inside, r.outside_peers) for r in assess(told, scope=scope_of(networks)).responders]

    assert seen() == [(RESPONDER, False, ("203.0.113.5",)), ("10.0.0.1", True, ("203.0.113.9",))]
    networks = "192.0.2.0/24", "203.0.113.9"
    assert seen(*networks) == [(RESPONDER, True, ("203.0.113.5", "10.0.0.9")), ("10.0.0.1", False, ("10.0.0.2",))]
