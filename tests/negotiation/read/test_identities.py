from analyzer.negotiation.read.identities import asked_identity, own_identity
from analyzer.negotiation.seen import SeenIdentity
from tests.assessment.build import Talk, main_mode

NAME = 2


def with_identities(*seen: tuple[int, bool, str]) -> Talk:
    talk = Talk().ike_sa_init().ike_auth()
    talk.n.identities = [SeenIdentity(frame, by, NAME, text) for frame, by, text in seen]
    return talk


def text(identity: SeenIdentity | None) -> str | None:
    return identity.text if identity is not None else None


def test_what_the_initiator_asks_for_is_no_word_of_the_responder() -> None:
    n = with_identities((3, True, "client"), (3, False, "gateway")).n
    assert text(own_identity(n, initiator=True)) == "client"
    assert own_identity(n, initiator=False) is None
    assert text(asked_identity(n)) == "gateway"


def test_the_responder_may_answer_with_another() -> None:
    n = with_identities((3, True, "client"), (3, False, "gateway"), (4, False, "other")).n
    assert text(own_identity(n, initiator=False)) == "other"
    assert text(asked_identity(n)) == "gateway"


def test_nobody_asks() -> None:
    n = with_identities((3, True, "client"), (4, False, "gateway")).n
    assert text(own_identity(n, initiator=False)) == "gateway"
    assert asked_identity(n) is None


def test_ikev1_identities_are_their_senders() -> None:
    talk = main_mode()
    talk.n.identities = [SeenIdentity(5, True, NAME, "a"), SeenIdentity(6, False, NAME, "b")]
    assert text(own_identity(talk.n, initiator=False)) == "b"
    assert asked_identity(talk.n) is None
