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
@pytest.mark.parametrize("suffix", [".pcap", ".pcapng"])
def test_a_seed_gives_the_same_bytes_and_all_of_its_messages_are_found(kind: str, suffix: str, tmp_path: Path) -> None:
    first, again, other = (tmp_path / f"{name}{suffix}" for name in ("first", "again", "other"))
    frames = make_capture(first, kind, 3000, ike_share=0.05)
    make_capture(again, kind, 3000, ike_share=0.05)
    make_capture(other, kind, 3000, ike_share=0.05, seed=2)
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()

    (capture,) = read_pcap(first).tables["captures"].records()
    assert capture["packets"] == 3000
    assert 0.9 * frames <= capture["ike_messages"] <= frames  # some messages take two frames


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
