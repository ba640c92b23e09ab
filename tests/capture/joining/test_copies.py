import os
from pathlib import Path

from analyzer.capture.given import Given
from analyzer.capture.joining.copies import Copy, copies, is_file, size_of


def test_equal_bytes_are_copies_and_equal_sizes_are_not(tmp_path: Path) -> None:
    for name, data in (("a", b"same"), ("b", b"same"), ("c", b"size"), ("d", b"longer"), ("e", b""), ("f", b"")):
        (tmp_path / name).write_bytes(data)
    a, b, c, d, e, f = (str(tmp_path / name) for name in "abcdef")
    assert copies([a, b, c, d, e, f]) == [Copy(b, a, same_file=False)]
    assert copies([f, c, b, a]) == [Copy(b, a, same_file=False)]


def test_links_are_the_file_itself_which_is_read(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(b"same")
    (tmp_path / "other").write_bytes(b"same")
    (tmp_path / "a").symlink_to("m")
    os.link(tmp_path / "m", tmp_path / "z")
    a, m, z, other = (str(tmp_path / name) for name in ("a", "m", "z", "other"))
    assert copies([a, z, other, m]) == [
        Copy(a, m, same_file=True),
        Copy(z, m, same_file=True),
        Copy(other, m, same_file=False),
    ]


def test_a_link_to_a_copy_is_of_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"same")
    (tmp_path / "b").write_bytes(b"same")
    (tmp_path / "c").symlink_to("b")
    a, b, c = (str(tmp_path / name) for name in "abc")
    assert [copy.of for copy in copies([c, b, a])] == [a, a]


def test_bytes_in_memory_are_compared_too(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"same")
    given = Given(b"same")
    assert copies([given, str(tmp_path / "a")]) == [Copy(given, str(tmp_path / "a"), same_file=False)]
    assert copies([Given(b"one"), Given(b"two", ("<bytes>",))]) == []


def test_the_copy_that_has_companions_is_read(tmp_path: Path) -> None:
    for name, data in (("gw.pcap", b"first"), ("gw.pcap1", b"same"), ("a.pcap", b"same")):
        (tmp_path / name).write_bytes(data)
    first, second, other = (str(tmp_path / name) for name in ("gw.pcap", "gw.pcap1", "a.pcap"))
    assert copies([other, first, second]) == [Copy(other, second, same_file=False)]


def test_what_cannot_be_read_is_no_copy(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    names = [str(tmp_path / "none"), str(tmp_path / "none2"), "-", "", "\0"]
    assert copies(names) == []
    assert not any(map(is_file, [*names, str(tmp_path / "fifo"), str(tmp_path)]))
    assert [size_of(name) for name in names] == [0] * 5
    assert is_file(Given(b""))
