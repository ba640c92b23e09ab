"""Large messages in fragments, some of them missing: outcome, diagnosis, ladder and exchanges agree on what happened.

What was answered arrived whole; an answer that lacks a fragment is none.
"""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from analyzer import Analysis
from analyzer.report.dossier import dossiers
from analyzer.report.story import negotiation_story
from tests.fragmented import TRANSMISSIONS, Case, written

KINDS = ((2, "ike"), (2, "ip"), (2, "ipv6"), (1, "ike"), (1, "ip"))
SOME = ((1,), (2,), (3,), (2, 3))


class Told:
    """What the analyzer says of a case, which is one negotiation."""

    def __init__(self, case: Case, folder: Path) -> None:
        path = folder / "capture.pcapng"
        path.write_bytes(written(case))
        analysis = Analysis()
        analysis.add(path)
        (self.n,) = analysis.tables["negotiations"].records()
        self.diagnoses = [d["diagnosis"] for d in analysis.tables["diagnoses"].records()]
        self.details = " ".join(d["detail"] for d in analysis.tables["diagnoses"].records())
        large = "IKE_AUTH" if case.ike_version == 2 else "IDENTITY_PROTECTION"
        self.exchange: dict[str, Any] = next(
            e for e in analysis.tables["exchanges"].records() if e["exchange"] == large
        )
        self.messages = list(analysis.tables["messages"].records())
        lines = negotiation_story(dossiers(analysis.tables, [1])[0])
        self.text = " ".join(" ".join(line.text for line in lines).split())


def readable(missing: tuple[int, ...], kind: str) -> bool:
    """Something of the message can be read: without its first IP fragment nothing can."""
    return kind == "ike" or 1 not in missing


def alone(missing: tuple[int, ...], kind: str) -> bool:
    """Of all fragments only the first is there, as a capture filter by port leaves it."""
    return kind != "ike" and missing == (2, 3)


READABLE = [(*kind, some) for kind, some in product(KINDS, SOME) if readable(some, kind[1])]


@pytest.mark.parametrize(("version", "kind", "missing"), READABLE)
def test_a_request_that_lacks_a_fragment_and_is_not_answered(
    version: int, kind: str, missing: tuple[int, ...], tmp_path: Path
) -> None:
    told = Told(Case(version, kind, "request", missing, "silent"), tmp_path)
    assert (told.n["outcome"], told.n["failed_by"], told.n["failure"]) == ("failed", "none", "no answer")
    assert told.n["outcome_confidence"] == "likely"
    assert told.diagnoses[0] == ("capture-filter" if alone(missing, kind) else "fragment-lost")
    assert "fragment-lost" in told.diagnoses
    if kind == "ike" and (version == 2 or 3 not in missing):
        assert f"of 3 fragments of the initiator, number {', '.join(map(str, missing))} never seen" in told.details
    if version == 2:
        assert (told.exchange["outcome"], told.exchange["state"]) == ("unanswered", "requested")
    else:
        assert told.exchange["state"] == "proved"


@pytest.mark.parametrize(("version", "kind", "missing"), READABLE)
def test_a_request_that_was_refused_arrived_whole(
    version: int, kind: str, missing: tuple[int, ...], tmp_path: Path
) -> None:
    told = Told(Case(version, kind, "request", missing, "refused"), tmp_path)
    assert (told.n["outcome"], told.n["failed_by"]) == ("failed", "responder")
    assert told.diagnoses[0] == "authentication-failed"
    assert not {"fragment-lost", "path-mtu", "capture-filter", "no-response"} & {*told.diagnoses}


@pytest.mark.parametrize(("version", "kind"), KINDS)
@pytest.mark.parametrize("large", ["request", "answer"])
@pytest.mark.parametrize("missing", [(), *SOME])
def test_an_sa_that_is_used_came_up_whatever_the_capture_lacks(
    version: int, kind: str, large: str, missing: tuple[int, ...], tmp_path: Path
) -> None:
    told = Told(Case(version, kind, large, missing, "accepted"), tmp_path)
    assert (told.n["outcome"], told.n["failed_at"]) == ("established", None)
    assert told.diagnoses == []
    if version == 2 and readable(missing, kind):
        assert (told.exchange["outcome"], told.exchange["state"]) == ("answered", "accepted")


@pytest.mark.parametrize(("version", "kind", "missing"), READABLE)
def test_an_answer_that_lacks_a_fragment_is_none(
    version: int, kind: str, missing: tuple[int, ...], tmp_path: Path
) -> None:
    """The initiator repeats itself: neither the verdict nor the tables say that it was answered."""
    told = Told(Case(version, kind, "answer", missing, "silent"), tmp_path)
    if alone(missing, kind):  # of what the filter left out nothing is known
        assert told.diagnoses[0] == "capture-filter"
        return
    assert (told.n["outcome"], told.n["failed_by"], told.n["failure"]) == ("failed", "none", "no answer")
    assert "of its answer fragments are missing" in told.n["outcome_basis"]
    assert told.diagnoses[0] == "fragment-lost"
    assert not {"answers-lost", "no-response", "initiator-stopped", "udp-4500-blocked"} & {*told.diagnoses}
    assert "answered" not in told.text
    if version == 2:
        assert (told.exchange["outcome"], told.exchange["state"]) == ("unanswered", "requested")
    else:
        assert told.exchange["state"] == "proved", "message 5 was sent, message 6 did not arrive"


@pytest.mark.parametrize(("version", "kind"), KINDS)
def test_a_whole_answer_in_vain_is_counted_once_each_time(version: int, kind: str, tmp_path: Path) -> None:
    told = Told(Case(version, kind, "answer", (), "silent"), tmp_path)
    assert (told.n["outcome"], told.n["failure"]) == ("failed", "answer not received")
    assert told.diagnoses[0] == "answers-lost"
    assert f"it is answered {TRANSMISSIONS} times in all" in told.details
    assert "fragment-lost" not in told.diagnoses


@pytest.mark.parametrize(("version", "kind"), KINDS)
def test_a_whole_request_without_an_answer(version: int, kind: str, tmp_path: Path) -> None:
    told = Told(Case(version, kind, "request", (), "silent"), tmp_path)
    assert (told.n["outcome"], told.n["failure"]) == ("failed", "no answer")
    assert "fragment-lost" not in told.diagnoses
    assert f"{TRANSMISSIONS} transmissions" in told.details


@pytest.mark.parametrize("large", ["request", "answer"])
def test_the_ladder_says_which_fragment_of_which_message(large: str, tmp_path: Path) -> None:
    names = {"request": ("IKE_AUTH request 1", "IDENTITY_PROTECTION 5")}
    for version, title in zip((2, 1), names.get(large, ("IKE_AUTH response 1", "IDENTITY_PROTECTION 6")), strict=True):
        told = Told(Case(version, "ike", large, (2,), "silent"), tmp_path)
        assert f"{title}, fragment 1 of 3" in told.text
        assert f"{title}, fragment 3 of 3" in told.text
        assert f"{title}, fragment 2" not in told.text
