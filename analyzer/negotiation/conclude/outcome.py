"""The verdict on each negotiation, passed when the capture ends.

How its exchanges stand (exchanges/account.py), and what the silence after that is worth.

A verdict is "certain" only where no lost, reordered or retransmitted packet could have made a healthy negotiation look
like it.
"""

from collections.abc import Sequence

from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation import lengths
from analyzer.negotiation.conclude import outcome_group
from analyzer.negotiation.conclude.dropped import doubted
from analyzer.negotiation.conclude.followups import asked_in_vain, refused_at, settle_children
from analyzer.negotiation.conclude.from_before import has_requests_to_judge
from analyzer.negotiation.conclude.ignored import LARGEST_DELETE, ignored
from analyzer.negotiation.conclude.ike_rekeys import refused_ike_rekey
from analyzer.negotiation.conclude.outcome_ikev1 import ikev1_verdict, settle_quick_modes, sides_unknown
from analyzer.negotiation.conclude.outcome_ikev2 import ikev2_verdict
from analyzer.negotiation.conclude.probes import is_probe
from analyzer.negotiation.conclude.rests import Rests, doubt_silence
from analyzer.negotiation.conclude.verdict import Verdict, error_name, waited
from analyzer.negotiation.exchanges.account import account
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.life.ends import CHILD_DELETE, DELETES, holds_delete, ike_end
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.read import children
from analyzer.negotiation.seen import ChildSa
from analyzer.vocabulary import side

NO_RESTS = Rests()
_MOMENT_NS = 10**9  # a request sent before the other side's was seen may be in the capture as its repetition only
_GROUP_BYTES = 2  # what INVALID_KE_PAYLOAD carries


def conclude(
    live: Live,
    capture_end: int | None,
    dropped: int = 0,
    rests: Rests = NO_RESTS,
    unread_files: Sequence[str] = (),
) -> None:
    """Write outcome, failed_at, failed_by, failure and their basis into the negotiation.

    dropped: packets that the capture says it lost. rests: datagrams that lack their first IP fragment.
    unread_files: files of a set and dumps of a log that are missing or could not be read, a sentence each.
    """
    n = live.negotiation
    known = account(n)
    n.nat = live.nat.verdict if live.nat is not None else None
    if n.mode == "group-rekey":
        verdict = outcome_group.group_rekey(n)
    elif n.ike_version == 2:
        children.infer_first(n, known)
        children.infer_later(live)
        settle_children(n)
        verdict = ikev2_verdict(n, known, capture_end)
    else:
        n.starts_late = n.starts_late or sides_unknown(live)
        settle_quick_modes(live, capture_end)
        verdict = ikev1_verdict(live, known.state, capture_end)
    shown, verdict = verdict, doubt_silence(n, verdict, rests)
    if verdict is shown and verdict.outcome in ("unanswered", "incomplete", "failed") and is_probe(n, known.state):
        verdict = Verdict(
            "probe", None, None, None, "the first message is that of a known scanner, and nothing follows the answer"
        )
    if (verdict.outcome == "established" and n.mode != "group-rekey") or has_requests_to_judge(n, verdict.outcome):
        verdict = _with_failed_request(n, verdict, capture_end)
        verdict = outcome_group.with_failed_registration(n, verdict, capture_end)
        if verdict.failed_by not in (None, "none") and sides_unknown(live):
            verdict = verdict._replace(failed_by=None)  # it would be named by a guess
        verdict = doubt_silence(n, verdict, rests)
    elif verdict.outcome == "failed":
        for child in n.children:
            child.outcome = "failed"  # it went down with its IKE SA, whatever the responder had already answered
    verdict = doubted(verdict, dropped, unread_files)
    n.outcome, n.failed_at, n.failed_by, n.failure, n.outcome_basis, n.outcome_confidence, n.absence = verdict


def _with_failed_request(n: Negotiation, verdict: Verdict, capture_end: int | None) -> Verdict:
    """An SA that is up while the last child asked for is not, or a request was ignored: say where and by whom."""
    unanswered = list(ignored(n))
    begun = {e.first_frame for e in unanswered}
    for child in n.children:
        if child.outcome == "unknown" and child.frame_number in begun:
            child.outcome = "failed"
    asked = [c for c in n.children if c.outcome in ("established", "failed")]
    if asked and asked[-1].outcome == "established":
        _doubt_early_failures(asked)
    failed = _lasting_failure(asked)
    followup = asked_in_vain(n, failed) if failed is not None else None
    if failed is not None and (failed.response_frame is None or followup is not None):
        at = failed.created_by if followup is None else followup.exchange
        return verdict._replace(failed_at=at, failed_by="none", failure=None)
    if failed is not None and not _passing(n, asked, failed, capture_end):
        exchange = _exchange_of(n, failed)
        by = side(not exchange.begun_by_initiator) if exchange is not None else "none"
        since = exchange.first_frame if exchange is not None else 0
        failure = error_name(n, from_initiator=by == "initiator", since=since)
        return verdict._replace(failed_at=refused_at(n, failed), failed_by=by, failure=failure)
    rekey = refused_ike_rekey(n, capture_end)
    if rekey is not None and rekey.response is not None:
        by = side(rekey.response.from_initiator)
        failure = error_name(n, from_initiator=rekey.response.from_initiator, since=rekey.first_frame)
        return verdict._replace(failed_at=rekey.exchange, failed_by=by, failure=failure)
    children = {c.frame_number for c in n.children}
    others = [e for e in unanswered if e.first_frame not in children]
    if others:
        return verdict._replace(failed_at=others[-1].exchange, failed_by="none", failure="no answer")
    return verdict


def _passing(n: Negotiation, asked: list[ChildSa], failed: ChildSa, capture_end: int | None) -> bool:
    """The refusal is none for good: another try may follow, or it settles a collision."""
    if _crossed(n, failed):
        return True
    if _refused_before(n, asked, failed):
        return False
    if _undecided(n, failed, capture_end):
        return True
    alike = any(c.outcome == "established" and c.created_by == failed.created_by for c in asked)
    return failed is asked[-1] and alike and _replaced(n, failed)


def _refused_before(n: Negotiation, asked: list[ChildSa], failed: ChildSa) -> bool:
    """The same request was refused before, and nothing was made since: a try more will not change it.

    The same: of one side and one length. Who was asked for another group sends another KE payload.
    """
    own = _exchange_of(n, failed)
    if own is None or own.request is None or failed.created_by != "CREATE_CHILD_SA" or _asks_for_patience(n, failed):
        return False
    begun = {e.first_frame: e for e in n.exchanges}
    for child in reversed(asked[: asked.index(failed)]):
        before = begun.get(child.frame_number)
        if child.outcome == "established" or before is None or before.request is None:
            return False
        if before.begun_by_initiator == own.begun_by_initiator and before.request.length == own.request.length:
            return child.response_frame is not None and not _asks_for_patience(n, child)
    return False


def _asks_for_patience(n: Negotiation, failed: ChildSa) -> bool:
    """TEMPORARY_FAILURE and CHILD_SA_NOT_FOUND were read: they refuse a moment (RFC 7296 section 2.25)."""
    return any(
        notify.notify_type in (NotifyV2.TEMPORARY_FAILURE, NotifyV2.CHILD_SA_NOT_FOUND)
        for step in n.steps()
        if step.frame_number == failed.response_frame
        for notify in step.notifies
    )


def _lasting_failure(asked: list[ChildSa]) -> ChildSa | None:
    """The last child SA asked for, if it failed; or one for other networks than any that came up, where those are read.

    None: what failed was made good later, or may have been.
    """
    if not asked or asked[-1].outcome == "failed":
        return asked[-1] if asked else None
    if any(c.basis != "seen" or not c.initiator_ts or not c.responder_ts for c in asked):
        return None
    up = {_networks(c) for c in asked if c.outcome == "established"}
    return next((c for c in reversed(asked) if c.outcome == "failed" and _networks(c) not in up), None)


def _networks(child: ChildSa) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(child.initiator_ts or ()), tuple(child.responder_ts or ())


def _doubt_early_failures(asked: list[ChildSa]) -> None:
    """An inferred failure in IKE_AUTH before a CREATE_CHILD_SA that worked may be a childless initiation (RFC 6023)."""
    for child in asked:
        if child.basis == "inferred" and child.outcome == "failed" and child.created_by == "IKE_AUTH":
            child.outcome = "unknown"


def _undecided(n: Negotiation, failed: ChildSa, capture_end: int | None) -> bool:
    """The answer may ask for another try, and what came of that is not in the capture.

    INVALID_KE_PAYLOAD asks for another group. An IKE_AUTH without a child may be childless by intention: the child is
    asked for next (RFC 6023). TEMPORARY_FAILURE and CHILD_SA_NOT_FOUND refuse a moment, not a child SA (RFC 7296
    sections 2.25.1, 2.25.2).
    """
    own = _exchange_of(n, failed)
    answer = next((s for s in n.steps() if s.frame_number == failed.response_frame), None)
    if own is None or answer is None or n.ike_version != 2:
        return False
    if _asks_for_patience(n, failed):
        return True
    types = {notify.notify_type for notify in answer.notifies}
    room = lengths.inner_bytes(n.suite, answer.length) if answer.inner_types is None else None
    may_ask = answer.inner_types is None and (room is None or room[1] >= lengths.NOTIFY_ONLY + _GROUP_BYTES)
    if not (may_ask or NotifyV2.INVALID_KE_PAYLOAD in types):
        return False
    later = [e for e in n.exchanges if e.steps[0].frame_number > answer.frame_number]
    again = any(e.exchange == "CREATE_CHILD_SA" for e in later)
    end = ike_end(n)  # of an SA that either side ended nothing more is asked
    moved_on = waited(answer, capture_end) or any(e.begun_by_initiator == own.begun_by_initiator for e in later)
    moved_on = moved_on or (end is not None and (end.frame_number or 0) > answer.frame_number)
    if moved_on and not again:
        return False
    failed.outcome = "unknown"
    return True


def _crossed(n: Negotiation, failed: ChildSa) -> bool:
    """The other side's request was under way at the same time, or a moment before, and not refused.

    Two rekeys that collided, or a rekey and a Delete: refusing one is how the protocol sorts that out (RFC 7296 section
    2.25). Where the capture begins a moment before the request, it may not hold the other side's.
    """
    own, refused = _exchange_of(n, failed), {c.frame_number for c in n.children if c.outcome == "failed"}
    if own is None or failed.created_by != "CREATE_CHILD_SA":
        return False
    first, last = own.steps[0], own.steps[-1]
    seen = n.first_exchange.first if n.starts_late and n.first_exchange is not None else None
    if seen is not None and not waited(seen, first.time_ns, _MOMENT_NS):
        return True
    return any(
        e.begun_by_initiator != own.begun_by_initiator
        and (e.steps[0].frame_number < last.frame_number or _repeats(last, e))
        and (e.steps[-1].frame_number > first.frame_number or not waited(e.steps[-1], first.time_ns, _MOMENT_NS))
        and e.steps[0].frame_number not in refused
        for e in n.of_type("CREATE_CHILD_SA", "INFORMATIONAL")
        if e.exchange == "CREATE_CHILD_SA" or _deletes(n, e)
    )


def _repeats(refusal: Step, exchange: Exchange) -> bool:
    """Its first message may repeat one that the capture lost: it comes a moment after the refusal."""
    first = exchange.steps[0]
    moment = exchange.exchange == "CREATE_CHILD_SA" and first.time_ns is not None
    return moment and not waited(refusal, first.time_ns, _MOMENT_NS)


def _deletes(n: Negotiation, exchange: Exchange) -> bool:
    """It holds a Delete, or has just the size of one child SA's, or may have it where the suite is not known."""
    request = exchange.request
    if request is None or not request.encrypted:
        return False
    if request.inner_types is not None:
        return not DELETES.isdisjoint(request.inner_types)
    if n.suite is None:
        return request.length <= LARGEST_DELETE
    return bool(holds_delete(n, request, CHILD_DELETE))


def _replaced(n: Negotiation, failed: ChildSa) -> bool:
    """The SA was ended right after the refusal (rekey collisions, TEMPORARY_FAILURE before a delete).

    No lasting failure.
    """
    after = [
        e for e in n.exchanges if e.steps and e.steps[0].frame_number > (failed.response_frame or failed.frame_number)
    ]
    return any(e.exchange == "CREATE_CHILD_SA" for e in after)


def _exchange_of(n: Negotiation, child: ChildSa) -> Exchange | None:
    return next((e for e in n.exchanges if e.steps and e.steps[0].frame_number == child.frame_number), None)
