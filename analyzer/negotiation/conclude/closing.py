"""The end of a capture: each SA gets its verdict, then what only ESP, other SAs or unread messages say is heard."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from analyzer.capture.datagram import EspStream, Flow, IcmpError, Rest
from analyzer.capture.handshakes import TcpTarget
from analyzer.negotiation.conclude.disorder import doubt_order
from analyzer.negotiation.conclude.floods import in_order, unsolicited_answers
from analyzer.negotiation.conclude.followups import settle_ike_sas
from analyzer.negotiation.conclude.late_traffic import hear_traffic, last_begun, sends_since, ways_of_up
from analyzer.negotiation.conclude.outcome import conclude
from analyzer.negotiation.conclude.rests import Rests
from analyzer.negotiation.conclude.resumption import note_restored, restore_suites
from analyzer.negotiation.conclude.second_sightings import note_second_sightings
from analyzer.negotiation.conclude.unread import Unread, doubt_unread, note_stop
from analyzer.negotiation.conclude.unused import doubt_unused, last_traffic, made_by_the_other_side
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.story import EspAnswers, Flood, MalformedAuthIp, MalformedBurst, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analyzer.capture.points import Points


class Gaps(NamedTuple):
    """What a capture lacks, and what of it was not read: what seems missing may be there.

    unread: messages that nobody could read. stopped: there was more, which was not read. dropped: packets that the
    capture says it lost. beginnings: frames with the first IP fragment of a message whose others are not in the
    capture. rests: datagrams of which the first IP fragment is not. unsorted: times go back in the file.
    points: where packets were captured, if at several places. unread_files: files of a set and dumps of a log that are
    missing or could not be read, a sentence each. tcp_targets: who was asked for TCP connections on IKE's
    ports, whether or not messages came of it.
    """

    unread: Unread = Unread()
    stopped: bool = False
    dropped: int = 0
    beginnings: frozenset[int] = frozenset()
    rests: tuple[Rest, ...] = ()
    unsorted: bool = False
    points: Points | None = None
    unread_files: tuple[str, ...] = ()
    tcp_targets: tuple[TcpTarget, ...] = ()


class Said(NamedTuple):
    """What messages say when all have come: SAs in order of their numbers; ICMP errors; what answers ESP as IKE.

    unread: whether there are messages that nobody could read. malformed: bursts of malformed ones; watched: of how many
    pairs of hosts there were such messages.
    """

    negotiations: list[Negotiation]
    icmp_errors: list[IcmpError]
    esp_answers: tuple[EspAnswers, ...]
    unread: bool = False
    malformed: tuple[MalformedBurst, ...] = ()
    watched: int = 0
    authip: tuple[MalformedAuthIp, ...] = ()


def close(lives: Sequence[Live], streams: Sequence[EspStream], last_time: int | None, gaps: Gaps) -> list[Negotiation]:
    """Pass the verdicts, as far as SAs with other SPIs between other hosts have no part in them."""
    restored, rests = restore_suites(lives), Rests(gaps.rests)
    for live in lives:
        conclude(live, last_time, gaps.dropped, rests, gaps.unread_files)
    negotiations = settle_ike_sas([live.negotiation for live in lives])
    note_restored(negotiations, restored)
    begun = last_begun(streams)
    hear_traffic(negotiations, begun)
    hear_points = _hears_points(negotiations, begun, rests, gaps)
    traffic, twins = last_traffic(streams), made_by_the_other_side(negotiations)
    for n in negotiations:
        doubt_unused(n, traffic, last_time, twins.get((n.initiator_ip, n.responder_ip), ()))
        if hear_points is not None:
            hear_points(n)
        doubt_unread(n, gaps.unread)
        if gaps.stopped:
            note_stop(n)
    note_second_sightings(negotiations)
    return negotiations


def _hears_points(
    negotiations: list[Negotiation], begun: Mapping[tuple[str, str], int], rests: Rests, gaps: Gaps
) -> Callable[[Negotiation], None] | None:
    """What asks of an SA whether an answer was lost between two points; None where there are no two."""
    if gaps.points is None:
        return None
    from analyzer.negotiation.conclude.lost_between import hear_points  # noqa: PLC0415  (nearly all have one point)

    sends = partial(sends_since, up=ways_of_up(negotiations), streams=begun)
    return partial(hear_points, points=gaps.points, rests=rests, sends=sends, unread_files=gaps.unread_files)


def story_of(
    parts: Sequence[Said],
    capture: str,
    flows: list[Flow],
    streams: list[EspStream],
    times: tuple[int | None, int | None],
    gaps: Gaps,
    folded: Sequence[Flood] = (),
) -> Story:
    """All that a capture says. parts: of messages that were read apart; folded: floods that are no negotiations.

    times: of its first and its last packet.
    """
    negotiations = [n for part in parts for n in part.negotiations]
    icmp_errors = [error for part in parts for error in part.icmp_errors]
    answers = [answer for part in parts for answer in part.esp_answers]
    malformed = sorted((burst for part in parts for burst in part.malformed), key=attrgetter("frames"))
    if len(parts) > 1:
        negotiations.sort(key=attrgetter("number"))
        icmp_errors.sort(key=attrgetter("frame_number"))
        answers.sort(key=attrgetter("first_frame"))
    floods = in_order(folded, unsolicited_answers(negotiations, streams))
    if gaps.unsorted:
        doubt_order(negotiations)
    read = capture, negotiations, flows, streams, icmp_errors, *times
    story = Story(*read, floods=floods, esp_answers=tuple(answers), stopped=gaps.stopped)
    story.malformed = tuple(malformed)
    story.rests, story.unsorted, story.points = gaps.rests, gaps.unsorted, gaps.points
    story.authip = tuple(sorted((one for part in parts for one in part.authip), key=attrgetter("frames")))
    story.unread_files, story.tcp_targets = gaps.unread_files, gaps.tcp_targets
    story.unread = any(part.unread for part in parts)
    return story
