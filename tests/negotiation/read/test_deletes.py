"""Deletes find what they end, whichever SA carries them."""

from analyzer.decryption.keyfile import load_keys
from analyzer.isakmp import Payload
from analyzer.isakmp.payloads.delete import Delete
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.sa_index import SaIndex
from analyzer.negotiation.read.deletes import note_deletes
from analyzer.negotiation.seen import DeletedAgain
from analyzer.negotiation.tracker import Tracker
from tests.fixtures.cases import case
from tests.negotiation.build import CREATE_CHILD_SA, GCM, INFORMATIONAL, SPI_I, SPI_R, A, B, Talk, datagram
from tests.negotiation.keyed import authenticated, child_request, create, delete, ike_request, inform, keys, locked
from tests.negotiation.recorded import read
from tests.negotiation.test_model import negotiation, step

NEW = "e1" * 8, "f1" * 8


def test_children_that_moved_to_a_new_ike_sa_are_deleted_there() -> None:
    """RFC 7296 section 2.8: the new IKE SA inherits the children; roles may have turned."""
    for begun_by_initiator in (True, False):
        talk = Talk(keys((SPI_I, SPI_R), NEW))
        authenticated(talk)
        create(
            talk, 2 if begun_by_initiator else 0, ike_request(NEW[0], GCM), ike_request(NEW[1], GCM),
            begun_by_initiator=begun_by_initiator,
        )  # fmt: skip
        # the old initiator's SPI; it is the new SA's initiator only if it began the rekey
        data = locked(INFORMATIONAL, delete(3, b"\1\1\1\1"), initiator=begun_by_initiator, mid=0, spis=NEW)
        talk.say(data, A, B)
        old, new = talk.negotiations()
        assert old.children[0].deleted_at is not None
        assert new.children == []


def test_an_spi_that_nobody_holds() -> None:
    talk = Talk(keys())
    authenticated(talk)
    inform(talk, 2, delete(3, b"\5\5\5\5"), delete(2, b"\1\1\1\1"), delete(99, b"\6\6"), delete(3))
    n = talk.only()
    assert n.deleted_at is None
    assert n.children[0].deleted_at is not None, "a receiver's SPIs are unique: AH or ESP does not matter"


def test_a_second_delete_does_not_move_the_time() -> None:
    talk = Talk(keys())
    authenticated(talk)
    inform(talk, 2, delete(3, b"\1\1\1\1"))
    first = talk.only().children[0].deleted_at
    inform(talk, 3, delete(3, b"\1\1\1\1"))
    assert talk.only().children[0].deleted_at == first


def test_deletes_inside_other_exchanges_count() -> None:
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, [*child_request(b"\3\3\3\3"), delete(3, b"\1\1\1\1")], child_request(b"\4\4\4\4"))
    assert talk.only().children[0].deleted_at is not None
    assert talk.only().of_type("CREATE_CHILD_SA")[0].exchange_type == CREATE_CHILD_SA


def test_ikev1_children_are_deleted_by_any_sa_between_the_hosts() -> None:
    """After reauthentication the new ISAKMP SA deletes what the old one made; each deletes itself by its cookies."""
    recording = case("ikev1-rekey")
    assert recording.keys is not None
    tracker = Tracker("x", load_keys(recording.keys))
    items, end = read(recording.capture)
    for sent, message in items:
        tracker.feed(sent, message)
    first, second = tracker.finish([], [], None, end).negotiations
    assert len(first.children) == 3
    assert all(c.deleted_at is not None for c in first.children)
    assert (first.deleted_by_initiator, second.deleted_by_initiator) == (True, True)
    assert second.children == []


def test_what_one_side_deletes_again_in_ikev1() -> None:
    n = negotiation()
    n.ike_version = 1
    live, index, sent = Live(n), SaIndex(), datagram(b"", A, B)

    def say(frame: int, *spis: bytes, protocol: int = 3, initiator: bool = True) -> None:
        body = Delete(1, protocol, len(spis[0]), spis)
        note_deletes(index, live, step(frame, from_initiator=initiator), sent, [Payload(12, False, 0, 0, body)])

    say(5, b"\1\1\1\1")
    say(6, b"\2\2\2\2")
    say(7, b"\1\1\1\1", initiator=False)  # the other side's own SA of the same number
    say(8, b"\1\1\1\1", protocol=2)
    assert n.deleted_again == ()
    say(9, b"\1\1\1\1")
    say(10, b"\3\3\3\3", b"\3\3\3\3")
    assert n.deleted_again == (DeletedAgain(True, 3, "01010101", 5, 9), DeletedAgain(True, 3, "03030303", 10, 10))
    for frame in range(100):
        say(100 + frame, b"\1\1\1\1")
    assert len(n.deleted_again) == 16
    for frame in range(1000):
        say(1000 + frame, frame.to_bytes(4, "big"))
    assert live.deleted is not None
    assert len(live.deleted) == 256


def test_ikev2_retransmits_and_is_not_meant() -> None:
    talk = Talk(keys())
    authenticated(talk)
    inform(talk, 2, delete(3, b"\1\1\1\1"))
    inform(talk, 3, delete(3, b"\1\1\1\1"))
    assert talk.only().deleted_again == ()
