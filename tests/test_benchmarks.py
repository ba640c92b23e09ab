"""The benchmark's captures are what they claim to be. Nothing here measures time."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from analyzer import read_pcap
from benchmarks.make_capture import KINDS, make_capture
from benchmarks.run import CAPTURES, Run, make, result_rows, table
from benchmarks.start import COMMANDS, imports, our_own
from benchmarks.walk import WALKS, known_walk


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", [".pcap", ".pcapng", ".pcap.gz", ".pcapng.gz"])
def test_a_seed_gives_the_same_bytes_and_all_that_was_put_in_is_found(kind: str, suffix: str, tmp_path: Path) -> None:
    first, again, other = (tmp_path / f"{name}{suffix}" for name in ("first", "again", "other"))
    truth = make_capture(first, kind, 3000, ike_share=0.05)
    assert make_capture(again, kind, 3000, ike_share=0.05) == truth
    assert make_capture(other, kind, 3000, ike_share=0.05, seed=2) != truth
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()

    tables = read_pcap(first).tables
    (capture,) = tables["captures"].records()
    assert (capture["packets"], capture["ike_messages"]) == (3000, truth.messages)
    assert truth.messages <= truth.ike_frames <= 3000
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
        assert (capture["packets"], capture["ike_messages"]) == (packets, truth.messages)


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
def test_what_is_measured_can_be_made_and_is_made_once(name: str, tmp_path: Path) -> None:
    path = make(name, 300, 1, tmp_path)
    made = path.read_bytes()
    assert made
    path.write_bytes(made + b"kept")
    assert make(name, 300, 1, tmp_path).read_bytes() == made + b"kept"


def test_ratios_are_formed_round_by_round() -> None:
    runs = {"export": [Run(1, 2, 50), Run(2, 2, 50), Run(1, 2, 60)], "tshark": [Run(10, 8, 300)] * 3}
    ours, theirs = result_rows("mixed", 7504, runs)
    assert ours[2:] == ("7504", "1.00", "2.00", "50", "10.0x (5.0-10.0)", "4.0x")
    assert theirs[-1] == "1.0x"
    lines = table([ours, theirs]).splitlines()
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(("what", "fixture", "exchange_type", "most"), WALKS)
def test_a_walk_begins_and_ends_at_the_tracker_and_takes_no_detour(
    what: str, fixture: str, exchange_type: int, most: int
) -> None:
    walked = known_walk(fixture, exchange_type)
    assert walked[0] == walked[-1] == "analyzer.negotiation.tracker", what
    assert all(a != b for a, b in pairwise(walked))
    assert len(walked) - 1 <= most, what


@pytest.mark.parametrize(("words", "most"), [(words, most) for words, _, most in COMMANDS])
def test_a_command_loads_no_more_modules_than_it_did(words: str, most: int) -> None:
    assert most * 0.8 < len(our_own(imports(words.split()))) <= most
