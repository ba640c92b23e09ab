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
