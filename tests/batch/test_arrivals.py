"""Looks are listings: no test here waits for anything."""

from collections.abc import Mapping

from analyzer.batch.arrivals import PATIENCE, Arrivals
from analyzer.capture.status import Status

NOW = 1_795_000_000 * 10**9


def at(size: int, inode: int = 1, mtime: int = 0, ctime: int = 0) -> Status:
    return Status(size, NOW + mtime, NOW + ctime, inode)


class Folder:
    """Arrivals, and which files end inside a record."""

    def __init__(self, *cut: str) -> None:
        self.cut, self.asked = set(cut), list[str]()
        self.arrivals = Arrivals(self._ends_inside)

    def _ends_inside(self, path: str) -> bool:
        self.asked.append(path)
        return path in self.cut

    def look(self, files: Mapping[str, Status], later: int = 1) -> tuple[list[str], list[str], list[str]]:
        """What is finished, growing and held after one more look."""
        self.arrivals.look(files, NOW + later)
        return sorted(self.arrivals.finished), sorted(self.arrivals.growing), sorted(self.arrivals.held)


def test_a_file_is_finished_when_it_does_not_change_from_one_look_to_the_next() -> None:
    folder = Folder()
    assert folder.look({"a": at(9)}) == ([], ["a"], [])
    assert folder.look({"a": at(10)}) == ([], ["a"], [])
    assert folder.look({"a": at(10, mtime=1)}) == ([], ["a"], []), "the size is the same, the time is not"
    assert folder.look({"a": at(10, mtime=1), "b": at(1, inode=2)}) == (["a"], ["b"], [])
    assert folder.asked == ["a"]
    assert folder.look({"a": at(10, mtime=1), "b": at(1, inode=2)}) == (["a", "b"], [], [])
    assert folder.asked == ["a", "b"], "it is asked once about each state"
    assert folder.look({"a": at(11, mtime=2), "b": at(1, inode=2)}) == (["b"], ["a"], []), "it grows again"
    assert folder.look({"a": at(11, mtime=2)}) == (["a"], [], [])
    assert folder.asked == ["a", "b", "a"]


def test_a_file_that_was_renamed_did_not_change_and_one_in_its_place_did() -> None:
    folder = Folder()
    folder.look({"a.part": at(9)})
    assert folder.look({"a": at(9, ctime=5)}) == (["a"], [], [])
    assert folder.look({"a": at(9, inode=7, ctime=6)}) == ([], ["a"], [])
    assert folder.look({"a": at(9, inode=8, ctime=6)}) == (["a"], [], []), "inodes that change in each look say nothing"
    done = dict(folder.arrivals.finished)
    folder.look({"a": at(9, inode=9, ctime=6)})
    assert not folder.arrivals.has_news(done)


def test_what_ends_inside_a_record_waits_for_the_rest_or_for_an_hour() -> None:
    folder = Folder("a")
    folder.look({"a": at(9)})
    assert folder.look({"a": at(9)}) == ([], [], ["a"])
    assert folder.look({"a": at(9)}, PATIENCE - 1) == ([], [], ["a"])
    assert folder.look({"a": at(9)}, PATIENCE) == (["a"], [], [])
    assert folder.asked == ["a"]
    folder.cut.clear()
    assert folder.look({"a": at(12, mtime=3)}) == ([], ["a"], [])
    assert folder.look({"a": at(12, mtime=3)}) == (["a"], [], [])


def test_what_ends_inside_a_record_is_finished_when_its_rotation_went_on() -> None:
    names = ("gw-20261129123456.pcap", "gw-20261129133456.pcap")
    folder = Folder(*names)
    files = {name: at(9, inode=number, mtime=number) for number, name in enumerate(names)}
    folder.look(files)
    assert folder.look(files) == ([names[0]], [], [names[1]])
    other = Folder("gw1.pcapx", "gw2.pcapx")  # such names are given by anybody
    files = {"gw1.pcapx": at(9), "gw2.pcapx": at(9, inode=2, mtime=5)}
    other.look(files)
    assert other.look(files)[0] == []


def test_the_newest_file_of_dumpcap_is_never_finished_before_the_next_one_is_there() -> None:
    names = [f"gw_0000{number}_2026112912345{number}.pcapng" for number in range(3)]
    folder, files = Folder(), {name: at(9, number, number) for number, name in enumerate(names)}
    folder.look(files)
    assert folder.look(files) == (names[:2], [], [names[2]])
    assert folder.look(files, PATIENCE + 9) == (names, [], [])


def test_news_is_what_is_finished_anew_or_gone_and_not_what_grows_again() -> None:
    folder = Folder()
    files = {"a": at(9), "b": at(9, inode=2)}
    assert not folder.arrivals.has_news({})
    folder.look(files)
    assert not folder.arrivals.has_news({})
    folder.look(files)
    assert folder.arrivals.has_news({})
    done = dict(folder.arrivals.finished)
    assert not folder.arrivals.has_news(done)
    folder.look({**files, "a": at(10)})
    assert not folder.arrivals.has_news(done)
    folder.look({**files, "a": at(10)})
    assert folder.arrivals.has_news(done)
    folder.look({"b": files["b"]})
    assert folder.arrivals.has_news(done)
