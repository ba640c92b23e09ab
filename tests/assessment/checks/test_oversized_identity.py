from analyzer.negotiation.seen import SeenIdentity
from tests.assessment.build import Talk, aggressive, found, healthy

ID = "oversized-identity"


def talk(*sizes: int, of_initiator: bool = True) -> Talk:
    made = healthy()
    made.n.identities = [SeenIdentity(3 + k, of_initiator, 2, "x", size) for k, size in enumerate(sizes)]
    return made


def test_nine_hundred_bytes() -> None:
    (finding,) = found(ID, talk(900))
    assert (finding.severity, finding.confidence, finding.subject) == ("medium", "possible", "192.0.2.10")
    assert (finding.detail, finding.evidence_frames) == ("The identity of the initiator has 900 bytes.", (3,))


def test_the_longest_of_a_side() -> None:
    (finding,) = found(ID, talk(600, 700, 650, of_initiator=False))
    assert (finding.subject, finding.evidence_frames) == ("192.0.2.20", (4,))


def test_in_aggressive_mode_too() -> None:
    old = aggressive()
    old.n.identities = [SeenIdentity(1, True, 11, "x", 5000)]
    assert len(found(ID, old)) == 1


def test_names_addresses_and_long_distinguished_names() -> None:
    for size in (0, 4, 13, 64, 300, 520):
        assert found(ID, talk(size)) == []
    assert len(found(ID, talk(521))) == 1
    assert found(ID, healthy()) == []


def unread(length: int, *vendor_ids: bytes) -> Talk:
    return healthy().change(2, vendor_ids=vendor_ids).change(3, length=length)


def test_room_for_one_where_nothing_can_be_read() -> None:
    for vendor_id in (b"VN=12.11.3 BN=719894", bytes(32) + b"Vk49MTIuMTEuMyBCTj03MTk4OTQ="):
        (finding,) = found(ID, unread(4000, vendor_id))
        assert (finding.severity, finding.title) == ("low", "Room for an identity far longer than names are")
        assert (finding.confidence, finding.evidence_frames) == ("possible", (2, 3))
        assert found(ID, unread(1800, vendor_id)) == []
    assert found(ID, unread(4000, b"strongSwan")) == []
    read = unread(4000, b"VN=12.11.3 BN=719894")
    read.n.identities = [SeenIdentity(3, True, 2, "x", 13)]
    assert found(ID, read) == []
