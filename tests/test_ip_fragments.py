"""Messages in IP fragments some of which are missing, of every exchange: what was not captured accuses nobody."""

from pathlib import Path
from typing import NamedTuple

import pytest

from analyzer import Analysis
from tests.capture.packets import enhanced, ethernet, ipv4, udp
from tests.ip_fragments import STORIES, Case, written

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
    analysis = Analysis()
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
