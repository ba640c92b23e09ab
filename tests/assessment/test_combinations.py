from analyzer.assessment.combinations import MOST, Combination, Remembered, aead, none, of_sa
from tests.assessment.build import esp1, sa1, sa2


def names(combination: Combination) -> dict[str, list[str]]:
    return {kind: [a.name for a in found] for kind, found in combination.kinds.items()}


def test_an_ikev2_proposal_holds_alternatives() -> None:
    sa = sa2({"encr": [(12, 128), (12, 256)], "integ": [12], "prf": [5], "ke": [31, 14], "addke": [36], "addke2": [0]})
    (found,) = of_sa(2, sa, 7, child=False)
    assert names(found) == {
        "encr": ["ENCR_AES_CBC-128", "ENCR_AES_CBC-256"],
        "integ": ["AUTH_HMAC_SHA2_256_128"],
        "prf": ["PRF_HMAC_SHA2_256"],
        "ke": ["Curve25519", "2048-bit MODP Group"],
        "addke1": ["ml-kem-768"],
        "addke2": ["NONE"],
    }
    assert (found.place, found.frame) == ("proposal 1", 7)


def test_what_is_left_out_of_a_proposal_is_none() -> None:
    (found,) = of_sa(2, sa2({"encr": [(20, 256)], "sn": [0]}, protocol=3), 1, child=True)
    assert names(found)["integ"] == ["NONE"]
    assert found.kinds["ke"] == (none("esp", "ke"),)
    assert names(found)["protocol"] == ["ESP"]
    assert names(found)["sn"] == ["32-bit Sequential Numbers"]


def test_none_among_groups_is_an_alternative() -> None:
    (found,) = of_sa(2, sa2({"encr": [(20, 256)], "ke": [14, 0]}, protocol=3), 1, child=True)
    assert names(found)["ke"] == ["2048-bit MODP Group", "NONE"]


def test_the_first_child_says_nothing_about_key_exchange() -> None:
    (found,) = of_sa(2, sa2({"encr": [(20, 256)]}, protocol=3), 1, child=True, first_child=True)
    assert "ke" not in found.kinds


def test_each_ikev1_transform_is_a_combination() -> None:
    found = of_sa(1, sa1((7, 4, 1, 14, 256), (5, 2, 65001, 2)), 3, child=False)
    assert [c.place for c in found] == ["proposal 1, transform 1", "proposal 1, transform 2"]
    assert names(found[0]) == {
        "encr": ["AES-CBC-256"],
        "hash": ["SHA2-256"],
        "auth": ["pre-shared key"],
        "ke": ["2048-bit MODP group"],
    }


def test_phase_2_modes_are_compared_without_their_udp() -> None:
    plain, inside_udp = (of_sa(1, esp1((12, {5: 2, 4: mode}, 128)), 1, child=True)[0] for mode in (1, 3))
    assert plain.kinds == inside_udp.kinds
    assert names(plain)["ke"] == ["NONE"]


def test_payloads_about_something_else_are_passed_over() -> None:
    assert of_sa(2, sa2({"encr": [(20, 256)]}, protocol=3), 1, child=False) == []
    assert of_sa(2, sa2({"encr": [(20, 256)]}), 1, child=True) == []


def test_enumerations_are_cut() -> None:
    assert len(of_sa(2, sa2(*({"encr": [3]} for _ in range(500))), 1, child=False)) == MOST


def test_aead() -> None:
    (found,) = of_sa(2, sa2({"encr": [(20, 256)]}), 1, child=False)
    assert aead(found.kinds["encr"])
    assert not aead(())
    (old,) = of_sa(1, sa1((14, 2, 1, 2)), 1, child=False)  # 14 is no AEAD among IKEv1's own numbers
    assert not aead(old.kinds["encr"])


def test_a_payload_is_worked_out_once_for_each_use() -> None:
    remembered = Remembered()
    one, other = sa2({"encr": [(20, 256)], "ke": [31]}), sa2({"encr": [(12, 128)], "ke": [14]})
    found = remembered.of_sa(2, one, child=False)
    assert found == [c._replace(frame=None) for c in of_sa(2, one, 7, child=False)]
    assert remembered.of_sa(2, one, child=False) is found
    assert remembered.of_sa(2, other, child=False) != found
    assert remembered.of_sa(2, one, child=True) != found
