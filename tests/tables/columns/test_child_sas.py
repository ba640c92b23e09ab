"""Rows of child SAs."""

from tests.tables.made import read, rows


def test_with_keys_identities_and_children_are_read() -> None:
    analysis = read("ikev2-psk-gcm", keys=True)
    (row,) = rows(analysis, "negotiations")
    assert row["initiator_id"] == "initiator.example"
    assert row["auth_method"] == "Shared Key Message Integrity Code"
    (child,) = rows(analysis, "child_sas")
    assert child["basis"] == "seen"
    assert len(child["initiator_spi_in"]) == len(child["responder_spi_in"]) == 8
    assert child["initiator_ts"]


def test_without_keys_a_child_is_inferred_and_names_no_algorithm() -> None:
    (child,) = rows(read("ikev2-psk-gcm"), "child_sas")
    assert child["basis"] == "inferred"
    assert child["encryption_id"] is child["initiator_spi_in"] is child["mode"] is None


def test_additional_key_exchanges_of_a_rekeyed_child_sa() -> None:
    first, second = rows(read("ikev2-mlkem", keys=True), "child_sas")
    assert (first["additional_ke_ids"], first["additional_ke_methods"]) == ((), ())
    assert (second["pfs_ke_id"], second["additional_ke_ids"]) == (31, (36,))
    assert second["additional_ke_methods"] == ("ml-kem-768",)


def test_additional_key_exchanges_that_cannot_be_known() -> None:
    for name, keys in (("ikev2-mlkem", False), ("ikev1-main-psk", True)):
        for row in rows(read(name, keys=keys), "child_sas"):
            assert row["additional_ke_ids"] is row["additional_ke_methods"] is None
