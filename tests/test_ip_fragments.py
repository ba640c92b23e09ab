"""Messages in IP fragments some of which are missing, of every exchange: what was not captured accuses nobody."""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from analyzer import Analysis
from tests.capture.packets import enhanced, ethernet, ipv4, udp
from tests.fixtures.spoiled import SECOND, Raw, raw_frames, write
from tests.ip_fragments import STORIES, Case, written

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.no_cover,
]  # whole captures, read many times: each layer has tests of its own

ACCUSING = {
    "answers-lost",
    "authentication-failed",
    "initiator-stopped",
    "no-response",
    "peer-dead",
    "psk-mismatch",
    "requests-ignored",
    "udp-4500-blocked",
}
HOST, OTHER = bytes([192, 0, 2, 10]), bytes([192, 0, 2, 77])
CARRIERS = ((4, 500), (4, 4500), (6, 500), (6, 4500))
SOME = ((1,), (2,), (3,), (1, 2), (1, 3), (2, 3))
SETUP = [name for name in STORIES if not name.startswith(("quick", "config", "child", "eap"))]
ASKS = [name for name in STORIES if name.endswith(("1", "3", "5")) and not name.startswith("main 3")]


class Told(NamedTuple):
    """What is said of the one negotiation of a capture."""

    outcome: tuple[str, str | None, str | None]
    basis: str
    diagnoses: dict[str, str]  # confidence by id, in order of rank
    details: str
    defects: set[str]
    unexpected: bool


def told(folder: Path, case: Case, more: tuple[bytes, ...] = ()) -> Told:
    path = folder / "capture.pcapng"
    path.write_bytes(written(case) + b"".join(more))
    return read(path)


def read(path: Path) -> Told:
    analysis = Analysis(wanted=dict.fromkeys(("negotiations", "diagnoses", "defects", "findings")))
    analysis.add(path)
    (n,) = analysis.tables["negotiations"].records()
    ranked = sorted(analysis.tables["diagnoses"].records(), key=lambda d: d["rank"])
    return Told(
        (n["outcome"], n["failed_at"], n["failed_by"]),
        n["outcome_basis"],
        {d["diagnosis"]: d["confidence"] for d in ranked},
        " ".join(d["detail"] for d in ranked),
        {d["kind"] for d in analysis.tables["defects"].records()},
        any(f["finding"] == "unexpected-message" for f in analysis.tables["findings"].records()),
    )


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("story", STORIES)
def test_what_only_the_capture_lacks(story: str, carrier: tuple[int, int], tmp_path: Path) -> None:
    """The exchange goes on: nothing was lost, whichever fragments the capture lacks."""
    for some in SOME:
        shown = told(tmp_path, Case(story, (some,), "on", *carrier))
        assert shown.outcome == ("established", None, None), some
        assert shown.diagnoses == {}, some
        if some != (2, 3):  # a filter by port, as it seems
            assert "capture-fragments-incomplete" in shown.defects


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("story", SETUP)
def test_a_first_fragment_that_never_comes(story: str, carrier: tuple[int, int], tmp_path: Path) -> None:
    """Lost before the capture point, each time: the side whose message it may be neither stopped nor fell silent."""
    for some in ((1,), (1, 2), (1, 3)):
        if story == "init 1":
            continue  # nothing of that SA is in the capture
        shown = told(tmp_path, Case(story, (some,), "path", *carrier))
        assert shown.diagnoses == {"fragment-lost": "likely"}, some
        assert "only later IP fragments came, 4 times" in shown.details
        if story in ASKS or story == "main 3":
            assert shown.outcome == ("incomplete", None, None)
            assert "IP fragments of the initiator follow (4 datagrams from frame" in shown.basis
            assert "next message may be there" in shown.basis
        else:
            assert shown.outcome[::2] == ("failed", "none")
            assert "IP fragments of the responder follow (4 datagrams from frame" in shown.basis
            assert "its answer may be there" in shown.basis


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("story", [name for name in STORIES if name not in SETUP])
def test_a_first_fragment_that_never_comes_once_the_sa_is_up(
    story: str, carrier: tuple[int, int], tmp_path: Path
) -> None:
    shown = told(tmp_path, Case(story, ((1,),), "path", *carrier))
    assert shown.outcome[0] == "established"
    assert not ACCUSING & {*shown.diagnoses}
    first = next(iter(shown.diagnoses), None)
    assert first == (None if story in ASKS else "fragment-lost"), "of a request that never came nothing is known"


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("story", STORIES)
def test_later_fragments_that_never_come(story: str, carrier: tuple[int, int], tmp_path: Path) -> None:
    """Of a request or an answer, again and again: nobody refused it and nobody fell silent."""
    for lost in (((2,),), ((3,),), ((2,), (3,))):
        shown = told(tmp_path, Case(story, lost, "path", *carrier))
        assert shown.outcome[2] in (None, "none")
        assert next(iter(shown.diagnoses)) == "fragment-lost"
        assert shown.diagnoses["fragment-lost"] == "likely"
        assert not {"answers-lost", "initiator-stopped", "peer-dead"} & {*shown.diagnoses}
        assert shown.diagnoses.get("udp-4500-blocked", "possible") == "possible"


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("late", [0.5, 2.0, 5.0, 50.0, 500.0])
def test_what_ends_with_fragments_accuses_nobody(story: str, late: float, tmp_path: Path) -> None:
    """They came once: whether the rest was lost, or only the capture lacks it, nothing says."""
    for some in ((1,), (3,)):
        shown = told(tmp_path, Case(story, (some,), "stops", late=late)) if (story, some) != ("init 1", (1,)) else None
        if shown is None:
            continue
        assert shown.outcome[2] in (None, "none")
        assert not {"initiator-stopped", "peer-dead", "udp-4500-blocked", "answers-lost"} & {*shown.diagnoses}
        assert shown.diagnoses.get("fragment-lost", "possible") == "possible"
        assert "fragment-lost" not in shown.diagnoses or late >= 3


@pytest.mark.parametrize("carrier", CARRIERS)
def test_main_mode_that_is_refused_after_fragments(carrier: tuple[int, int], tmp_path: Path) -> None:
    """Message 5, whose first fragment is missing, was refused: the initiator did not stop."""
    whole = told(tmp_path, Case("main 5", ((),), "refused", *carrier))
    for lost in (((1,),), ((1, 2),), ((1, 3),), ((1,), (1,)), ((2,),), ((3,),)):
        shown = told(tmp_path, Case("main 5", lost, "refused", *carrier))
        assert shown.outcome == whole.outcome == ("failed", "IDENTITY_PROTECTION", "responder")
        assert [*shown.diagnoses][:2] == ["authentication-failed", "psk-mismatch"]
        assert shown.diagnoses == whole.diagnoses


def test_nothing_of_the_initiators_next_message(tmp_path: Path) -> None:
    """Near misses: no fragment at all, of other hosts, of another protocol, before the last message, or much later."""
    nothing = Case("main 5", ((1, 2, 3),), "stops", late=100.0)
    assert "initiator-stopped" in told(tmp_path, nothing).diagnoses

    def rest(after: float, protocol: int = 17, source: str = "192.0.2.10", target: str = "192.0.2.20") -> bytes:
        packet = ipv4(protocol, bytes(400), source, target, fragment=185, identification=9)
        return enhanced(ethernet(packet), units=round((1_700_000_000.16 + after) * 1e6))

    later = enhanced(ethernet(ipv4(17, udp(53, 53, bytes(9)))), units=round(1_700_000_200 * 1e6))
    assert "initiator-stopped" not in told(tmp_path, nothing, (rest(1), later)).diagnoses
    for other in (
        rest(90),
        rest(1, protocol=50),
        rest(1, source="192.0.2.11"),
        rest(1, target="192.0.2.21"),
        rest(1, source="192.0.2.20", target="192.0.2.10"),
    ):
        shown = told(tmp_path, nothing, (other, later))
        assert shown.outcome == ("failed", "IDENTITY_PROTECTION", "initiator")
        assert "initiator-stopped" in shown.diagnoses


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("story", STORIES)
def test_transmissions_of_which_one_lacks_fragments(story: str, carrier: tuple[int, int], tmp_path: Path) -> None:
    """The same message in other packets: a retransmission, whichever of them is whole; nothing is out of place."""
    for lost in (((), (3,)), ((2,), ()), ((3,), (2, 3)), ((2, 3), (3,), ()), ((), (1,)), ((1,), ())):
        case = Case(story, lost, "on", *carrier)
        shown = told(tmp_path, case)
        assert shown.outcome == ("established", None, None)
        assert (shown.diagnoses, shown.unexpected) == ({}, False), lost
        if (1,) not in lost:
            large = messages(tmp_path, story)
            assert [m["retransmission_of"] for m in large[1:]] == [large[0]["frame_number"]] * (len(lost) - 1)
            assert len({tuple(m["payload_types"]) for m in large}) == 1, "what one lacks another one shows"


def messages(folder: Path, story: str) -> list[dict[str, Any]]:
    """The transmissions of the large message of the story that was written last."""
    analysis = Analysis()
    analysis.add(folder / "capture.pcapng")
    size = max(len(line.data) for line in STORIES[story])
    return [m for m in analysis.tables["messages"].records() if m["length"] == size]


@pytest.mark.parametrize("story", SETUP)
def test_a_first_fragment_again(story: str, tmp_path: Path) -> None:
    """The same packet seconds or minutes later, its datagram read or given up before: a copy, and no message."""
    for lost, late in (((), 5.0), ((), 100.0), ((3,), 5.0), ((3,), 100.0)):
        case = Case(story, (lost,), "on", late=late)
        told(tmp_path, case)
        frames = raw_frames(tmp_path / "capture.pcapng")
        first = next(f for f in frames if f.data[20] & 0x3F == 0x20 and not f.data[21])
        end = frames[-1].time_ns
        again = [*frames, first._replace(time_ns=end + SECOND), first._replace(time_ns=end + 70 * SECOND)]
        write(again, tmp_path / "again.pcapng")
        analysis = Analysis()
        analysis.add(tmp_path / "again.pcapng")
        whole = Analysis()
        whole.add(tmp_path / "capture.pcapng")
        for table in ("messages", "negotiations", "diagnoses", "findings"):
            assert [*analysis.tables[table].records()] == [
                {**r, "capture": str(tmp_path / "again.pcapng")} if "capture" in r else r
                for r in whole.tables[table].records()
            ]


def _fragments(frames: list[Raw]) -> list[int]:
    """Places of the IP fragments."""
    ipv6_fragment = 44
    v4 = [i for i, f in enumerate(frames) if f.data[12:14] == b"\x08\0" and (f.data[20] & 0x3F or f.data[21])]
    return v4 or [i for i, f in enumerate(frames) if f.data[12:14] == b"\x86\xdd" and f.data[20] == ipv6_fragment]


def _moved(frame: Raw) -> Raw:
    """The same fragment two units of eight bytes further to the front: it overlaps the one before."""
    data = bytearray(frame.data)
    if data[12:14] == b"\x08\0":
        word = int.from_bytes(data[20:22], "big") - 2
        data[20:22] = word.to_bytes(2, "big")
    else:
        word = int.from_bytes(data[56:58], "big") - (2 << 3)
        data[56:58] = word.to_bytes(2, "big")
    return frame._replace(data=bytes(data))


def disordered(frames: list[Raw]) -> Iterator[tuple[str, list[Raw]]]:
    """The fragments of one message in any order, copied at once and late, and overlapping."""
    places = _fragments(frames)
    end, last = frames[-1].time_ns, places[-1]
    for order in permutations(places):
        again = list(frames)
        for place, other in zip(places, order, strict=True):
            again[place] = frames[other]._replace(time_ns=frames[place].time_ns)
        yield f"order {order}", again
    for place in places:
        one = frames[place]
        soon = one._replace(time_ns=one.time_ns + 5_000)
        yield f"{place} twice", [*frames[: place + 1], soon, *frames[place + 1 :]]
        behind = one._replace(time_ns=frames[last].time_ns + 10_000)
        yield f"{place} behind the last", [*frames[: last + 1], behind, *frames[last + 1 :]]
        for seconds in (1, 100):
            yield f"{place} {seconds} s later", [*frames, one._replace(time_ns=end + seconds * SECOND)]
    for place in places[1:]:
        yield f"{place} overlaps", [*frames[:place], _moved(frames[place]), *frames[place:]]


@pytest.mark.parametrize(("ends", "ip"), [("on", 6), ("stops", 4)])
@pytest.mark.parametrize("story", STORIES)
def test_fragments_out_of_order_copied_and_overlapping(story: str, ends: str, ip: int, tmp_path: Path) -> None:
    """Whatever order they come in, and however often: the same is said. What overlaps is a defect."""
    whole = told(tmp_path, Case(story, ((),), ends, ip))
    for what, frames in disordered(raw_frames(tmp_path / "capture.pcapng")):
        write(frames, tmp_path / "again.pcapng")
        shown = read(tmp_path / "again.pcapng")
        assert shown[:4] + shown[5:] == whole[:4] + whole[5:], what
        assert ("wire-fragment-overlap" in shown.defects) is what.endswith("overlaps")


@pytest.mark.parametrize("story", ["init 2", "intermediate 2", "auth 2", "child 2"])
def test_an_answer_in_part_that_was_captured_before_its_request(story: str, tmp_path: Path) -> None:
    told(tmp_path, Case(story, ((3,),), "path"))
    frames = raw_frames(tmp_path / "capture.pcapng")
    at = _fragments(frames)[0]
    early, late = (frames[k]._replace(time_ns=frames[other].time_ns) for k, other in ((at, at - 1), (at - 1, at)))
    write([*frames[: at - 1], early, late, *frames[at + 1 :]], tmp_path / "swapped.pcapng")
    shown = read(tmp_path / "swapped.pcapng")
    assert next(iter(shown.diagnoses)) == "fragment-lost"
    assert "answers-lost" not in shown.diagnoses


@pytest.mark.parametrize("story", ["main 5", "auth 1", "auth 2"])
def test_transmissions_in_part_behind_another_address(story: str, tmp_path: Path) -> None:
    """A NAT lost its state between two transmissions: it is the same message."""
    told(tmp_path, Case(story, ((), (3,)), "path"))
    frames = raw_frames(tmp_path / "capture.pcapng")
    moved = [Raw(f.time_ns, f.link_type, f.data.replace(HOST, OTHER), f.length) for f in frames[9:]]
    write([*frames[:9], *moved], tmp_path / "moved.pcapng")
    assert not read(tmp_path / "moved.pcapng").unexpected
