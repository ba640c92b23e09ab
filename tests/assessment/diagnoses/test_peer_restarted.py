import pytest

from analyzer.assessment import Diagnosis, policies
from analyzer.assessment.case import Case
from analyzer.assessment.diagnoses import peer_restarted
from analyzer.assessment.scene import Scene
from analyzer.capture.datagram import IcmpError
from analyzer.negotiation.seen import SeenIdentity
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one, story
from tests.assessment.lives import stream
from tests.work import lines_run

ID = "peer-restarted"


def dead(**fields) -> Talk:
    talk = healthy(**fields)
    talk.say("INFORMATIONAL", message_id=2, length=57)
    for _ in range(3):
        talk.say("INFORMATIONAL", message_id=2, length=57, again=True, after=2)
    return talk


def test_a_new_sa_after_the_old_one_got_no_answers() -> None:
    made = diagnosed(dead(), healthy(2, 30, at=20))
    assert ids(made) == ["peer-dead", ID]
    assert (made[1].confidence, made[1].evidence_frames) == ("possible", (30,))


def first_contact(*names: str) -> Talk:
    talk = healthy(2, 30, at=20, identities=[SeenIdentity(32, True, 2, name) for name in names])
    talk.say("INFORMATIONAL", message_id=9, notifies=[(16384, b"", True)])
    return talk


def test_initial_contact_makes_it_likely() -> None:
    diagnosis = one(ID, dead(), first_contact())
    assert diagnosis is not None
    assert (diagnosis.confidence, "INITIAL_CONTACT" in diagnosis.detail) == ("likely", True)
    assert diagnosis.evidence_frames == (30, 34)


def test_initial_contact_while_the_old_sa_was_not_deleted() -> None:
    old = {"decrypted": True, "identities": [SeenIdentity(3, True, 2, "alice")]}
    diagnosis = one(ID, healthy(**old), first_contact("alice"))
    assert diagnosis is not None
    assert (diagnosis.confidence, "was not deleted" in diagnosis.detail) == ("likely", True)
    assert one(ID, healthy(**old), first_contact("bob")) is None, "another client behind the same NAT"
    assert one(ID, healthy(**old, deleted_at=1), first_contact("alice")) is None
    assert one(ID, healthy(**old), healthy(2, 30, at=20)) is None


def test_invalid_spi_in_clear() -> None:
    talk = healthy()
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0, encrypted=False, notifies=[4])
    made = diagnosed(talk)
    assert ids(made) == [ID]
    assert made[0].detail == "INVALID_IKE_SPI in clear for an SA that was up, from the responder."


def test_two_sas_side_by_side_are_no_restart() -> None:
    assert one(ID, healthy(), healthy(2, 30, at=20)) is None
    assert one(ID, dead(), healthy(2, 30, at=2000)) is None
    assert one(ID, dead(), healthy(2, 30, at=20, rekeyed_from=1)) is None


def test_an_sa_from_before_the_capture() -> None:
    talk = Talk(outcome="incomplete", starts_late=True)
    talk.say("INFORMATIONAL", message_id=7)
    talk.say("INFORMATIONAL", by="r", message_id=7, encrypted=False, notifies=[4])
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.detail == "INVALID_IKE_SPI in clear for an SA from before the capture, from the responder."
    talk.n.starts_late = False
    assert one(ID, talk) is None


def test_an_sa_that_began_before_or_never_came_up_replaces_nothing() -> None:
    assert one(ID, dead(), healthy(2, 30, at=20, outcome="failed", failed_at="IKE_AUTH")) is None
    assert one(ID, dead(), healthy(2, 30, at=3)) is None
    untimed = healthy(2, 30, at=20)
    assert one(ID, dead(), untimed.rewrite(lambda s: s._replace(time_ns=None))) is None


def test_a_report_about_an_sa_that_both_sides_go_on_using_is_no_restart() -> None:
    talk = healthy()
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0, encrypted=False, notifies=[4])
    talk.say("INFORMATIONAL", message_id=2, length=57)
    talk.say("INFORMATIONAL", by="r", message_id=2, length=57)
    assert one(ID, talk) is None


@pytest.mark.parametrize(("notify", "name"), [(4, "INVALID-COOKIE"), (11, "INVALID-SPI")])
def test_quick_modes_that_are_answered_in_clear_leave_nothing_to_guess(notify: int, name: str) -> None:
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="responder")
    for k in range(3):
        frame = talk.say("QUICK_MODE", message_id=9 + k, length=200, after=20).frame_number
        report = {"encrypted": False, "notifies": [notify]}
        answer = talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=50 + k, **report).frame_number
        talk.child(
            created_by="QUICK_MODE", basis="inferred", outcome="failed", frame_number=frame, response_frame=answer
        )
    (found,) = diagnosed(talk)
    assert (found.diagnosis, found.confidence) == (ID, "likely")
    assert found.detail == f"{name} in clear for an SA that was up, from the responder, 3 times."


def reported(*notifies: tuple, at: float = 100, spi: str = "0a0a0a0a", version: int = 2) -> list[Diagnosis]:
    """An SA with ESP both ways, and the initiator's report of an unknown SPI outside of it."""
    made = healthy() if version == 2 else main_mode(outcome="established")
    stray = Talk(version, number=2, frame=200, at=at, outcome="incomplete", starts_late=True)
    stray.say("INFORMATIONAL", message_id=5, encrypted=False, notifies=notifies)
    told = story(made, stray, last=at + 60)
    told.streams = [stream(spi, back=True, at=1, until=at + 5), stream("0b0b0b0b", at=1, until=90)]
    return [d for d in assess(told).diagnoses.get(1, []) if d.diagnosis == ID]


def test_a_report_of_an_unknown_esp_spi_outside_of_the_sa() -> None:
    (found,) = reported((11, bytes.fromhex("0a0a0a0a")))
    assert (found.confidence, found.evidence_frames) == ("likely", (50, 200))
    assert "does not know SPI 0a0a0a0a" in found.detail
    (found,) = reported((11, b""), version=1)  # IKEv1 has the SPI in the notify's SPI field
    assert found.confidence == "possible"


def test_a_report_of_another_spi_or_of_none_in_use_is_no_restart() -> None:
    assert reported((11, bytes.fromhex("0c0c0c0c"))) == []
    assert reported((4, bytes.fromhex("0a0a0a0a"))) == []


def test_an_sa_that_begins_with_the_last_message_of_the_old_one_is_the_next() -> None:
    old = dead()
    for at, found in ((old.now, True), (old.now - 0.001, False)):
        new = healthy(2, 30, at=at - 0.1)  # its first message comes a tenth of a second after that
        assert (one(ID, old, new) is not None) is found


@pytest.mark.parametrize(
    ("reporter", "host", "later", "found"),
    [
        ("192.0.2.10", "192.0.2.10", 1, True),
        ("192.0.2.1", "192.0.2.10", 1, False),  # a router reports it
        ("192.0.2.20", "192.0.2.20", 1, False),  # the other host's port; this one begins the new SA
        ("192.0.2.10", "192.0.2.10", 2000, False),
    ],
)
def test_a_host_whose_port_is_unreachable_and_that_then_begins_a_new_sa(
    reporter: str, host: str, later: float, found: bool
) -> None:
    """Without keys: nothing listened there for a moment."""
    talk = healthy()
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0, length=57, after=10)
    peer = "192.0.2.20" if host == "192.0.2.10" else "192.0.2.10"
    at = round(talk.now * 10**9) + 1000
    talk.n.icmp_errors = [IcmpError(20, at, reporter, 3, 3, "port-unreachable", None, peer, 500, host, 500, b"")]
    made = one(ID, talk, healthy(2, 30, at=talk.now + later))
    assert (made is not None) is found
    if made is not None:
        assert (made.confidence, made.evidence_frames) == ("likely", (20, 30))


def test_a_host_that_goes_on_with_the_sa_has_not_restarted() -> None:
    talk = healthy()
    ends = ("192.0.2.20", 500, "192.0.2.10", 500)
    talk.n.icmp_errors = [IcmpError(20, 10**9, "192.0.2.10", 3, 3, "port-unreachable", None, *ends, b"")]
    talk.say("INFORMATIONAL", message_id=2, length=57, after=5)
    assert one(ID, talk, healthy(2, 30, at=20)) is None


def test_many_errors_about_a_long_sa_are_each_looked_at_once() -> None:
    def cost(count: int) -> int:
        talk = healthy()
        for k in range(count):
            talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=k, length=57, after=1)
        ends, at = ("192.0.2.20", 500, "192.0.2.10", 500), round(talk.now * 10**9)
        talk.n.icmp_errors = [
            IcmpError(9000 + k, at + k, "192.0.2.10", 3, 3, "port-unreachable", None, *ends, b"") for k in range(count)
        ]
        case = Case(Scene(story(talk), policies.load("ietf")), talk.n)
        return lines_run(lambda: peer_restarted.diagnose(case))

    assert cost(400) < 2.5 * cost(200)
