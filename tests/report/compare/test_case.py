from analyzer.report.compare.case import cases
from analyzer.report.compare.model import ABSENT, UNKNOWN
from analyzer.report.compare.sent import Key
from tests.report.compare.sides import CUT, cut_side, initiated, side, tables_of
from tests.report.sample import AUTH, INIT, MAIN, QUICK

REQUEST = Key("IKE_SA_INIT", True, 1, 1, True)


def test_why_something_is_missing() -> None:
    case, opened = side("ikev2-psk-gcm"), side("ikev2-psk-gcm", keys=True)
    proof = Key("IKE_AUTH", True, 1, 2, False)
    assert case.missing(("IKE_SA_INIT",)).state == ABSENT
    assert case.missing(("IKE_AUTH",)).text == "inside encryption, not decrypted (frames 5-6)"
    assert opened.missing(("IKE_AUTH",)).state == ABSENT
    assert case.missing(("CREATE_CHILD_SA",)).text == "not in this capture"
    assert case.inside(proof, "X").text == "inside encryption, not decrypted (frame 6)"
    assert opened.inside(proof, "X").text == "no X in frame 6"
    gone = case.inside(proof._replace(place=2), "X")
    assert (gone.state, gone.text) == (UNKNOWN, "no IKE_AUTH response, exchange 2 in this capture")


def test_no_such_negotiation() -> None:
    assert list(cases(tables_of("ikev2-psk-gcm"), [2, 1])) == [1]


def test_a_cut_message_shows_nothing_to_be_absent() -> None:
    case, whole = cut_side((33,), (33,)), cut_side((33,), (33,), defects=())
    assert case.inside(REQUEST, "X") == (UNKNOWN, "cut in this capture (frame 1)", (), None, None)
    assert case.missing(("IKE_SA_INIT",)).text == "cut in this capture (frames 1-2)"
    assert case.opening("SA", from_initiator=False).text == "cut in this capture (frame 2)"
    assert whole.inside(REQUEST, "X").text == "no X in frame 1"
    assert whole.missing(("IKE_SA_INIT",)).state == whole.opening("SA").state == ABSENT


def test_every_reason_is_said() -> None:
    tables, peer = initiated()
    peer.send(1, 0, "i", AUTH, (46,), encrypted=True, message_id=1, defects=CUT)
    peer.send(2, 9, "r", AUTH, (46,), encrypted=True, message_id=1)
    case = cases(tables, [1])[1]
    assert (
        case.missing(("IKE_AUTH",)).text == "cut in this capture (frame 1); inside encryption, not decrypted (frame 2)"
    )
    assert case.missing(("IKE_AUTH",), request=True).text == "cut in this capture (frame 1)"


def test_what_one_side_would_show_the_other_sides_messages_do_not() -> None:
    tables, peer = initiated()
    peer.send(1, 0, "i", INIT, (33, 34, 40))
    case = cases(tables, [1])[1]
    assert case.opening("SA", from_initiator=True).state == ABSENT
    assert case.opening("SA", from_initiator=False).text == "not in this capture"
    assert case.missing(("IKE_SA_INIT",), from_initiator=False).text == "not in this capture"


def test_main_mode_shows_the_offer_before_the_ke_value() -> None:
    tables, peer = initiated(version=1)
    peer.send(1, 0, "i", MAIN, (4, 10))
    peer.send(2, 1, "i", QUICK, (), encrypted=True, message_id=7)
    case = cases(tables, [1])[1]
    assert case.opening("KE", from_initiator=True).state == ABSENT
    assert case.opening("SA", from_initiator=True).text == "not in this capture"
    assert not case.opened


def test_a_cut_first_message_opens_nevertheless() -> None:
    assert cut_side((33,), (33,)).opened
    assert not side("ikev2-capture-starts-late").opened
