"""The benchmark's captures are what they claim to be. Nothing here measures time."""

import csv
import sys
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from analyzer import read_pcap
from analyzer.cli.main import main
from benchmarks import opening, page
from benchmarks.captures import CAPTURES, Capture, make
from benchmarks.equal import compare
from benchmarks.make_capture import KINDS, make_capture
from benchmarks.measure import Run, measure
from benchmarks.results import OTHERS, OWN, Conditions, load, merged, origins, result_of, save, table
from benchmarks.rows import COMMANDS, EACH, MANY_QUICK, ROWS, WALL, Row, batch, known, program
from benchmarks.run import main as run
from benchmarks.start import COMMANDS as STARTS
from benchmarks.start import imports, our_own
from benchmarks.walk import WALKS, known_walk
from tests.browsers.chromium import CHROMIUM


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", [".pcap", ".pcapng", ".pcap.gz", ".pcapng.gz"])
def test_a_seed_gives_the_same_bytes_and_all_that_was_put_in_is_found(kind: str, suffix: str, tmp_path: Path) -> None:
    first, again, other = (tmp_path / f"{name}{suffix}" for name in ("first", "again", "other"))
    truth = make_capture(first, kind, 1500, ike_share=0.1)
    assert make_capture(again, kind, 1500, ike_share=0.1).summary() == truth.summary()
    assert make_capture(other, kind, 1500, ike_share=0.1, seed=2).seen != truth.seen
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()

    tables = read_pcap(first).tables
    (capture,) = tables["captures"].records()
    assert (capture["packets"], capture["ike_messages"]) == (1500, truth.seen.messages)
    assert truth.seen.messages <= truth.ike_frames <= 1500
    found = {row["initiator_spi"]: row["responder_spi"] for row in tables["negotiations"].records()}
    assert len(found) == len(tables["negotiations"])
    assert {spi for spi, other_spi in found.items() if int(other_spi, 16)} == truth.answered
    assert set(found) == truth.initiator_spis


@pytest.mark.parametrize("packets", range(1, 40, 3))
def test_no_message_is_cut_off_where_a_capture_ends(packets: int, tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    for kind in ("mixed", "ike"):
        truth = make_capture(path, kind, packets, ike_share=0.5, seed=packets)
        (capture,) = read_pcap(path).tables["captures"].records()
        assert (capture["packets"], capture["ike_messages"]) == (packets, truth.seen.messages)


def test_a_flood_is_of_one_shape_and_has_one_real_sa(tmp_path: Path) -> None:
    path = tmp_path / "flood.pcap"
    truth = make_capture(path, "flood", 400)
    (real,) = truth.answered
    messages = list(read_pcap(path).tables["messages"].records())
    spoofed = [m for m in messages if m["initiator_spi"] != real]
    assert len({m["src_ip"] for m in spoofed}) > 0.99 * len(spoofed) > 350
    assert len({(m["dst_ip"], m["length"], m["payload_types"]) for m in spoofed}) == 1
    frames = [m["frame_number"] for m in messages if m["initiator_spi"] == real]
    assert len(frames) >= 6
    assert max(b - a for a, b in pairwise([0, *frames, 400])) < 2 * 400 / len(frames)


def test_distinct_sa_leaves_hardly_two_offers_alike(tmp_path: Path) -> None:
    shares = []
    for distinct_sa in (False, True):
        path = tmp_path / f"{distinct_sa}.pcap"
        make_capture(path, "ike", 600, mean_tail=0, distinct_sa=distinct_sa)
        offers = defaultdict(list)
        for row in read_pcap(path).tables["transforms"].records():
            if row["side"] == "offered":
                offers[row["frame_number"]].append((row["transform"], row["key_bits"], row["attributes"]))
        shares.append(len({tuple(offer) for offer in offers.values()}) / len(offers))
    assert shares[0] < 0.2
    assert shares[1] > 0.8


@pytest.mark.parametrize("name", CAPTURES)
def test_what_is_measured_can_be_made_and_is_made_once(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CAPTURES, name, CAPTURES[name]._replace(quick=300))
    capture = make(name, tmp_path, quick=True)
    made = capture.path.read_bytes()
    assert made
    assert capture.truth["packets"] == 300
    capture.path.write_bytes(made + b"kept")
    again = make(name, tmp_path, quick=True)
    assert again == capture
    assert again.path.read_bytes() == made + b"kept"


def test_the_same_content_has_the_same_truth_in_every_form(tmp_path: Path) -> None:
    truths = []
    for suffix in (".pcap", ".pcapng", ".pcap.gz", ".pcapng.gz"):
        path = tmp_path / f"made{suffix}"
        truths.append(make_capture(path, "ike", 600).summary())
        outputs = {"ten fields": exported(path, "messages"), "negotiations": exported(path, "negotiations")}
        assert compare(Capture("ike", path, truths[0]), outputs).unequal == []
    assert all(truth == truths[0] for truth in truths)


def exported(path: Path, table: str) -> Path:
    """A table as a CSV file beside its capture."""
    out = path.with_name(f"{path.name}-{table}.csv")
    with pytest.raises(SystemExit, match="0"):
        main(["export", str(path), "--table", table, "-o", str(out)])
    return out


def test_what_is_not_equal_is_found(tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    truth = make_capture(path, "ike", 300).summary()
    capture = Capture("ike", path, truth)
    for of, name in (("messages", "all columns"), ("negotiations", "negotiations")):
        out = exported(path, of)
        lines = out.read_text("utf-8").splitlines()
        assert not compare(capture, {name: out}).unequal
        for wrong in (
            lines[:-1],
            [*lines, lines[-1].replace("1", "7")],
            [lines[0], *(line.replace("a", "b") for line in lines[1:])],
        ):
            out.write_text("\n".join(wrong) + "\n", "utf-8")
            assert len(compare(capture, {name: out}).unequal) == 1, name


def test_what_is_folded_into_floods_counts_and_what_was_answered_is_there(tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    capture = Capture("flood", path, make_capture(path, "flood", 200).summary())
    (real,) = capture.truth["answered"]
    negotiations, floods = exported(path, "negotiations"), tmp_path / "floods"
    head, *rows = negotiations.read_text("utf-8").splitlines()
    outputs = {"negotiations": negotiations, "floods": floods}
    for kept, folded, wrong in (
        (rows, 0, 0),
        ([row for row in rows if real in row], len(rows) - 1, 0),
        ([row for row in rows if real in row], len(rows) - 2, 1),
        ([row for row in rows if real not in row], 1, 1),
        ([], len(rows), 1),
    ):
        negotiations.write_text("\n".join([head, *kept]) + "\n", "utf-8")
        floods.write_text(f"flood,folded\n1,{folded}\n2,\n", "utf-8")
        assert len(compare(capture, outputs).unequal) == wrong


def test_both_sides_are_compared_where_nobody_knows_what_was_put_in(tmp_path: Path) -> None:
    """tshark's lines, as it prints them."""
    path = tmp_path / "made.pcap"
    make_capture(path, "ike", 300)
    ours, negotiations = exported(path, "messages"), exported(path, "negotiations")
    rows = list(csv.DictReader(ours.open(encoding="utf-8")))
    lines = []
    for r in rows:
        spis = r["initiator_spi"], r["responder_spi"]
        mid = f"0x{int(r['message_id']):08x}"
        line = (r["frame_number"], "0.0", r["src_ip"], r["dst_ip"], *spis, "0x20", r["exchange_type"], mid, "33,34")
        lines.append("\t".join(line) + "\n")
    theirs = tmp_path / "tshark"
    outputs = {"ten fields": ours, "tshark fields": theirs, "negotiations": negotiations}
    theirs.write_text("".join(lines), "utf-8")
    found = compare(Capture("ike", path, {}), outputs)
    assert found.unequal == []
    assert found.messages == {"ten fields": 300, "tshark fields": 300}
    theirs.write_text("".join(lines[1:]).replace("a", "b"), "utf-8")
    assert len(compare(Capture("ike", path, {}), outputs).unequal) == 2


def test_what_two_jobs_write_is_compared_with_what_one_writes(tmp_path: Path) -> None:
    outputs = {}
    for name, text in (("report", "x"), ("report --jobs 2", "x"), ("summary", "s"), ("summary --jobs 2", "s")):
        path = tmp_path / name
        if name.startswith("report"):
            (path / "tables").mkdir(parents=True)
            (path / "tables" / "negotiations.csv").write_text("initiator_spi\n")
            (path / "page").write_text(text)
        else:
            path.write_text(text)
        outputs[name] = path
    capture = Capture("ike125", tmp_path, {})
    assert compare(capture, outputs).unequal == []
    (outputs["report"] / "page").write_text("y")
    outputs["summary"].write_text("t")
    assert len(compare(capture, outputs).unequal) == 2
    (outputs["report"] / "page").unlink()
    assert len(compare(capture, outputs).unequal) == 2


ROW = Row("ike/all-columns", "ike", "all columns", "tshark fields", 2, 250)
UNDER = Conditions(OWN, 0.5, "2026-01-02", "versions", 100)


def test_ratios_are_formed_round_by_round_and_judged_by_the_goal() -> None:
    mine, tshark = [Run(1, 2, 50), Run(2, 2, 50), Run(1, 2, 60)], [Run(10, 8, 300)] * 3
    found = result_of(ROW, mine, tshark, (7504, 7504), UNDER)
    assert (found.cpu_s, found.wall_s, found.peak_mib, found.rival_cpu_s) == (1, 2, 50, 10)
    assert (found.value, found.least, found.most, found.verdict) == (10, 5, 10, "met")
    assert result_of(ROW._replace(of=WALL), mine, tshark, (1, 1), UNDER).value == 4
    assert result_of(ROW._replace(goal=11), mine, tshark, (1, 1), UNDER).verdict == "missed (speed)"
    assert (
        result_of(ROW._replace(goal=11, goal_mib=49), mine, tshark, (1, 1), UNDER).verdict == "missed (speed, memory)"
    )
    assert result_of(ROW._replace(goal=None, goal_mib=None), mine, tshark, (1, 1), UNDER).verdict == ""
    alone = result_of(ROW, mine, [], (1, None), UNDER)
    assert (alone.value, alone.rival, alone.verdict) == (None, "", "")
    each = ROW._replace(of=EACH, goal=5, goal_mib=None)
    slow = result_of(each, [Run(2, 2, 50)], [Run(1, 1, 50)], (None, None), UNDER)
    assert (slow.value, slow.verdict) == (10, "missed (speed)")
    assert result_of(each._replace(goal=10), [Run(2, 2, 50)], [Run(1, 1, 50)], (None, None), UNDER).verdict == "met"


def test_results_are_kept_renewed_and_shown(tmp_path: Path) -> None:
    one, two = (
        result_of(ROW._replace(name=name), [Run(1, 2, 50)], [Run(9.5, 8, 300)], (7504, 7000), UNDER)
        for name in ("ike/all-columns", "ike/ten-fields")
    )
    order = [row.name for row in ROWS]
    kept = merged([one], [replace(one, cpu_s=3.0), two], order)
    assert [(r.row, r.cpu_s) for r in kept] == [("ike/ten-fields", 1), ("ike/all-columns", 3)]
    save(tmp_path / "r.json", kept)
    assert load(tmp_path / "r.json") == kept
    assert load(tmp_path / "none.json") == []
    save(tmp_path / "r.csv", kept)
    (first, _) = csv.DictReader((tmp_path / "r.csv").open(encoding="utf-8"))
    assert (first["row"], first["value"], first["verdict"]) == ("ike/ten-fields", "9.5", "met")
    lines = table(kept).splitlines()
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1
    assert "| 7,504 (it finds 7,000) |" in lines[2]
    assert "9.50x (9.50-9.50)" in lines[2]
    assert origins(kept) == [f"all rows: captures of {OWN}; 2026-01-02; versions; 1 round; load 0.5-0.5"]
    assert [line.partition(":")[0] for line in origins([one, replace(two, date="2026-01-03")])] == [one.row, two.row]


def test_the_page_says_where_others_are_faster_and_what_is_missed() -> None:
    slow = result_of(ROW, [Run(20, 2, 300)], [Run(10, 8, 300)], (1, 1), UNDER._replace(size_bytes=10**8))
    fast = result_of(ROW._replace(name="ike/ten-fields"), [Run(1, 2, 50)], [Run(10, 8, 300)], (1, 1), UNDER)
    said = "\n".join(page.lines([slow, replace(fast, size_bytes=10**8)]))
    assert "**Slower than what stands beside it:** ike/all-columns (0.50x tshark fields).\n" in said
    assert "**Goals missed:** ike/all-columns (speed and memory).\n" in said
    assert "Not measured: mixed/ten-fields, " in said
    assert "| ike | all columns | 100 s | 0.10 GB |" in said
    assert said.count("| ike/") == 2
    others = "\n".join(page.lines([replace(slow, made_by=OTHERS)]))
    assert "made by another generator" in others
    assert "**Slower than what stands beside it:** no row.\n" in others
    assert {r.row for r in load(page.RESULTS)} <= {row.name for row in ROWS}


def test_captures_of_a_batch_are_no_copies(tmp_path: Path) -> None:
    folder = batch(tmp_path, quick=True).path
    each = [read_pcap(path).tables["negotiations"] for path in sorted(folder.iterdir())]
    assert len(each) == MANY_QUICK[1]
    assert len({spis for table in each for spis in table.cells("initiator_spi", "responder_spi")}) == len(each)
    assert len({outcome for table in each for outcome in table.cells("outcome", "first_time")}) == 1
    everything = read_pcap(folder)
    assert (len(everything.copies), len(everything.notes)) == (0, 0)


def test_every_row_has_its_commands_and_no_name_twice() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row.capture in CAPTURES or row.capture in {"short", "batch"}
        assert {row.ours, row.rival or row.ours} <= set(COMMANDS)
        assert not program(row.ours)
    assert known("summary")
    assert not known("summary --no-such-option 2")
    assert known("export --table messages")


def test_the_quick_form_without_tshark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Then the generator is the only witness, and it says so."""
    monkeypatch.setattr("shutil.which", lambda _: None)
    for name in ("ike", "esp"):
        monkeypatch.setitem(CAPTURES, name, CAPTURES[name]._replace(quick=300))
    words = [
        "ike/ten-fields",
        "esp/negotiations",
        "--quick",
        "--folder",
        str(tmp_path),
        "--output",
        f"{tmp_path}/r.json",
    ]
    assert run(words) == 0
    said = capsys.readouterr().out
    assert "ike/ten-fields: tshark is not installed, ours ran alone" in said
    assert "All found the same." in said
    assert [r.rival for r in load(tmp_path / "r.json")] == ["", ""]
    (truth,) = tmp_path.glob("ike-300-1.pcap.json")
    truth.write_text(truth.read_text("utf-8").replace('"messages": 300', '"messages": 301'))
    assert run(words) == 1
    assert "not the same messages" in capsys.readouterr().out


def test_a_command_that_fails_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no such file"):
        measure([[sys.executable, "-c", "import sys; sys.exit('no such file')"]])
    with (tmp_path / "out").open("wb") as file:
        measure([[sys.executable, "-c", "print('a')"], ["cat"]], file)
    assert (tmp_path / "out").read_bytes() == b"a\n"


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_page_is_opened_and_searched(tmp_path: Path) -> None:
    found = opening.opening(opening.SMALL + 10, tmp_path, 1)
    assert found.page_mb < found.folder_mb
    assert found.paint_ms > 0
    assert found.ready_ms > 0
    assert found.search_ms > 0
    some = [replace(found, page_mb=9.0, ready_ms=1.0, paint_ms=2.0), replace(found, page_mb=11.0, ready_ms=5000.0)]
    text = "\n".join(opening.lines(some))
    assert "| 9.00 MB |" in text
    assert text.count("| met |") == 1
    assert "| missed (page, ready) |" in text
    assert list(opening.lines([])) == []


@pytest.mark.parametrize(("what", "fixture", "exchange_type", "most"), WALKS)
def test_a_walk_begins_and_ends_at_the_tracker_and_takes_no_detour(
    what: str, fixture: str, exchange_type: int, most: int
) -> None:
    walked = known_walk(fixture, exchange_type)
    assert walked[0] == walked[-1] == "analyzer.negotiation.tracker", what
    assert all(a != b for a, b in pairwise(walked))
    assert len(walked) - 1 <= most, what


@pytest.mark.parametrize(("words", "most"), STARTS)
def test_a_command_loads_no_more_modules_than_it_did(words: str, most: int) -> None:
    assert most * 0.8 < len(our_own(imports(words.split()))) <= most
