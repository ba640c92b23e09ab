from analyzer.report.compare.case import cases
from analyzer.report.compare.sent import LATER, MOST_MESSAGES, Key, Sent
from analyzer.tables.store import Tables
from tests.report.compare.sides import CUT, initiated, side
from tests.report.sample import AUTH, INIT, MS, START, Peer, put


def labels(name: str, number: int = 1) -> list[str]:
    case = side(name, number)
    return [key.label(case.version) for key in case.messages]


def test_messages_have_the_same_names_in_every_negotiation_of_a_kind() -> None:
    assert labels("ikev2-auth-failed-psk") == [
        "IKE_SA_INIT request",
        "IKE_SA_INIT response",
        "IKE_AUTH request",
        "IKE_AUTH response",
    ]
    assert labels("ikev1-main-psk")[:8] == [
        *(f"IDENTITY_PROTECTION message {number}" for number in range(1, 7)),
        "QUICK_MODE message 1",
        "QUICK_MODE message 2",
    ]


def test_a_second_attempt_of_the_same_message_id_is_another_message() -> None:
    assert labels("ikev2-cookie", 2)[:4] == [
        "IKE_SA_INIT request, an attempt before the last",
        "IKE_SA_INIT response, an attempt before the last",
        "IKE_SA_INIT request",
        "IKE_SA_INIT response",
    ]


def test_fragments_are_one_message() -> None:
    fragmented = [sent for sent in side("ikev2-cert-frag").messages.values() if sent.fragments]
    assert fragmented
    assert all(len(sent.frames) == sent.fragments > 1 for sent in fragmented)


def test_of_very_many_messages_the_first_are_compared_and_the_others_counted() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=2, mode="ikev2", first_time=START, first_frame=1)
    peer = Peer(tables, 1, ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.2"), 2)
    for number in range(MOST_MESSAGES + 5):
        peer.send(number + 1, number * MS, "i", (37, LATER), (46,), message_id=number)
    case = cases(tables, [1])[1]
    assert (len(case.messages), case.left) == (MOST_MESSAGES, 5)


def test_a_message_is_cut_if_any_of_its_fragments_is() -> None:
    tables, peer = initiated()
    peer.send(1, 0, "i", INIT, (33, 34, 40))
    for number in (1, 2):
        more = {"encrypted": True, "message_id": 1, "fragment_number": number, "fragment_total": 2}
        peer.send(1 + number, number, "i", AUTH, (53,), **more, defects=CUT if number == 2 else ())
    whole, fragmented = cases(tables, [1])[1].messages.values()
    assert (whole.cut, fragmented.cut) == (False, True)
    assert fragmented.frames == [2, 3]


def test_other_defects_are_not_the_captures() -> None:
    tables, peer = initiated()
    peer.send(1, 0, "i", INIT, (33, 34, 40), defects=("wire-payload-short at byte 30: expected 8 bytes",))
    (sent,) = cases(tables, [1])[1].messages.values()
    assert not sent.cut


def test_what_stands_before_the_last_payload_read_is_whole() -> None:
    key = Key("IKE_SA_INIT", True, 1, 1, True)
    cut = Sent(key, cut=True, outside=("SA", "KE"))
    assert (cut.lost("SA"), cut.lost("KE"), cut.lost("NONCE"), cut.lost()) == (False, True, True, True)
    whole = Sent(key, outside=("SA", "KE"))
    assert not any(whole.lost(name) for name in ("SA", "KE", "NONCE", ""))
