from analyzer.assessment.algorithms import Algorithm, child_scope, of_proposal, of_sa, of_suite
from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation, Transform
from analyzer.negotiation.seen import Suite
from tests.assessment.build import sa1, sa2


def test_ikev2_offer_lists_each_algorithm_once_in_wire_order() -> None:
    sa = sa2({"encr": [(12, 256), (12, 128)], "integ": [12], "ke": [14]}, {"encr": [(12, 256)], "ke": [14, 19]})
    assert [(a.kind, a.number, a.key_bits) for a in of_sa(2, sa, child=False)] == [
        ("encr", 12, 256),
        ("encr", 12, 128),
        ("integ", 12, None),
        ("ke", 14, None),
        ("ke", 19, None),
    ]


def test_additional_key_exchanges_count_and_none_does_not() -> None:
    algorithms = of_sa(2, sa2({"ke": [31], "addke": [36, 0]}), child=False)
    assert [(a.kind, a.number) for a in algorithms] == [("ke", 31), ("ke", 36)]


def test_ikev1_transform_is_taken_apart_by_its_attributes() -> None:
    algorithms = of_sa(1, sa1((7, 2, 1, 14, 256)), child=False)
    assert [(a.kind, a.table, a.number, a.key_bits) for a in algorithms] == [
        ("encr", "ikev1-encryption", 7, 256),
        ("hash", "ikev1-hash", 2, None),
        ("auth", "ikev1-auth-methods", 1, None),
        ("ke", "ikev1-groups", 14, None),
    ]


def test_ikev1_quick_mode_has_its_own_numbers() -> None:
    attributes = (Attribute(5, 2, b""), Attribute(3, 14, b""))
    transform = Transform(1, None, 3, attributes, None)  # ESP_3DES, HMAC-SHA, group 14
    proposal = Proposal(1, 3, b"\x01\x02\x03\x04", (transform,), 1, 0, 0)
    algorithms = of_proposal(1, proposal, child=True)
    assert [(a.scope, a.table, a.number) for a in algorithms] == [
        ("esp", "ikev1-esp-transforms", 3),
        ("esp", "ikev1-ipsec-auth-algorithms", 2),
        ("esp", "ikev1-groups", 14),
    ]


def test_unknown_transform_types_and_protocols_are_not_judged() -> None:
    odd = Proposal(1, 1, b"", (Transform(None, 241, 5, (), None),), 1, 0, 0)
    assert of_sa(2, SecurityAssociation(None, None, (odd,)), child=False) == []
    ipcomp = Proposal(1, 4, b"", (Transform(None, 1, 3, (), None),), 1, 0, 0)
    assert of_sa(2, SecurityAssociation(None, None, (ipcomp,)), child=True) == []


def test_suite_of_an_ike_sa_and_of_a_child() -> None:
    suite = Suite(encryption_id=12, key_bits=128, integrity_id=2, prf_id=2, ke_id=14, additional_ke_ids=(36,))
    assert [(a.kind, a.number) for a in of_suite(2, suite)] == [
        ("encr", 12),
        ("prf", 2),
        ("integ", 2),
        ("ke", 14),
        ("ke", 36),
    ]
    assert {a.scope for a in of_suite(2, suite, "ESP")} == {"esp"}
    assert [a.kind for a in of_suite(2, Suite(integrity_id=12), "AH")] == ["integ"]
    assert of_suite(2, suite, "IPCOMP") == []


def test_names_carry_the_key_length_and_subjects_the_protocol() -> None:
    gcm = Algorithm("esp", "encr", "ikev2-encr", 20, 256)
    assert gcm.name == "ENCR_AES_GCM_16-256"
    assert gcm.subject == "ESP ENCR_AES_GCM_16-256"
    assert Algorithm("esp", "encr", "ikev1-esp-transforms", 2, None).subject == "ESP DES"
    assert Algorithm("ikev2", "encr", "ikev2-encr", 64999, None).name.endswith("64999")


def test_child_scope() -> None:
    assert (child_scope(3), child_scope(2), child_scope(4), child_scope(None)) == ("esp", "ah", "", "")
