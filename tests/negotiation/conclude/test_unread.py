"""Messages that the analyzer failed on: no silence, loss or late start is concluded from what they left out."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer import net
from analyzer.analysis import Analysis
from analyzer.capture.datagram import Datagram
from analyzer.isakmp import decode
from analyzer.negotiation.conclude import unread as conclude
from analyzer.negotiation.conclude.closing import Gaps
from analyzer.negotiation.conclude.unread import Unread, cut_before_place, doubt_unread, note_stop
from analyzer.negotiation.follow.placed import NOWHERE
from analyzer.negotiation.follow.plausible import trackable
from analyzer.reading import single as module
from analyzer.report.capture_story import capture_story
from tests.fixtures.cases import case
from tests.fixtures.spoiled import raw_frames, write
from tests.negotiation.build import (
    A_4500,
    B_4500,
    CREATE_CHILD_SA,
    IKE_AUTH,
    MAIN,
    NOTIFY,
    QUICK_MODE,
    SPI_I,
    SPI_R,
    V1_INFORMATIONAL,
    A,
    B,
    C,
    Talk,
    datagram,
    established,
    init_done,
    init_notify,
    init_request,
    main_mode,
    sealed,
    sealed1,
    v1,
)

_ON_A_LOSS = {"capture-ends-early", "capture-starts-late", "one-way-capture", "unsolicited-answers"}
_NAMES = (
    "ikev1-main-psk",
    "ikev1-no-proposal",
    "ikev2-auth-failed-psk",
    "ikev2-dpd-dead-peer",
    "ikev2-fragment-lost",
    "ikev2-init-answer-lost",
    "ikev2-psk-gcm",
)


def failed_on(*frames: int, of: str = SPI_I) -> Unread:
    unread = Unread()
    for frame in frames:
        unread.fail(bytes.fromhex(of), frame)
    return unread


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Collection[int]], Analysis]:
    """Reads a fixture while decoding fails on some of its messages, counted from 0."""
    right = module.decode

    def read(name: str, places: Collection[int]) -> Analysis:
        calls = 0

        def decode(*words: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls - 1 in places:
                raise IndexError
            return right(*words)

        monkeypatch.setattr(module, "decode", decode)
        found = analyzer.read_pcap(case(name).capture)
        net.faults.clear()
        return found

    return read


@pytest.mark.parametrize("name", _NAMES)
def test_whatever_message_it_is(failing: Callable[[str, Collection[int]], Analysis], name: str) -> None:
    whole = failing(name, ())
    total, outcome = len(whole.tables["messages"]), whole.tables["negotiations"].column("outcome")
    for place in range(min(total, 12)):
        tables = failing(name, {place}).tables
        (n,) = tables["negotiations"].records()
        assert n["outcome"] in ("established", "incomplete") or (n["outcome"], n["outcome_confidence"]) == (
            "failed",
            "possible",
        )
        assert n["outcome"] != "established" or outcome == ["established"]
        assert n["failed_by"] != "none"
        assert "the analyzer failed on" in n["outcome_basis"] or n["outcome"] == "established"
        for d in tables["diagnoses"].records():
            assert d["confidence"] == "possible"
            assert "the analyzer failed on" in d["basis"]
            assert d["diagnosis"] not in _ON_A_LOSS
        for e in tables["exchanges"].records():
            assert e["outcome"] in (None, "answered")
            assert e["missing"] is None
        text = " ".join(line.text.strip() for line in capture_story(tables))
        assert "The analyzer failed, by a fault of its own: internal, once" in text
        assert "Capture longer" not in text
        assert "The capture lacks" not in text


def test_a_capture_that_is_read_keeps_its_conclusions() -> None:
    talk = Talk()
    talk.say(init_request())
    (n,) = talk.story(5).negotiations
    for others in (Unread(), failed_on(7, of="ff" * 8)):
        doubt_unread(n, others)
        assert (n.outcome, n.failed_by, n.unread) == ("unanswered", "none", "")
    doubt_unread(n, failed_on(7))
    assert (n.outcome, n.failed_by) == ("incomplete", None)
    assert n.outcome_basis == "the analyzer failed on a message of this SA (frame 7)"


def test_a_refusal_that_was_read_stays_and_is_possible() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(14))
    (n,) = talk.story(5).negotiations
    assert (n.outcome, n.outcome_confidence) == ("failed", "likely")
    doubt_unread(n, failed_on(9, 8))
    assert (n.outcome, n.failed_by, n.outcome_confidence) == ("failed", "responder", "possible")
    assert n.outcome_basis.endswith("; the analyzer failed on 2 messages of this SA (first in frame 8)")


def test_it_is_the_reading_that_ended() -> None:
    talk = Talk()
    talk.say(init_request())
    n = talk.only()
    assert n.outcome_basis == "the capture ends too soon after the request to show an answer"
    note_stop(n)
    assert n.outcome_basis == "what was read of the capture ends too soon after the request to show an answer"


def test_nothing_is_concluded_from_what_does_not_rest_on_absence() -> None:
    """An SA that is up stays so; who let its child SA fail by silence is not known any more."""
    talk = Talk()
    established(talk)
    (n,) = talk.story(5).negotiations
    doubt_unread(n, failed_on(9))
    why = "the analyzer failed on a message of this SA (frame 9)"
    assert (n.outcome, n.failed_by, n.unread) == ("established", None, why)
    assert n.outcome_basis.endswith(f"nothing after it shows that the initiator accepted it; {why}")
    n.failed_at, n.failed_by = "CREATE_CHILD_SA", "none"
    n.children[0].outcome, n.children[0].response_frame = "failed", None
    doubt_unread(n, failed_on(9))
    assert (n.outcome, n.failed_at, n.failed_by) == ("established", None, None)
    assert n.children[0].outcome == "unknown"
    assert n.outcome_basis.endswith("; the analyzer failed on a message of this SA (frame 9)")


def test_what_was_not_read_makes_nothing_surer() -> None:
    talk = Talk()
    established(talk)
    (n,) = talk.story(5).negotiations
    n.outcome_confidence = "possible"
    doubt_unread(n, failed_on(9))
    assert (n.outcome, n.outcome_confidence) == ("established", "possible")


def test_a_child_sa_that_a_message_refused_stays_refused() -> None:
    talk = Talk()
    established(talk, answer=162)
    (n,) = talk.story(5).negotiations
    n.children[0].basis = "seen"
    doubt_unread(n, failed_on(9))
    assert (n.failed_by, n.children[0].outcome) == ("responder", "failed")


def _cut(data: bytes, held: int, frame: int = 9, ends: tuple[tuple[str, int], tuple[str, int]] = (A, B)) -> Datagram:
    return datagram(data[:held], *ends, frame=frame, missing=len(data) - held)


@pytest.mark.parametrize("held", [0, 6, 18, 27])
def test_what_the_capture_holds_too_little_of_is_not_what_is_missing(held: int) -> None:
    """IKE_SA_INIT on UDP 500 was captured as far as its header, IKE_AUTH behind the marker less than that."""
    talk, unread = Talk(), Unread()
    init_done(talk)
    for frame in (5, 6):
        cut = _cut(sealed(IKE_AUTH, 298), held, frame, (A_4500, B_4500))
        assert talk.tracker.feed(cut, decode(cut.payload, cut.missing)) is NOWHERE
        unread.note_unplaced(cut)
    n = talk.tracker.finish([], [], 0, 10**13, Gaps(unread)).negotiations[0]
    of = "between its hosts" if held < 8 else "of this SA"
    assert (n.outcome, n.outcome_basis) == (
        "incomplete",
        f"too little was captured of 2 messages {of} (first in frame 5)",
    )
    assert n.unread == n.outcome_basis


def _of_version(major: int, *, longer: int = 0, spi: str = SPI_I, frame: int = 9) -> Datagram:
    data = bytearray(init_request(spi=spi))
    data[17] = major << 4
    data[24:28] = (len(data) + longer).to_bytes(4, "big")
    return datagram(bytes(data), A, B, frame=frame)


def test_a_version_that_nobody_knows_may_be_what_was_answered() -> None:
    """The request is in the capture, so it is no capture of one direction; noise has no length that fits."""
    talk, unread = Talk(), Unread()
    asked = _of_version(3)
    assert talk.tracker.feed(asked, decode(asked.payload)) is NOWHERE
    unread.note_unplaced(asked)
    talk.answer(init_notify(5))
    (n,) = talk.tracker.finish([], [], 0, 10**13, Gaps(unread)).negotiations
    assert n.unread == "a version other than 1 and 2 stands in a message of this SA (frame 9)"
    init_done(talk := Talk())
    assert talk.tracker.finish([], [], 0, 10**13, Gaps(unread)).negotiations[0].unread == ""  # both sides spoke
    assert not unread
    for other in (_of_version(3, longer=1), _of_version(1), _of_version(2), _of_version(3, spi="ff" * 8)):
        unread = Unread()
        unread.note_unplaced(other)
        assert unread.why(n) == ""


def test_of_very_many_sas_no_more_is_held_and_any_may_be_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conclude, "MOST", 2)
    unread = Unread()
    talk = Talk()
    init_done(talk)
    (n,) = talk.tracker.finish([], [], 0, 10**13, Gaps()).negotiations
    for number in range(2):
        unread.fail(bytes([number] * 8), number)
    assert (unread.is_full, unread.why(n)) == (False, "")
    for number in range(2, 5):
        unread.fail(bytes([number] * 8), number)
    assert unread.is_full
    assert unread.why(n) == "the analyzer failed on 3 messages of other SAs or this one (first in frame 2)"


def test_what_was_cut_of_others_says_nothing() -> None:
    whole = sealed(IKE_AUTH, 298)
    other = sealed(IKE_AUTH, 298, spis=("ff" * 8, SPI_R))
    for cut in (_cut(whole, 298), _cut(whole, 40), _cut(other, 20), _cut(whole, 4, ends=(A, C))):
        talk, unread = Talk(), Unread()
        init_done(talk)
        unread.note_unplaced(cut)
        n = talk.tracker.finish([], [], 0, 10**13, Gaps(unread)).negotiations[0]
        assert n.unread == ""
        assert "no IKE_AUTH in the capture" in n.outcome_basis


@pytest.mark.parametrize(("held", "placed"), [(28, False), (35, False), (36, True), (60, True)])
def test_a_fragment_without_its_number_is_not_placed(held: int, placed: bool) -> None:
    """Without the number it may be another fragment or a retransmission; what is no fragment needs a header only."""
    fragment = _cut(sealed(IKE_AUTH, 200, fragment=(1, 2)), held)
    vendor = _cut(v1(MAIN, (132, bytes(200))), held)
    assert cut_before_place(fragment) is cut_before_place(vendor) is not placed
    assert not cut_before_place(_cut(sealed(IKE_AUTH, 200), held))
    assert trackable(decode(fragment.payload, fragment.missing), fragment) is placed


@pytest.mark.parametrize(
    "name", ["ikev2-natt-data", "ikev1-natt-data", "ikev2-auth-failed-psk", "ikev1-nat-4500-blocked"]
)
def test_a_snap_length_between_the_two_headers(name: str, tmp_path: Path) -> None:
    """On UDP 500 headers are captured, behind the marker not: nothing is said to be missing, late or unprotected."""
    path = tmp_path / "snapped.pcapng"
    write([f._replace(data=f.data[:71]) for f in raw_frames(case(name).capture)], path)
    tables = analyzer.read_pcap(path).tables
    (n,) = tables["negotiations"].records()
    assert n["outcome"] == "incomplete"
    assert n["outcome_basis"].startswith("too little was captured of ")
    assert {d["diagnosis"] for d in tables["diagnoses"].records()} & (_ON_A_LOSS | {"udp-4500-blocked"}) == set()
    assert "traffic-without-negotiation" not in {f["finding"] for f in tables["findings"].records()}
    assert [m["retransmission_of"] for m in tables["messages"].records()].count(None) >= 4


def by_length() -> Talk:
    """IKE_AUTH without room for a child SA in its answer."""
    talk = Talk()
    established(talk, answer=162)
    return talk


def by_word() -> Talk:
    """A quick mode, and the responder's INFORMATIONAL in place of its answer."""
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(QUICK_MODE, 188, mid=7))
    talk.answer(sealed1(V1_INFORMATIONAL, 76, mid=9))
    return talk


@pytest.mark.parametrize("made", [by_length, by_word], ids=["ikev2", "ikev1"])
def test_no_child_is_refused_that_may_have_come_up(made: Callable[[], Talk]) -> None:
    """Where it is not known what became of the child, the verdict does not know either."""
    assert made().only(60).failed_by == "responder"
    (n,) = made().tracker.finish([], [], 0, round(2000e9), Gaps(failed_on(7))).negotiations
    assert (n.outcome, n.failed_at, n.failed_by) == ("established", None, None)
    assert [c.outcome for c in n.children] == ["unknown"]


def test_an_answer_that_refuses_stays_one() -> None:
    """By its length: whatever else there was, it answers this request."""
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
    talk.answer(sealed(CREATE_CHILD_SA, NOTIFY, mid=2, initiator=False, response=True))
    (n,) = talk.tracker.finish([], [], 0, round(2000e9), Gaps(failed_on(7))).negotiations
    assert (n.failed_at, n.failed_by) == ("CREATE_CHILD_SA", "responder")
    assert [c.outcome for c in n.children] == ["established", "failed"]
