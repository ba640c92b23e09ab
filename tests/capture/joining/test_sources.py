import os
import shutil
import tarfile
import zipfile
from itertools import permutations
from pathlib import Path

import pytest

from analyzer.capture import unchanged
from analyzer.capture.given import Given
from analyzer.capture.joining import copies
from analyzer.capture.joining import glance as glances
from analyzer.capture.joining import sources as module
from analyzer.capture.joining.chains import MOST_TAPS
from analyzer.capture.joining.sources import Looked, Sources, looks, sources
from analyzer.capture.sets import CaptureSet
from tests.capture.joining.made import INIT, checks, message, negotiation, noise, write
from tests.conftest import FIXTURES
from tests.cuts import borders, cut

PORTS = (500, 4500)


def found(*captures: str, as_one: bool | None = None) -> Sources:
    return sources(captures, PORTS, as_one=as_one)


def chains(read: Sources) -> list[tuple[tuple[str, ...], ...]]:
    return [capture.chains for capture in read.captures if isinstance(capture, CaptureSet)]


@pytest.fixture
def rotation(tmp_path: Path) -> list[str]:
    parts = [negotiation(0), checks([30, 60]), noise([90, 91]), checks([120])]
    return [write(tmp_path / f"gw.pcap{n or ''}", packets) for n, packets in enumerate(parts)]


@pytest.fixture
def taps(tmp_path: Path) -> dict[str, list[str]]:
    """Two taps, each rotated."""
    packets, more = negotiation(0, ident=9), checks([10, 20, 31, 40])
    made = {}
    for tap, later, border in (("in", 0.0, 6), ("out", 0.004, 5)):
        mine = [(at + later, frame) for at, frame in [*packets, *more]]
        parts = mine[:border], mine[border:]
        made[tap] = [write(tmp_path / tap / f"gw.pcap{n or ''}", part) for n, part in enumerate(parts)]
    return made


def test_a_rotation_is_one_chain_in_order_of_time(rotation: list[str]) -> None:
    read = found(*rotation)
    assert chains(read) == [(tuple(rotation),)]
    (note,) = read.notes
    assert "IKE SA a500000000000001 of gw.pcap goes on in gw.pcap1" in note.text
    assert "gw.pcap1 and gw.pcap2 have names of one rotation" in note.text
    assert "names" not in found(*rotation[:2]).notes[0].text  # the SA says enough
    (made,) = read.captures
    assert isinstance(made, CaptureSet)
    assert made.why in note.text


@pytest.mark.parametrize("compression", ["zip", "tar", "tar.gz"])
def test_files_in_an_archive_are_joined_too(rotation: list[str], tmp_path: Path, compression: str) -> None:
    """With each other, and with what lies beside it."""
    archive = tmp_path / f"evidence.{compression}"
    if compression == "zip":
        with zipfile.ZipFile(archive, "w") as packed:
            for path in rotation[1:]:
                packed.write(path, Path(path).name)
    else:
        with tarfile.open(archive, f"w:{compression[4:]}") as tar:
            for path in rotation[1:]:
                tar.add(path, Path(path).name)
    inside = [f"{archive}/{Path(path).name}" for path in rotation[1:]]
    assert chains(found(*inside[::-1])) == [(tuple(inside),)]
    assert chains(found(rotation[0], *inside)) == [((rotation[0], *inside),)]
    read = found(*rotation, *inside)
    assert chains(read) == [(tuple(rotation),)]
    assert [(copy.capture, copy.of) for copy in read.copies] == list(zip(inside, rotation[1:], strict=True))


def test_a_file_that_is_missing_in_a_rotation_is_said(rotation: list[str]) -> None:
    """An SA joins the others all the same."""
    for as_one in (None, True):
        read = found(rotation[0], rotation[1], rotation[3], as_one=as_one)
        (made,) = read.captures
        assert isinstance(made, CaptureSet)
        assert made.missing == ("file 2 is missing between gw.pcap1 and gw.pcap3",)
        assert made.why.endswith("; file 2 is missing between gw.pcap1 and gw.pcap3") is (as_one is None)
    (made,) = found(*rotation).captures
    assert isinstance(made, CaptureSet)
    assert made.missing == ()


def test_what_names_alone_do_not_join_is_said(tmp_path: Path) -> None:
    given = [write(tmp_path / f"gw.pcap{n}", noise([n * at])) for n, at in ((1, 1), (2, 100), (4, 50.25))]
    read = found(*given)
    assert read.captures == given
    paused, missing = read.notes
    assert "gw.pcap2 begins 3 min 19 s after the end of" in paused.text
    assert "file 3 is missing between gw.pcap2 and gw.pcap4" in missing.text


def test_rotated_taps_are_a_chain_each(taps: dict[str, list[str]]) -> None:
    read = found(*taps["out"], *taps["in"])
    assert chains(read) == [(tuple(taps["in"]), tuple(taps["out"]))]


def test_the_order_in_which_they_are_given_does_not_matter(taps: dict[str, list[str]], tmp_path: Path) -> None:
    (tmp_path / "copy.pcap").write_bytes(Path(taps["in"][0]).read_bytes())
    alone = write(tmp_path / "alone.pcap", negotiation(5, sa=77))
    given = [*taps["in"], *taps["out"], str(tmp_path / "copy.pcap"), alone]
    every = {
        (frozenset(read.captures), tuple(chains(read)), frozenset(read.notes), read.copies)
        for order in list(permutations(given))[::60]
        for read in [found(*order)]
    }
    assert len(every) == 1


def test_what_has_nothing_in_common_stays_as_it_was_given(tmp_path: Path) -> None:
    given = [write(tmp_path / f"{name}.pcap", negotiation(0, sa=n)) for n, name in enumerate("xabc", 1)]
    assert found(*given) == Sources(given)


def test_copies_are_read_once_and_named(tmp_path: Path) -> None:
    one = write(tmp_path / "one.pcap", negotiation(0))
    copied = tmp_path / "z.pcap"
    copied.write_bytes(Path(one).read_bytes())
    link, hard = tmp_path / "link.pcap", tmp_path / "hard.pcap"
    link.symlink_to("one.pcap")
    os.link(one, hard)
    read = found(str(copied), str(link), one, str(hard))
    assert read.captures == [str(hard)]
    assert {Path(copy.capture).name: copy.same_file for copy in read.copies} == {
        "link.pcap": True,
        "one.pcap": True,
        "z.pcap": False,
    }
    assert len(read.notes) == 3


def test_separate_joins_nothing_and_reads_copies(rotation: list[str]) -> None:
    given = [*rotation, rotation[0] + ""]
    assert found(*given, as_one=False) == Sources(given)


def test_as_one_joins_what_has_nothing_in_common(tmp_path: Path) -> None:
    late = write(tmp_path / "a.pcap", negotiation(9000, sa=1))
    early = write(tmp_path / "b.pcap", negotiation(0, sa=2))
    beside = write(tmp_path / "c.pcap", negotiation(0.1, sa=3))
    read = found(late, early, beside, as_one=True)
    assert chains(read) == [((early,), (beside, late))]
    assert [note.text for note in read.notes] == [f"{early}, {beside} and {late} are read as one capture"]
    (made,) = read.captures
    assert isinstance(made, CaptureSet)
    assert made.why == ""


def test_pipes_are_never_joined(tmp_path: Path) -> None:
    fifo, one = tmp_path / "fifo", write(tmp_path / "one.pcap", negotiation(0))
    os.mkfifo(fifo)
    given = ["-", str(fifo), one, str(tmp_path / "none.pcap")]
    assert found(*given) == Sources(given)
    for pipe in ("-", str(fifo)):
        with pytest.raises(ValueError, match="only once"):
            found(pipe, one, as_one=True)


def test_what_cannot_be_read_is_left_to_its_reader(tmp_path: Path, rotation: list[str]) -> None:
    (tmp_path / "text.pcap").write_text("no capture")
    unread = [str(tmp_path / "none.pcap"), str(tmp_path / "text.pcap")]
    read = found(*rotation, *unread)
    assert read.captures[1:] == unread
    assert chains(read) == [(tuple(rotation),)]
    assert chains(found(*unread, *rotation, as_one=True)) == [((*rotation, *unread),)]
    assert chains(found(*unread, as_one=True)) == [(tuple(unread),)]


def test_very_many_captures_of_one_sa_are_no_taps(tmp_path: Path) -> None:
    """Those of them that are of one rotation are joined all the same."""
    packets = negotiation(0, ident=9)
    given = [write(tmp_path / f"t-{chr(97 + n) * 3}.pcap", [*packets, *noise([1 + n])]) for n in range(MOST_TAPS + 1)]
    rotated = [write(tmp_path / "r.pcap", packets[:2]), write(tmp_path / "r.pcap1", packets[2:])]
    read = found(*given, *rotated)
    assert chains(read) == [(tuple(rotated),)]
    assert "too many to be points of one path" in read.notes[0].text
    assert len(chains(found(*given[:MOST_TAPS]))) == 1
    assert [len(one) for one in chains(found(*given, as_one=True))] == [MOST_TAPS + 1]


def test_a_scan_with_one_spi_glues_nothing_together(tmp_path: Path) -> None:
    """The same first messages every day: nobody waits so long for an answer."""
    probe = message(INIT, answered=False)
    given = [write(tmp_path / f"{chr(97 + day)}.pcap", [(day * 86_400, probe)]) for day in range(3)]
    assert not chains(found(*given))


def test_bytes_in_memory_are_joined_like_files(rotation: list[str]) -> None:
    names: list[Given] = []
    for path in rotation[:2]:
        names.append(Given(Path(path).read_bytes(), tuple(names)))
    ((chain,),) = chains(found(*names))
    assert all(isinstance(member, Given) for member in chain)


def test_the_limit_over_all_captures_is_said(rotation: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SAS", 1)
    lone = write(Path(rotation[0]).parent / "lone.pcap", negotiation(9, sa=7))
    assert "too many IKE SAs" in found(*rotation, lone).notes[-1].text


@pytest.fixture
def each_worth_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WORTH", 1)


@pytest.mark.usefixtures("each_worth_a_process")
def test_several_processes_see_the_same(rotation: list[str], tmp_path: Path) -> None:
    given = [*rotation, str(tmp_path / "none.pcap")]
    alone = [(seen.capture, seen.first, seen.pairs) for seen in looks(given, PORTS, 1, None)]
    assert [(seen.capture, seen.first, seen.pairs) for seen in looks(given, PORTS, 2, None)] == alone


@pytest.mark.usefixtures("each_worth_a_process")
def test_a_process_that_is_ended_costs_nothing(rotation: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_send", lambda *_: os._exit(9))
    assert [seen.capture for seen in looks(rotation, PORTS, 2, None)] == rotation


@pytest.mark.parametrize("names", [("gw.pcap0", "gw.pcap1"), ("monday.pcap", "tuesday.pcap")])
def test_a_capture_that_shows_each_packet_twice_is_no_two_taps(names: tuple[str, str], tmp_path: Path) -> None:
    """Wherever it is cut, between a packet and its copy too."""
    data = (FIXTURES / "ikev2-nat-seen-twice" / "capture.pcap").read_bytes()
    paths = [tmp_path / name for name in names]
    joined = 0
    for place in borders(data):
        for path, part in zip(paths, cut(data, [place]), strict=True):
            path.write_bytes(part)
        made = chains(found(*map(str, paths)))
        assert made in ([], [(tuple(map(str, paths)),)])
        joined += bool(made)
    assert joined > 10


def test_who_looks_again_looks_at_what_has_changed(rotation: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "SETTLED", -(1 << 62))
    looked, read, hashed = Looked(), list[str](), list[str]()
    real, digest = glances.glance, copies._digest
    monkeypatch.setattr(glances, "glance", lambda one, *more: read.append(one) or real(one, *more))
    monkeypatch.setattr(copies, "_digest", lambda one: hashed.append(one) or digest(one))
    copy = rotation[0] + ".copy"
    shutil.copy(rotation[0], copy)
    files = [*rotation, copy]
    first = sources(files, PORTS, looked=looked)
    assert (read, hashed) == (rotation, [rotation[0], copy])
    plain = sources(files[1:], PORTS)
    read.clear()
    hashed.clear()
    assert sources(files, PORTS, looked=looked) == first
    assert (read, hashed) == ([], [])
    assert sources(files[1:], PORTS, looked=looked) == plain
    assert read == [copy], "it was a copy, and is one no more"
    assert sources(files, PORTS, looked=looked) == first
    looked.keep([])
    read.clear()
    sources(files, PORTS, looked=looked)
    assert read == rotation


def test_what_is_forgotten_for_its_number_is_known_where_there_is_room_again(
    rotation: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "SETTLED", -(1 << 62))
    known: unchanged.Unchanged[glances.Glance] = unchanged.Unchanged()
    whole = looks(rotation, PORTS, 1, None, known)
    monkeypatch.setattr(module, "MOST_SAS", 0)
    assert all(not seen.sas for seen in looks(rotation, PORTS, 1, None, known))
    monkeypatch.undo()
    assert looks(rotation, PORTS, 1, None, known) == whole
