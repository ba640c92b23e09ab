"""Captures as wholes: every fixture's story is the same in its copy, and nobody in it can be found.

All of them take half a minute: `python -m tests.redact.same_story fixtures/pcaps/*/capture.*` asks the same of each, or
of any other capture. Here it is asked of one of each kind, and of two more.
"""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.capture import open_capture
from analyzer.capture.text_notes import BROKEN
from analyzer.errors import CaptureError
from analyzer.redact.capture import NOT_DECODED
from tests.capture.generator import damaged, pcap_file, pcapng_file
from tests.capture.packets import ETHERNET, enhanced, ethernet, ike_frame, interface, ipv4, option, pcap, section, udp
from tests.conftest import FIXTURES
from tests.redact.same_story import differences, leaks, mapped_columns, originals, redacted, tables_of

KINDS = (
    "ikev1-aggr-psk", "ikev1-natt-data", "ikev2-mobike", "ikev2-nat-seen-twice", "ikev2-ip-fragments-lost",
    "libreswan-tcp-encap", "openiked-wrong-psk",
)  # fmt: skip
OTHERS = sorted({path.parent.name for path in FIXTURES.glob("*/capture.*")}.difference(KINDS))
CHOSEN = (*KINDS, *Random(2).sample(OTHERS, 2))


def capture_of(name: str) -> Path:
    return next(path for path in (FIXTURES / name).glob("capture.*") if path.suffix != ".keys")


@pytest.mark.parametrize("name", CHOSEN)
def test_a_fixture_tells_the_same_story_and_names_nobody(tmp_path: Path, name: str) -> None:
    path, copy = capture_of(name), tmp_path / "copy.pcapng"
    before, mapped = tables_of(path), mapped_columns()
    wanted = originals(path, before)
    assert [*leaks(wanted, path.read_bytes())] or path.suffix == ".gz"  # the search finds what is there
    for keep in (True, False):
        redacted(path, copy, keep_other=keep)
        assert [*differences(before, tables_of(copy), mapped, frames=keep)] == []
        assert [*leaks(wanted, copy.read_bytes())] == []


def test_what_is_not_the_same_is_found() -> None:
    one, other = (tables_of(capture_of(name)) for name in ("ikev1-aggr-psk", "ikev1-main-psk"))
    assert [*differences(one, other, mapped_columns())]


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 1 << 32))
def test_no_capture_makes_it_raise_and_its_copy_is_one(seed: int) -> None:
    r = Random(seed)
    data = damaged(r, r.choice((pcap_file, pcapng_file))(r))
    with TemporaryDirectory() as folder:
        path, copy = Path(folder) / "capture.pcap", Path(folder) / "copy.pcapng"
        path.write_bytes(data)
        done = redacted(path, copy)
        reader = open_capture(str(copy))
        assert all(item.frame_number <= done.packets for item in reader)
        assert reader.info.packets == done.packets


def test_comments_names_and_other_blocks_are_left_out(tmp_path: Path) -> None:
    path, copy = tmp_path / "capture.pcapng", tmp_path / "copy.pcapng"
    named = interface()[:-4]
    body = named[8:] + option(2, b"secret0") + option(3, b"secret description") + bytes(4)
    length = (len(body) + 12).to_bytes(4, "little")
    described = (1).to_bytes(4, "little") + length + body + length
    path.write_bytes(section() + described + enhanced(ike_frame(), options=option(1, b"secret comment") + bytes(4)))
    done = redacted(path, copy)
    assert done.packets == 1
    assert b"secret" in path.read_bytes()
    assert b"secret" not in copy.read_bytes()


def test_an_interface_that_each_section_describes_is_one(tmp_path: Path) -> None:
    path, copy = tmp_path / "capture.pcapng", tmp_path / "copy.pcapng"
    one = section() + interface(name=b"eth0") + enhanced(ike_frame())
    path.write_bytes(one * 3 + section() + interface(name=b"eth1") + enhanced(ike_frame()))
    redacted(path, copy)
    found = [open_capture(str(name)) for name in (path, copy)]
    assert [len([*reader]) for reader in found] == [4, 4]
    assert [reader.points is not None and reader.points.names for reader in found] == [
        ("eth0", "eth1"),
        ("interface 0", "interface 1"),
    ]


def test_what_was_left_out_is_counted_by_what_it_is(tmp_path: Path) -> None:
    path, copy = tmp_path / "capture.pcap", tmp_path / "copy.pcapng"
    other = ethernet(ipv4(17, udp(53, 53, b"dns")))
    path.write_bytes(pcap([ike_frame(), other, ethernet(bytes(40), 0x880B + 0x31), other]))
    done = redacted(path, copy, keep_other=False)
    assert (done.packets, done.of_packets, done.others) == (1, 4, 0)
    assert done.left_out[NOT_DECODED] >= 2
    assert sum(done.left_out.values()) == 3
    assert redacted(path, copy).others == 3


@pytest.mark.parametrize("keep", [False, True])
def test_a_capture_of_which_nothing_could_be_read_is_known(tmp_path: Path, keep: bool) -> None:
    path, copy = tmp_path / "capture.pcap", tmp_path / "copy.pcapng"
    path.write_bytes(pcap([bytes(60)], link_type=147))
    assert redacted(path, copy, keep_other=keep).unopened == "link type 147 USER0"
    for frames in ([], [ethernet(bytes(46), 0x0806)], [ike_frame(), ethernet(bytes(46), 0x892F)]):
        path.write_bytes(pcap(frames, link_type=ETHERNET))
        assert redacted(path, copy, keep_other=keep).unopened == ""


def test_dumps_of_a_log_that_may_not_be_whole_are_left_out_and_counted(tmp_path: Path) -> None:
    lines = (FIXTURES.parent / "logs" / "charon" / "log.txt").read_text().splitlines()
    path, row = tmp_path / "ike.log", next(at for at, line in enumerate(lines) if "   16: " in line)
    for some, left, unopened in (
        (lines[:row] + lines[row + 1 :], 1, ""),
        ([line for line in lines if "   16: " not in line], 6, BROKEN),
    ):
        path.write_text("\n".join(some))
        done = redacted(path, tmp_path / "copy.pcapng")
        assert (done.packets, done.left_out, done.unopened) == (6 - left, {BROKEN: left}, unopened)


def test_what_is_no_capture_raises(tmp_path: Path) -> None:
    (tmp_path / "text.pcap").write_bytes(b"no capture\n")
    with pytest.raises(CaptureError):
        redacted(tmp_path / "text.pcap", tmp_path / "copy.pcapng")


def test_every_mapped_column_is_one() -> None:
    tables = tables_of(capture_of("ikev1-aggr-psk"))
    known = {f"{name}.{field}" for name, table in tables.items() for field in table.schema.names}
    assert mapped_columns() <= known
