from analyzer.report.dossier import dossiers
from analyzer.report.offers import Comparison, attribute_values, comparisons
from analyzer.tables.store import Tables
from tests.report.sample import CBC, CHILD, DES3, G2, G14, GCM, INIT, INT256, SHA256, Peer, put, sample


def of(number: int) -> list[Comparison]:
    return comparisons(dossiers(sample(), [number])[0])


def test_ikev2_each_type_with_the_choice_marked() -> None:
    (ike,) = of(1)
    assert (ike.title, ike.offered_frames, ike.chosen_frames, ike.verdict) == ("IKE SA", "frame 1", "frame 2", "")
    encryption, _, integrity, exchange = ike.types
    assert [(a.name, a.chosen) for a in encryption.offered] == [
        ("ENCR_AES_GCM_16-256", True),
        ("ENCR_AES_CBC-256", False),
        ("ENCR_3DES", False),
    ]
    assert (encryption.mark, encryption.chosen) == ("agreed", ("ENCR_AES_GCM_16-256",))
    assert (integrity.mark, integrity.note) == ("", "none chosen")
    assert exchange.chosen == ("2048-bit MODP Group",)


def test_a_refusal_chooses_nothing() -> None:
    (ike,) = of(3)
    assert {row.mark for row in ike.types} == {"refused"}
    assert "Nothing was chosen" in ike.verdict
    assert ike.chosen_frames == "no frame of this capture"


def test_silence_is_no_refusal() -> None:
    (ike,) = of(5)
    assert {row.mark for row in ike.types} == {""}


def test_ikev1_suites_and_child() -> None:
    ike, child = of(4)
    assert ike.headings == (
        "Encryption Algorithm",
        "Hash Algorithm",
        "Authentication Method",
        "Group Description",
        "Life",
    )
    assert [row.chosen for row in ike.suites] == [True, False]
    assert ike.suites[0].cells == ("AES-CBC-256", "SHA2-256", "pre-shared key", "2048-bit MODP group", "28800 seconds")
    assert child.title == "Child SA 1"
    assert not any(row.chosen for row in child.suites)


def test_a_choice_that_nobody_offered_is_marked() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=2)
    peer = Peer(tables, 1, ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.2"), 2)
    peer.proposal(1, "offered", 1, [GCM, SHA256, G14])
    peer.proposal(2, "chosen", 1, [DES3, SHA256, G14])
    (ike,) = comparisons(dossiers(tables, [1])[0])
    assert ike.types[0].mark == "not offered"
    assert "not among the offers: Encryption Algorithm" in ike.verdict


def test_the_groups_that_values_were_sent_for() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=2)
    peer = Peer(tables, 1, ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.2"), 2)
    peer.send(1, 0, "i", (34, "IKE_SA_INIT"), (33, 34))
    peer.proposal(1, "offered", 1, [CBC, INT256, SHA256, G2, G14])
    put(tables, "ke_values", frame_number=1, negotiation=1, side="initiator", ke_id=2, ke_method="1024-bit MODP Group")
    (ike,) = comparisons(dossiers(tables, [1])[0])
    assert ike.types[-1].note == "value sent for 1024-bit MODP Group (frame 1)"


def test_an_offer_to_replace_the_ike_sa_is_not_mixed_with_the_one_that_made_it() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=2)
    peer = Peer(tables, 1, ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.2"), 2)
    for frame, who, exchange, number in ((1, "i", INIT, 0), (2, "r", INIT, 0), (7, "i", CHILD, 2), (8, "r", CHILD, 2)):
        peer.send(frame, frame, who, exchange, (33,), message_id=number)
    peer.send(9, 9, "r", CHILD, (33,), message_id=2, response=False)
    for frame, side, cipher in ((1, "offered", GCM), (2, "chosen", GCM), (7, "offered", DES3), (9, "offered", CBC)):
        peer.proposal(frame, side, 1, [cipher, SHA256, G14])
    first, mine, theirs = comparisons(dossiers(tables, [1])[0])
    assert (first.title, first.types[0].chosen) == ("IKE SA", ("ENCR_AES_GCM_16-256",))
    assert [a.name for a in first.types[0].offered] == ["ENCR_AES_GCM_16-256"]
    for other, frame, cipher in ((mine, 7, "ENCR_3DES"), (theirs, 9, "ENCR_AES_CBC-256")):
        assert (other.title, other.offered_frames) == ("IKE SA that replaces it", f"frame {frame}")
        assert [a.name for a in other.types[0].offered] == [cipher]
        assert other.verdict.startswith("Nothing was chosen")


def test_two_lifetimes_keep_their_units() -> None:
    attributes = ("Life Type=1", "Life Duration=3600", "Life Type=kilobytes", "Life Duration=5000")
    values = attribute_values({"transform": "KEY_IKE", "attributes": attributes})
    assert values == {"Life": "3600 seconds, 5000 kilobytes"}


def judged(version: int, ask: list, choice: list, *findings: tuple[str, str, str, int]) -> Comparison:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=version)
    for finding, severity, subject, frame in findings:
        given = {"finding": finding, "severity": severity, "subject": subject, "evidence_frames": (frame,)}
        put(tables, "findings", negotiation=1, **given)
    peer = Peer(tables, 1, ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.2"), version)
    peer.proposal(1, "offered", 1, ask)
    peer.proposal(2, "chosen", 1, choice)
    (ike,) = comparisons(dossiers(tables, [1])[0])
    return ike


def test_what_is_weak_carries_the_severity_of_the_worst_finding_about_it() -> None:
    weak = ("weak-block-size-chosen", "medium", "ENCR_3DES", 2), ("weak-encryption-chosen", "high", "ENCR_3DES", 2)
    ike = judged(
        2,
        [GCM, DES3, SHA256, G2, G14],
        [DES3, SHA256, G14],
        *weak,
        ("weak-ke-offered", "medium", "1024-bit MODP Group", 1),
    )
    encryption, integrity, exchange = ike.types
    assert [(a.name, a.chosen, a.severity) for a in encryption.offered] == [
        ("ENCR_AES_GCM_16-256", False, ""),
        ("ENCR_3DES", True, "high"),
    ]
    assert (encryption.severity, integrity.severity, exchange.severity) == ("high", "", "")
    assert [(a.chosen, a.severity) for a in exchange.offered] == [(False, "medium"), (True, "")]


def test_a_finding_about_something_else_colours_nothing() -> None:
    others = ("post-quantum-fallback", "low", "ENCR_3DES", 2), ("weak-encryption-chosen", "high", "ENCR_3DES", 9)
    child = ("weak-encryption-chosen", "high", "ESP 3DES", 2)
    ike = judged(2, [DES3, SHA256, G14], [DES3, SHA256, G14], *others, child)
    assert {row.severity for row in ike.types} | {a.severity for row in ike.types for a in row.offered} == {""}
