"""Refused rekeys of the IKE SA that were read."""

import pytest

from tests.negotiation.build import CREATE_CHILD_SA, Talk
from tests.negotiation.keyed import (
    authenticated,
    child_request,
    create,
    ike_request,
    inform,
    keys,
    locked,
    notify,
)

GCM_IKE = ((1, 20, 256), (2, 5), (4, 19))
NEW = "c1c2c3c4c5c6c7c8"


def answered(error: int, *, begun_by_initiator: bool = True, then: str = "") -> Talk:
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, ike_request(NEW, GCM_IKE), [notify(error)], begun_by_initiator=begun_by_initiator)
    if then == "made":
        create(talk, 3, ike_request(NEW, GCM_IKE), ike_request("d1d2d3d4d5d6d7d8", GCM_IKE))
    elif then == "child":
        create(talk, 3, child_request(b"\6\6\6\6"), child_request(b"\7\7\7\7"))
    return talk


@pytest.mark.parametrize("begun_by_initiator", [True, False])
@pytest.mark.parametrize(
    ("error", "name"), [(14, "NO_PROPOSAL_CHOSEN"), (35, "NO_ADDITIONAL_SAS"), (7, "INVALID_SYNTAX")]
)
def test_a_refused_rekey_of_the_ike_sa(error: int, name: str, begun_by_initiator: bool) -> None:
    n = answered(error, begun_by_initiator=begun_by_initiator).only(10)
    by = "responder" if begun_by_initiator else "initiator"
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == ("established", "CREATE_CHILD_SA", by, name)
    assert [c.outcome for c in n.children] == ["established"]


def test_a_child_made_after_it_does_not_undo_it() -> None:
    assert answered(14, then="child").only(10).failed_at == "CREATE_CHILD_SA"


@pytest.mark.parametrize("error", [43, 44])
def test_what_refuses_a_moment_only_is_no_failure(error: int) -> None:
    assert answered(error).only(10).failed_at is None


def test_another_try_that_is_granted_is_none() -> None:
    for n in answered(17, then="made").negotiations(10):
        assert n.failed_at is None


@pytest.mark.parametrize(("later", "failed_at"), [(0, None), (10, "CREATE_CHILD_SA")])
def test_a_demand_for_another_group_may_be_met_after_the_capture(later: float, failed_at: str | None) -> None:
    assert answered(17).only(later).failed_at == failed_at


@pytest.mark.parametrize(("transmissions", "failed_at"), [(2, None), (4, "CREATE_CHILD_SA")])
def test_a_rekey_that_is_never_answered_by_a_living_peer(transmissions: int, failed_at: str | None) -> None:
    talk = Talk(keys())
    authenticated(talk)
    for mid in range(transmissions):
        talk.say(locked(CREATE_CHILD_SA, *ike_request(NEW, GCM_IKE), mid=2), after=4)
        inform(talk, mid, from_initiator=False)
    n = talk.only(10)
    assert (n.failed_at, n.failed_by) == (failed_at, "none" if failed_at else None)
