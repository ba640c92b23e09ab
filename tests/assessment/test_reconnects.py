"""Rows of SAs that one host begins again and again, and what only looks like one."""

import pytest

from analyzer.assessment.reconnects import Row, reconnects
from analyzer.assessment.scene import began
from analyzer.capture.datagram import EspStream
from analyzer.negotiation.life import Lives
from analyzer.negotiation.model import SeenIdentity
from tests.assessment.build import INITIATOR, RESPONDER, SECOND, Talk, healthy, main_mode, story
from tests.assessment.lives import stream
from tests.work import lines_run


def row(
    count: int = 5, every: float = 120, *, lasts: float = 30, by: str = "i", version: int = 2, **fields
) -> list[Talk]:
    """SAs of one initiator, each deleted by one side after so many seconds; by: "" by none."""
    talks = []
    for k in range(count):
        if version == 2:
            talk = healthy(k + 1, 100 * k + 1, at=every * k, **fields)
        else:
            talk = main_mode(k + 1, 100 * k + 1, at=every * k, outcome="established", **fields)
        talk.n.children.clear()
        if by:
            talk.now = every * k + lasts
            talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=2, length=65)
            talk.say("INFORMATIONAL", by="r" if by == "i" else "i", begun_by=by, message_id=2, length=57)
        talks.append(talk)
    return talks


def found(talks: list[Talk], *streams: EspStream, last: float = 4000) -> dict[int, Row]:
    tale = story(*talks, last=last)
    tale.streams = list(streams)
    group = sorted(((began(t.n) or 0, t.n) for t in talks), key=lambda entry: entry[0])
    return reconnects([group], tale.streams, Lives(tale).life, tale.last_time or 0)


def members(talks: list[Talk], *streams: EspStream) -> set[int]:
    return set(found(talks, *streams))


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("by", ["i", "r", ""])
def test_up_gone_and_begun_again(by: str, version: int) -> None:
    one = found(row(by=by, version=version))[3]
    assert [n.number for n in one.negotiations] == [1, 2, 3, 4, 5]
    assert (one.period.times, one.period.even, round(one.period.pause_ns / SECOND)) == (5, True, 120)
    if version == 2:
        assert (one.by_initiator, one.by_responder) == (5 * (by == "i"), 5 * (by == "r"))


def test_how_many_and_how_often() -> None:
    assert members(row(4)) == {1, 2, 3, 4}
    assert members(row(3)) == set()
    assert members(row(every=3500)) == {1, 2, 3, 4, 5}
    assert members(row(every=3700)) == set()


def test_traffic_to_the_initiator_ends_a_row() -> None:
    talks = row(9)
    assert members(talks, stream(at=1, until=3000)) == set(range(1, 10)), "what it sends is no answer"
    assert members(talks, stream(back=True, at=1, until=3000)) == set()
    assert members(talks, stream(back=True, at=485, until=490)) == {1, 2, 3, 4, 6, 7, 8, 9}
    assert members(talks, stream(back=True, first_time=None, last_time=None)) == set()
    assert members(talks, EspStream("0a0a0a0a", RESPONDER, "192.0.2.99", "esp", 1, 2, 1, 2, 10, 0)) == set(range(1, 10))


def test_reauthentication_on_schedule() -> None:
    """An idle SA lives until the next one is made, before or after."""
    assert members(row(every=900, lasts=899)) == set()
    assert members(row(every=900, lasts=905)) == set()
    assert members(row(every=300, lasts=330)) == set()
    assert members(row(every=900, lasts=300)) == {1, 2, 3, 4, 5}, "it was gone for ten minutes"
    assert members(row(every=120, lasts=119.5)) == {1, 2, 3, 4, 5}, "nobody reauthenticates so often"


def test_ikev1_sas_made_anew_near_the_end_of_their_lifetime() -> None:
    talks = row(every=3000, by="", version=1)
    assert members(talks) == {1, 2, 3, 4, 5}
    for talk in talks:
        talk.choose(encryption_id=7, auth_method=1, lifetime_s=3600)
    assert members(talks) == set()


def test_several_users_behind_one_address() -> None:
    talks = row()
    for k, talk in enumerate(talks):
        talk.n.identities = [SeenIdentity(3, True, 2, f"user{k}.example")]
    assert members(talks) == set()
    uneven = row(nat="initiator")
    uneven[2].rewrite(lambda s: s._replace(time_ns=(s.time_ns or 0) + 50 * SECOND))
    assert members(uneven) == set()
    assert members(row(nat="initiator")) == {1, 2, 3, 4, 5}, "one client has a period"


def test_what_is_no_sa_of_its_own() -> None:
    assert members(row(rekeyed_from=99)) == set()
    assert members(row(outcome="failed")) == set()
    assert members(row(starts_late=True)) == set()
    mixed = row()
    mixed[2].n.initiator_ip, mixed[2].n.responder_ip = RESPONDER, INITIATOR
    assert members(mixed) == {1, 2, 4, 5}, "the other side's is not counted"


def test_many_cost_no_more_each() -> None:
    def each(count: int) -> float:
        talks = row(count, every=5, lasts=2)
        tale = story(*talks, last=10**5)
        tale.streams = [stream(f"{k:08x}", back=True, at=10**4 + k, until=10**4 + k) for k in range(count)]
        group = [(began(t.n) or 0, t.n) for t in talks]
        life = Lives(tale).life
        return lines_run(lambda: reconnects([group], tale.streams, life, tale.last_time or 0)) / count

    assert each(320) < 1.5 * each(40)
