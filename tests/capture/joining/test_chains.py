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


def test_what_has_no_times_is_a_chain_of_its_own() -> None:
    assert chains(("a", 0, 10), ("b", None, None), ("c", None, None)) == [["a"], ["b"], ["c"]]


def test_it_ends_where_there_are_too_many() -> None:
    assert len(chains(*((str(n), 0, 10) for n in range(MOST_CHAINS * 4)))) == MOST_CHAINS + 1
