"""The end of a capture: each SA gets its verdict, then what only ESP, other SAs or unread messages say is heard."""

from collections.abc import Sequence

from analyzer.capture.datagram import EspStream, Rest
from analyzer.negotiation.conclude.floods import unsolicited_answers
from analyzer.negotiation.conclude.followups import settle_ike_sas
from analyzer.negotiation.conclude.late_traffic import hear_traffic, last_begun
from analyzer.negotiation.conclude.outcome import conclude
from analyzer.negotiation.conclude.rests import Rests
from analyzer.negotiation.conclude.resumption import note_restored, restore_suites
from analyzer.negotiation.conclude.second_sightings import note_second_sightings
from analyzer.negotiation.conclude.unread import Unread, doubt_unread, note_stop
from analyzer.negotiation.conclude.unused import doubt_unused, last_traffic, made_by_the_other_side
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.story import Flood


def close(
    lives: Sequence[Live],
    streams: Sequence[EspStream],
    last_time: int | None,
    unread: Unread,
    dropped: int = 0,
    rests: Sequence[Rest] = (),
    *,
    stopped: bool,
) -> tuple[list[Negotiation], list[Flood]]:
    """Pass the verdicts.

    stopped: more was not read. dropped: packets that the capture says it lost. rests: datagrams of which the first IP
    fragment is not in the capture.
    """
    restored, headless = restore_suites(lives), Rests(rests)
    for live in lives:
        conclude(live, last_time, dropped, headless)
    negotiations = settle_ike_sas([live.negotiation for live in lives])
    note_restored(negotiations, restored)
    hear_traffic(negotiations, last_begun(streams))
    traffic, twins = last_traffic(streams), made_by_the_other_side(negotiations)
    for n in negotiations:
        doubt_unused(n, traffic, last_time, twins.get((n.initiator_ip, n.responder_ip), ()))
        doubt_unread(n, unread)
        if stopped:
            note_stop(n)
    note_second_sightings(negotiations)
    return negotiations, unsolicited_answers(negotiations, streams)
