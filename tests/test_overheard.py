"""Stories over each transport and cipher: what happened is known, and so what must be said of it, and what must not."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import analyzer
from analyzer.report.capture_story import capture_story
from analyzer.report.csv_rows import FAILURES, failure_rows
from analyzer.tables.store import Tables
from tests.negotiation import build as b
from tests.overheard import (
    AUTH,
    CHILD,
    CHILD_ANSWER,
    CHILD_DELETE,
    EMPTY,
    NOTIFY,
    V1_DELETE,
    V1_DPD,
    V1_NOTIFY,
    WITH_PFS,
    Overheard,
    Way,
)

IKEV2 = (Way(), Way("nat", "cbc"), Way("4500", "3des", 6), Way("tcp"), Way("tcp", "cbc", 6))
IKEV1 = (Way("500", "aes-sha1"), Way("nat", "3des-md5"), Way("4500", "aes-sha256"), Way("500", "3des-md5", 6))
TCP, UDP2 = IKEV2[3:], IKEV2[:3]
MOVING1 = IKEV1[1:3]
NOBODY_ANSWERED = ("no answer in th(is|e) capture", "got no answer", "absence of any answer")
CERTAIN = r"\(certain"


class Story(NamedTuple):
    """What happened, over these ways; and what is to be told of the first negotiation.

    diagnosis: the first, "" for none, None where it is free. listed: in failures.csv.
    """

    tell: Callable[[Overheard], object]
    ways: tuple[Way, ...]
    outcome: str
    failed_by: str | None
    diagnosis: str | None
    listed: bool
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    failed_at: str | None = None


STORIES: list[Story] = []


def story(ways: tuple[Way, ...], *expected: object, **more: object) -> Callable[..., Callable[[Overheard], object]]:
    def keep(tell: Callable[[Overheard], object]) -> Callable[[Overheard], object]:
        STORIES.append(Story(tell, ways, *expected, **more))  # type: ignore[arg-type]
        return tell

    return keep


# -- captures that begin inside an SA


@story(UDP2, "established", "none", "child-negotiation-failed", True, never=(CERTAIN,), failed_at="CREATE_CHILD_SA")
def late_child_rekey_ignored(h: Overheard) -> None:
    h.ikev2().packets.clear()
    h.traffic().live(5).sealed(b.CREATE_CHILD_SA, CHILD, 6)
    h.again(h.last, 4).live(3, by=False).traffic(2, 9)


@story((*UDP2, *TCP), "established", "responder", "child-negotiation-failed", True, ("from before the capture",))
def late_child_rekey_refused(h: Overheard) -> None:
    h.ikev2().packets.clear()
    h.traffic().live(5)
    for mid in (6, 7, 8):
        h.pair(b.CREATE_CHILD_SA, WITH_PFS, NOTIFY, mid, after=15)


@story(UDP2, "established", None, "peer-dead", True, ("from before the capture",), (CERTAIN,))
def late_and_the_peer_dies(h: Overheard) -> None:
    h.ikev2().packets.clear()
    h.traffic().live(5).sealed(b.INFORMATIONAL, EMPTY, 6, after=30)
    h.again(h.last, 5).noise(60)


@story(UDP2, "established", None, "requests-ignored", True, ("is alive",), ("no longer answers",))
def late_and_the_daemon_ignores_what_its_kernel_does_not(h: Overheard) -> None:
    h.ikev2().packets.clear()
    h.traffic().live(5).sealed(b.INFORMATIONAL, EMPTY, 6)
    asked = h.last
    for k in range(4):
        h.traffic(2, 9 + 2 * k).send(asked, after=2)
    h.traffic(5, 30)


@story((*UDP2, *TCP), "established", None, "capture-starts-late", False, never=("refused", "Later"))
def late_and_healthy(h: Overheard) -> None:
    h.ikev2().packets.clear()
    h.live(5).traffic().live(3, by=False).live(6)


@story(UDP2, "incomplete", None, "capture-starts-late", False)
def the_end_alone_may_be_a_refusal(h: Overheard) -> None:
    h.ikev2().packets.clear()
    h.pair(b.INFORMATIONAL, NOTIFY, EMPTY, 2).noise(20)


@story(
    IKEV1[:1] + IKEV1[3:],
    "established",
    None,
    "child-negotiation-failed",
    True,
    ("is a guess",),
    ("refused by the [ir]",),
)
def late_quick_modes_refused(h: Overheard) -> None:
    h.ikev1().packets.clear()
    h.traffic().alive1()
    for k in range(3):
        h.quick(0x600 + k, 1, after=15).informational1(V1_NOTIFY, out=False)


@story(IKEV1, "established", None, "peer-dead", True, ("from before the capture",), (CERTAIN,))
def late_ikev1_and_the_peer_dies(h: Overheard) -> None:
    h.ikev1().packets.clear()
    h.traffic().alive1().alive1(after=5)
    for _ in range(5):
        h.informational1(V1_DPD, after=5)
    h.noise(60)


# -- clocks


@story(UDP2, "established", None, "peer-dead", True, ("nothing from the responder after them",), ("is alive",))
def the_clock_goes_back_and_the_peer_dies(h: Overheard) -> None:
    h.ikev2().traffic().wait(-1800).live(2).sealed(b.INFORMATIONAL, EMPTY, 3, after=30)
    h.again(h.last, 4).noise(60)


@story(UDP2, "established", None, "", False, never=("after its Delete", "Traffic after"))
def the_clock_goes_back_before_the_delete(h: Overheard) -> None:
    h.ikev2().traffic(20).wait(-1800).live(2).pair(b.INFORMATIONAL, NOTIFY, EMPTY, 3).noise(30)


@story(IKEV1, "established", None, "", False, ("Out of order: response before request",), ("must have come before",))
def ikev1_answers_stamped_before_what_they_answer(h: Overheard) -> None:
    h.ikev1()
    stamped = [(time - 0.05 if place % 2 else time, frame) for place, (time, frame) in enumerate(h.packets)]
    h.packets = sorted(stamped, key=lambda packet: packet[0])


# -- IKEv1 as IKEv2


@story(MOVING1, "incomplete", None, "initiator-stopped", False, ("capture UDP 4500",), ("refused",))
def ikev1_captured_on_port_500_alone(h: Overheard) -> None:
    h.main(4).noise(60)


@story(MOVING1, "failed", "none", "udp-4500-blocked", True, never=("initiator stopped \\(likely",))
def the_responder_waits_for_message_5(h: Overheard) -> None:
    h.main(4)
    fourth, h.moved = h.last, False
    h.again(fourth, 3, out=False).noise(30)


@story(
    IKEV1,
    "established",
    "responder",
    "child-negotiation-failed",
    True,
    ("child-negotiation-failed.*pfs-mismatch.*child-prop",),
)
def a_quick_mode_that_grew_by_a_key_exchange(h: Overheard) -> None:
    h.ikev1().traffic().wait(3000)
    for k in range(4):
        h.quick(0x2000 + k, 1, content=368, after=18).informational1(V1_NOTIFY, out=False)
    h.traffic(3, 50)


@story(
    IKEV1, "established", "none", "child-negotiation-failed", True, never=("no longer answers",), failed_at="QUICK_MODE"
)
def a_quick_mode_ignored_by_a_living_peer(h: Overheard) -> None:
    h.ikev1().traffic().wait(3000).quick(0x2000, 1)
    asked = h.last
    for k in range(4):
        h.traffic(1, 60 + k).send(asked, after=3)
    h.alive1(by=False, after=2).alive1(after=2).traffic(3, 70)


@story(IKEV1, "failed", "none", "answers-lost", True, ("answered",), NOBODY_ANSWERED)
def main_mode_answers_that_nobody_takes(h: Overheard) -> None:
    for k in range(5):
        h.send(h.main_clear(1), after=10.0 if k else 0.02).send(h.main_clear(2), out=False)
    h.noise(60)


@story(IKEV1, "failed", "responder", "ike-proposal-mismatch", True, ("NO-PROPOSAL-CHOSEN",), NOBODY_ANSWERED)
def main_mode_refused_and_repeated(h: Overheard) -> None:
    for _ in range(3):
        h.send(h.main_clear(1), after=4).clear1(14, spis=(h.spis[0], b.ZERO))
    h.noise(20)


@story(IKEV1, "established", "responder", "peer-restarted", True, ("INVALID-COOKIE",), ("reason is encrypted",))
def a_stale_phase_1(h: Overheard) -> None:
    h.ikev1().traffic().wait(3000)
    for k in range(3):
        h.quick(0x300 + k, 1, after=10).clear1(4)


@story(IKEV1, "established", "initiator", "peer-restarted", True, ("INVALID-COOKIE",), ("reason is encrypted",))
def a_stale_phase_1_of_the_initiator(h: Overheard) -> None:
    h.ikev1().traffic().wait(3000)
    for k in range(3):
        h.quick(0x300 + k, 1, out=False, after=10).clear1(4, out=True)


@story(IKEV1, "established", None, "", False, ("one direction only",))
def ikev1_traffic_one_way_for_a_whole_life(h: Overheard) -> None:
    h.ikev1().esp(packets=6, every=4).informational1(V1_NOTIFY, after=5).informational1(V1_DELETE)


@story(IKEV1, "established", None, "", False)
def a_quick_mode_answer_not_taken_once(h: Overheard) -> None:
    h.main().quick(9, 1)
    first = h.last
    h.sealed1(b.QUICK_MODE, 108, 9, out=False)
    second = h.last
    h.send(first, after=4).send(second, out=False).sealed1(b.QUICK_MODE, 0, 9).traffic(5)


# -- transports


@story(TCP, "failed", "none", "no-response", True, ("ports are open",), ("UDP",))
def ike_auth_without_answer_over_tcp(h: Overheard) -> None:
    h.init().sealed(b.IKE_AUTH, AUTH, 1)
    h.again(h.last, 3).noise(40)


@story(UDP2, "failed", "none", None, True, never=("open UDP 500",))
def ike_auth_without_answer_where_port_500_is_open(h: Overheard) -> None:
    h.init().sealed(b.IKE_AUTH, AUTH, 1)
    h.again(h.last, 4).noise(40)


@story(TCP, "incomplete", None, "initiator-stopped", False, never=("4500 too", "UDP"))
def nothing_after_ike_sa_init_over_tcp(h: Overheard) -> None:
    h.init().noise(60)


@story(TCP, "established", None, "peer-dead", True, never=("UDP",))
def the_peer_dies_over_tcp(h: Overheard) -> None:
    h.ikev2().traffic().sealed(b.INFORMATIONAL, EMPTY, 2, after=30)
    h.again(h.last, 4, after=10).noise(30)


@story(IKEV2, "established", None, "", False, ("one direction only",))
def traffic_one_way_for_a_whole_life(h: Overheard) -> None:
    h.ikev2().esp(packets=6, every=4).pair(b.INFORMATIONAL, NOTIFY, EMPTY, 2, after=5)


# -- two kinds in one capture


@story(UDP2[1:2], "established", "responder", "child-negotiation-failed", True, ("41777",), ("no longer answers",))
def a_nat_rebinds_and_then_the_rekey_is_refused(h: Overheard) -> None:
    h.ikev2().traffic().wait(200)
    h.port_4500 = 41777
    h.live(2).traffic(5, 6).wait(2000)
    for mid in (3, 4, 5):
        h.pair(b.CREATE_CHILD_SA, WITH_PFS, NOTIFY, mid, after=10)


@story(UDP2[1:2], "established", None, "", False, ("41777",))
def a_nat_rebinds_and_all_goes_on(h: Overheard) -> None:
    h.ikev2().traffic().wait(200)
    h.port_4500 = 41777
    h.live(2).traffic(5, 6)
    h.pair(b.CREATE_CHILD_SA, CHILD, CHILD_ANSWER, 3).pair(b.INFORMATIONAL, CHILD_DELETE, CHILD_DELETE, 4)


@story(IKEV2, "established", None, "", False)
def a_cookie_under_load(h: Overheard) -> None:
    cookie = b.notify2(16390, b"c" * 20)
    h.send(h.init_request()).send(b.init_notify(16390, b"c" * 20), out=False)
    h.send(h.init_request(cookie)).send(h.init_answer(), out=False)
    h.moved = h.way.transport in ("nat", "4500")
    h.pair(b.IKE_AUTH, AUTH, 180, 1).traffic().live(2)


CASES = [(told, way) for told in STORIES for way in told.ways]


def prose(tables: Tables) -> str:
    """What is printed, but for the ladders."""
    lines = [
        line.text for line in capture_story(tables) if not re.search(r"<->|[-=]{2}>|<[-=]{2}|= >|< =|##", line.text)
    ]
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize(("told", "way"), CASES, ids=[f"{told.tell.__name__}-{way}" for told, way in CASES])
def test_what_happened_is_told(told: Story, way: Way, tmp_path: Path) -> None:
    heard = Overheard(way)
    told.tell(heard)
    path = tmp_path / "capture.pcapng"
    path.write_bytes(heard.capture())
    tables = analyzer.read_pcap(path).tables
    (n,) = tables["negotiations"].records()
    listed = {row[FAILURES.index("negotiation")] for row in failure_rows(tables)}
    assert (n["outcome"], n["failed_by"], 1 in listed) == (told.outcome, told.failed_by, told.listed)
    assert told.failed_at in (None, n["failed_at"])
    if told.diagnosis is not None:
        assert (n["diagnosis"] or "") == told.diagnosis
    text = prose(tables)
    for words in told.says:
        assert re.search(words, text), text
    for words in told.never:
        assert not re.search(words, text), text
