from analyzer.capture.joining.chains import chains_of, together
from analyzer.capture.joining.glance import Glance
from analyzer.capture.joining.kin import Bond, Kind
from analyzer.capture.sets import MOST_CHAINS


def chains(*captures: tuple[str, float | None, float | None], bonds: tuple[Bond, ...] = ()) -> list[list[str]]:
    """Captures by name, begin and end, in order of time."""
    looks = [
        Glance(name, None if a is None else int(a * 1e9), None if b is None else int(b * 1e9))
        for name, a, b in captures
    ]
    return [[looks[place].capture for place in chain] for chain in chains_of(looks, range(len(looks)), bonds)]


def test_only_bonds_that_join_hold_together() -> None:
    bonds = [Bond(Kind.FOLLOWS, 0, 2), Bond(Kind.BESIDE, 2, 5), Bond(Kind.AGAIN, 1, 3), Bond(Kind.OTHER, 3, 4)]
    assert together(range(6), bonds) == [[0, 2, 5], [1], [3], [4]]
    assert together([1, 4], [Bond(Kind.NAMES, 1, 4)]) == [[1, 4]]


def test_files_that_follow_each_other_are_one_chain() -> None:
    assert chains(("a", 0, 10), ("b", 10, 20), ("c", 3600, 3700)) == [["a", "b", "c"]]


def test_files_of_the_same_time_are_chains_of_their_own() -> None:
    assert chains(("a", 0, 10), ("b", 0.1, 10.2)) == [["a"], ["b"]]


def test_taps_may_be_rotated_each() -> None:
    """Of the same rotation, where names say so, though another file ended later."""
    found = chains(
        ("/in/gw.pcap0", 0, 10), ("/out/gw.pcap0", 0.2, 10.4), ("/in/gw.pcap1", 10.6, 20), ("/out/gw.pcap1", 10.7, 20)
    )
    assert found == [["/in/gw.pcap0", "/in/gw.pcap1"], ["/out/gw.pcap0", "/out/gw.pcap1"]]


def test_where_names_say_nothing_a_file_goes_behind_the_one_that_ended_last() -> None:
    assert chains(("a", 0, 10), ("b", 1, 30), ("c", 31, 40), ("d", 32, 50)) == [["a", "d"], ["b", "c"]]


def test_what_shows_the_same_messages_is_another_tap_whatever_the_clocks_say() -> None:
    bond = Bond(Kind.BESIDE, 0, 1, off=3600 * 10**9)
    assert chains(("a", 0, 10), ("b", 3600, 3610), bonds=(bond,)) == [["a"], ["b"]]


def test_a_file_of_a_rotated_tap_goes_into_no_chain_of_another() -> None:
    """Though by its clock it begins where the other ends, and shows itself no message of it: its next file does."""
    bond = Bond(Kind.BESIDE, 1, 3, off=50 * 10**9)
    for a, b in (("/c/a.pcap", "/c/b.pcap"), ("/c/gw.pcap", "/c/gw-2.pcap"), ("/c/a-1.pcap", "/c/b-1.pcap")):
        a1, b1 = (name.replace("-1.", "-2.") if "-1" in name else name + "1" for name in (a, b))
        taps = (a, 0, 10), (a1, 10, 20), (b, 50, 57), (b1, 57, 70)
        assert chains(*taps, bonds=(bond,)) == [[a, a1], [b, b1]]
        assert chains(*taps) == [[a, a1, b, b1]]  # started again under another name
    alone = ("/c/a.pcap", 0, 10), ("/c/a.pcap1", 10, 20), ("/c/b.pcap", 50, 70)
    assert chains(*alone, bonds=(Bond(Kind.BESIDE, 0, 2),)) == [["/c/a.pcap", "/c/a.pcap1"], ["/c/b.pcap"]]


def test_numbers_that_people_give_to_taps_make_no_rotation_of_them() -> None:
    bond = Bond(Kind.BESIDE, 0, 1)
    assert chains(("/c/tap-1.pcap", 0, 10), ("/c/tap-2.pcap", 20, 30), ("/c/x.pcap", 40, 50), bonds=(bond,)) == [
        ["/c/tap-1.pcap"],
        ["/c/tap-2.pcap", "/c/x.pcap"],
    ]


def test_what_has_no_times_is_a_chain_of_its_own() -> None:
    assert chains(("a", 0, 10), ("b", None, None), ("c", None, None)) == [["a"], ["b"], ["c"]]


def test_it_ends_where_there_are_too_many() -> None:
    assert len(chains(*((str(n), 0, 10) for n in range(MOST_CHAINS * 4)))) == MOST_CHAINS + 1
