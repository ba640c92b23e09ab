from analyzer.report.compare.case import LATER, MOST_MESSAGES, Key, cases
from analyzer.report.compare.model import ABSENT, UNKNOWN
from analyzer.tables.store import Tables
from tests.report.compare.sides import side, tables_of
from tests.report.sample import MS, START, Peer, put


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


def test_of_very_many_messages_the_first_are_compared_and_the_others_counted() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=2, mode="ikev2", first_time=START, first_frame=1)
    peer = Peer(tables, 1, ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.2"), 2)
    for number in range(MOST_MESSAGES + 5):
        peer.send(number + 1, number * MS, "i", (37, LATER), (46,), message_id=number)
    case = cases(tables, [1])[1]
    assert (len(case.messages), case.left) == (MOST_MESSAGES, 5)
