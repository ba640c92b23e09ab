from analyzer.capture.joining.copies import Copy
from analyzer.capture.joining.glance import Glance
from analyzer.capture.joining.kin import Bond, Kind
from analyzer.capture.joining.names import numbers_of
from analyzer.capture.joining.words import (
    apart_notes,
    copy_note,
    crowd_note,
    full_note,
    joined_note,
    listed,
    why_joined,
)
from analyzer.capture.sets import CaptureSet

SPI = bytes.fromhex("a5000000000000ff")
LOOKS = [Glance("/c/a.pcap"), Glance("/c/b.pcap"), Glance("/d/b.pcap")]


def why(*bonds: Bond) -> str:
    return why_joined(LOOKS, bonds)


def test_why_names_the_sa_and_the_files() -> None:
    assert why(Bond(Kind.FOLLOWS, 0, 1, SPI)) == "IKE SA a5000000000000ff of a.pcap goes on in b.pcap"
    assert why(Bond(Kind.FOLLOWS, 0, 1, SPI, gap=7_500 * 10**9)).endswith("begins 2 h 5 min after the end of a.pcap")
    assert "of /c/b.pcap goes on in /d/b.pcap" in why(Bond(Kind.FOLLOWS, 1, 2, SPI))


def test_why_says_how_far_clocks_are_apart() -> None:
    assert why(Bond(Kind.BESIDE, 0, 1, SPI, 0)).endswith("a.pcap and b.pcap have the same messages of IKE SA "
        "a5000000000000ff at the same times")  # fmt: skip
    assert why(Bond(Kind.BESIDE, 0, 1, SPI, 5_200_000_000)).endswith(", 5.2 s later in b.pcap")
    assert why(Bond(Kind.BESIDE, 0, 1, SPI, -12_000_000)).endswith(", 12 ms earlier in b.pcap")
    assert why(Bond(Kind.BESIDE, 0, 1, SPI)).endswith("stands in a.pcap and in b.pcap, which ran at the same time")


def test_why_has_one_of_each_kind_and_a_count() -> None:
    text = why(Bond(Kind.NAMES, 0, 1), Bond(Kind.FOLLOWS, 0, 1, SPI), Bond(Kind.FOLLOWS, 0, 2, SPI))
    assert text == (
        "IKE SA a5000000000000ff of a.pcap goes on in b.pcap, and the same is true of 1 more pair of them; "
        "a.pcap and b.pcap have names of one rotation, and the one begins where the other ends"
    )


def test_of_taps_nothing_goes_on_in_the_other() -> None:
    assert "goes on" not in why(Bond(Kind.FOLLOWS, 0, 1, SPI), Bond(Kind.BESIDE, 0, 1, SPI, 50 * 10**9))


def test_a_joined_set_is_named_by_its_files() -> None:
    made = CaptureSet([("a", "b")], "why")
    assert joined_note(made) == ("a and b are read as one capture: why", (made,))
    assert joined_note(CaptureSet([("a", "b")])).text == "a and b are read as one capture"
    assert listed(list("abc")) == "a, b and c"
    assert listed(list("abcdef")) == "a, b and 4 more"


def test_a_copy_names_what_is_read_instead() -> None:
    made = CaptureSet([("a", "b")])
    assert copy_note(Copy("c", "a", same_file=False), {"a": made}) == ("c has the same bytes as a: read once", (made,))
    assert copy_note(Copy("c", "d", same_file=True), {}) == ("c is d by another name: read once", ("d",))


def test_what_looks_alike_and_is_not_joined_is_said() -> None:
    again, other = Bond(Kind.AGAIN, 0, 1, SPI, 108_000 * 10**9), Bond(Kind.OTHER, 0, 2, SPI)
    first, second = apart_notes(LOOKS, [again, again, other], {}, {})
    assert "30 h 0 min apart" in first.text
    assert "two negotiations under the same SPIs" in second.text
    assert first.about == ("/c/a.pcap", "/c/b.pcap")
    made = CaptureSet([("/c/a.pcap", "/c/b.pcap")])
    assert apart_notes(LOOKS, [again], dict.fromkeys(made.members, made), {}) == []


def test_a_rotation_that_is_not_joined_is_said() -> None:
    looks = [Glance(f"/c/gw.pcap{n}") for n in (1, 2, 5)]
    numbers = numbers_of(look.capture for look in looks)
    paused, missing = apart_notes(
        looks, [Bond(Kind.PAUSED, 0, 1, gap=300 * 10**9), Bond(Kind.PAUSED, 1, 2)], {}, numbers
    )
    assert paused.text == (
        "/c/gw.pcap1 and /c/gw.pcap2 have names of one rotation, but /c/gw.pcap2 begins 5 min 0 s after the end of "
        "/c/gw.pcap1: they are read apart. --as-one joins them"
    )
    assert "but 2 files (3 to 4) are missing between gw.pcap2 and gw.pcap5: they are read apart" in missing.text


def test_of_many_pairs_there_is_a_count() -> None:
    looks = [Glance(str(n)) for n in range(9)]
    notes = apart_notes(looks, [Bond(Kind.OTHER, 0, n, SPI) for n in range(1, 9)], {}, {})
    assert len(notes) == 6
    assert notes[-1].text.startswith("so are 3 more pairs")


def test_what_is_too_much_is_said() -> None:
    assert "--as-one" in crowd_note(["a", "b", "c"]).text
    assert full_note(["a"]).text.startswith("1 capture has too many IKE SAs")
    assert full_note(["a", "b"]).about == ("a", "b")
