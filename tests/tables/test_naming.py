from analyzer.isakmp import registry
from analyzer.tables.naming import (
    IKEV1,
    IKEV1_CHILD,
    IKEV2,
    exchange_names,
    is_numbered,
    named,
    payload_names,
    seconds,
    side_name,
)


def test_a_number_has_the_name_of_its_version() -> None:
    assert named(IKEV2["encryption"], 20) == "ENCR_AES_GCM_16"
    assert named(IKEV1["encryption"], 7) == "AES-CBC"
    assert named(IKEV1_CHILD["encryption"], 12) == registry.name("ikev1-esp-transforms", 12) != "AES-CBC"
    assert named(IKEV2["ke"], None) is None


def test_unknown_stays_unknown() -> None:
    assert [side_name(side) for side in (True, False, None)] == ["initiator", "responder", None]
    assert [seconds(ns) for ns in (0, 1_500_000_000, None)] == [0.0, 1.5, None]


def test_all_exchange_and_payload_types_have_a_name_of_which_the_given_ones_come_first() -> None:
    for names, some in (
        (exchange_names(), {"IKE_AUTH", "QUICK_MODE", "GROUPKEY_PUSH"}),
        (payload_names(), {"SA", "SKF", "NAT-D"}),
    ):
        given = [name for name in names if not is_numbered(name)]
        assert some <= set(given)
        assert names[: len(given)] == tuple(given)
        assert len(set(names)) == len(names) > 256
