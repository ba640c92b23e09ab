import csv
from pathlib import Path

from analyzer.report.csv import CSV_FILES, FAILURES, HEADLINES, PROPOSALS, WEAK, Headlines, write_csv_files
from analyzer.report.files import files_below
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.report.sample import FORMULA, sample


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_every_file_is_there_even_without_rows(tmp_path: Path) -> None:
    write_csv_files(Tables(), files_below(tmp_path))
    assert (tmp_path / "proposals.csv").read_text() == ",".join(PROPOSALS) + "\n"
    assert (tmp_path / "failures.csv").read_text() == ",".join(FAILURES) + "\n"
    assert (tmp_path / "weak_algorithms.csv").read_text() == ",".join(WEAK) + "\n"
    for name, schema in SCHEMA.items():
        assert (tmp_path / "tables" / f"{name}.csv").read_text() == ",".join(schema.usual or schema.names) + "\n"


def test_proposals_offered_and_chosen(tmp_path: Path) -> None:
    write_csv_files(sample(), files_below(tmp_path))
    rows = read(tmp_path / "proposals.csv")
    one = [row for row in rows if row["negotiation"] == "1"]
    assert [(row["side"], row["encryption"]) for row in one] == [
        ("offered", "ENCR_AES_GCM_16-256"),
        ("offered", "ENCR_AES_CBC-256;ENCR_3DES"),
        ("chosen", "ENCR_AES_GCM_16-256"),
    ]
    assert one[1]["integrity"] == "AUTH_HMAC_SHA2_256_128;AUTH_HMAC_SHA1_96"
    four = [row for row in rows if row["negotiation"] == "4"]
    assert [(row["sa"], row["side"], row["encryption"], row["authentication"]) for row in four] == [
        ("IKE SA", "offered", "AES-CBC-256", "pre-shared key"),
        ("IKE SA", "offered", "3DES-CBC", "pre-shared key"),
        ("IKE SA", "chosen", "AES-CBC-256", "pre-shared key"),
        ("child SA 1", "offered", "ESP_AES-CBC-256", ""),
    ]
    assert four[0]["lifetime"] == "28800 seconds"


def test_failures_say_who_where_why_and_what_next(tmp_path: Path) -> None:
    write_csv_files(sample(), files_below(tmp_path))
    rows = {row["negotiation"]: row for row in read(tmp_path / "failures.csv")}
    assert set(rows) == {"2", "3", "4", "5"}
    assert rows["2"]["responder"] == "203.0.113.2:500"
    assert rows["2"]["failed_at"] == "IKE_AUTH"
    assert rows["2"]["why"] == "The responder refused the authentication"
    assert rows["2"]["other_candidates"] == "psk-mismatch (possible);identity-rejected (possible)"
    assert rows["2"]["evidence_frames"] == "22;23"
    assert rows["4"]["outcome"] == "established"
    assert rows["5"]["advice"] == "Start the IKE service there."


def test_weak_algorithms_tell_offers_from_choices(tmp_path: Path) -> None:
    write_csv_files(sample(), files_below(tmp_path))
    rows = read(tmp_path / "weak_algorithms.csv")
    assert ("1", "offered", "ENCR_3DES", "RFC 8247 2.1") in {
        (row["negotiation"], row["side"], row["algorithm"], row["clause"]) for row in rows
    }
    assert {row["side"] for row in rows} == {"offered", "chosen"}
    assert not [row for row in rows if row["finding"] in {"ikev1-in-use", "ike-exposed"}]


def test_hostile_text_is_neither_formula_nor_control_sequence(tmp_path: Path) -> None:
    write_csv_files(sample(), files_below(tmp_path))
    for path in [*tmp_path.glob("*.csv"), *tmp_path.glob("tables/*.csv")]:
        text = path.read_text("utf-8")
        assert not [c for c in text if ord(c) < 32 and c != "\n"], path.name
        assert "\u202e" not in text
        for row in read(path):
            assert not [cell for cell in row.values() if cell and cell[0] in "=+@\t"], path.name
    vendor = read(tmp_path / "tables" / "vendor_ids.csv")[0]
    assert vendor["vendor"] == "'" + FORMULA
    raw = tmp_path / "raw"
    write_csv_files(sample(), files_below(raw), raw=True)
    assert read(raw / "tables" / "vendor_ids.csv")[0]["vendor"] == FORMULA


def test_headline_files_grow_by_capture(tmp_path: Path) -> None:
    with Headlines(files_below(tmp_path)) as headlines:
        headlines.add(sample())
        headlines.add(sample())
        assert not (tmp_path / "failures.csv").exists(), "no half file under its final name"
    rows = read(tmp_path / "failures.csv")
    assert [row["negotiation"] for row in rows] == ["2", "3", "4", "5"] * 2


def test_headline_files_grow_by_those_of_each_capture(tmp_path: Path) -> None:
    write_csv_files(sample(), files_below(tmp_path / "alone"))
    for name, grow in (("rows", lambda h: h.add(sample())), ("files", lambda h: h.append(tmp_path / "alone"))):
        with Headlines(files_below(tmp_path / name)) as headlines:
            grow(headlines)
            grow(headlines)
    for name in HEADLINES:
        assert (tmp_path / "rows" / name).read_bytes() == (tmp_path / "files" / name).read_bytes()
        assert len((tmp_path / "files" / name).read_bytes().splitlines()) > 2


def test_rows_of_a_capture_can_be_taken_back(tmp_path: Path) -> None:
    once = tmp_path / "once"
    with Headlines(files_below(once)) as headlines:
        headlines.add(sample())
        mark = headlines.mark()
        for _ in range(2):
            headlines.add(sample())
            headlines.back_to(mark)
        headlines.back_to(mark)
    write_csv_files(sample(), files_below(tmp_path / "alone"))
    for name in ("proposals.csv", "failures.csv", "weak_algorithms.csv"):
        assert (once / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()


def test_the_list_of_files_is_what_is_written(tmp_path: Path) -> None:
    write_csv_files(sample(), files_below(tmp_path))
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")} == set(CSV_FILES)
