"""The tables: complete, consistent with each other, and honest about what they do not hold."""

import csv
from importlib.resources import files

import pytest

from analyzer.decryption.suites import encryption, encryption_by_name, integrity, integrity_by_name


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((files("analyzer.decryption") / name).read_text(encoding="utf-8").splitlines()))


def test_every_name_leads_to_an_algorithm_that_has_its_key_size() -> None:
    for row in rows("names.csv"):
        if row["column"] == "integrity":
            assert integrity_by_name(row["name"] + " [RFC0000]") is not None, row
            continue
        found = encryption_by_name(row["name"])
        assert found is not None, row
        bits = [int(part) for part in row["name"].split(" ")[0].split("-") if part.isdigit()]
        assert all(b // 8 in found.key_sizes for b in bits), row
        if "octet ICV" in row["name"]:
            assert f"with {found.icv_bytes} octet ICV" in row["name"]


def test_rows_make_sense() -> None:
    seen = set()
    for row in rows("encryption.csv"):
        found = encryption(int(row["version"]), int(row["id"]))
        assert found is not None
        assert (row["version"], row["id"]) not in seen
        seen.add((row["version"], row["id"]))
        assert found.aead == (found.icv_bytes > 0)
        assert found.mode != "CBC" or found.iv_bytes == found.block_bytes
        if found.aead:
            assert found.salt_bytes + found.iv_bytes == (11 if found.mode == "CCM" else 12)
    for row in rows("integrity.csv"):
        if row["id"]:
            check = integrity(int(row["id"]))
            assert check is not None
            assert check.name == row["name"]


@pytest.mark.parametrize("number", [None, 0, 4, 21, 24, 25, 29, 65535])
def test_numbers_that_cannot_be_opened(number: int | None) -> None:
    assert encryption(2, number) is None
    assert encryption(3, 12) is None


def test_none_negotiated_is_no_integrity_algorithm() -> None:
    assert integrity(None) == integrity(0)
    assert integrity(9) is None  # AES-GMAC is for AH and ESP
    assert integrity_by_name("") is None
    assert encryption_by_name("") is None
