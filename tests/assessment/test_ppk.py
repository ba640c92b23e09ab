from typing import Any

import pytest

from analyzer.assessment.ppk import Ppk, ppk
from tests.assessment.build import Talk, healthy, main_mode

USE_PPK, PPK_IDENTITY, NO_PPK_AUTH, USE_PPK_INT = 16435, 16436, 16437, 16445
AUTH = (36, 39, 33, 44, 45)


def talk(asked: tuple[int, ...], answered: tuple[int, ...], *, keys: bool = False, **fields: Any) -> Talk:
    """Up to the answer of IKE_SA_INIT, and with keys the first message of IKE_AUTH too."""
    made = healthy(**fields)
    made.leave_out(1, 2, 3, 4)
    made.frame, made.n.chosen_frame = 1, 2
    made.say("IKE_SA_INIT", notifies=asked, payloads=(33, 34, 40, 41))
    made.say("IKE_SA_INIT", by="r", notifies=answered, payloads=(33, 34, 40, 41))
    made.say("IKE_AUTH", message_id=1, inner=AUTH if keys else None)
    return made


def proof(made: Talk, *notifies: int, inner: tuple[int, ...] | None = AUTH) -> Talk:
    """The answer of IKE_AUTH."""
    made.say("IKE_AUTH", by="r", message_id=1, inner=inner, notifies=tuple((kind, b"", True) for kind in notifies))
    return made


def of(made: Talk) -> Ppk:
    return ppk(made.n)


@pytest.mark.parametrize("kind", [USE_PPK, USE_PPK_INT])
def test_of_both_or_of_one(kind: int) -> None:
    both = of(talk((kind,), (kind,)))
    assert (both.protects, both.used) == (True, None)
    assert [s.frame_number for s in (both.asked, both.agreed) if s is not None] == [1, 2]
    one = of(talk((kind,), ()))
    assert (one.protects, one.agreed) == (False, None)
    assert of(talk((), (kind,))) == Ppk(None, None, None, None)  # nobody asked


def test_one_of_two_is_enough_and_another_is_none() -> None:
    assert of(talk((USE_PPK, USE_PPK_INT), (USE_PPK_INT,))).protects
    assert not of(talk((USE_PPK,), (USE_PPK_INT,))).protects


def test_what_keys_show() -> None:
    used = of(proof(talk((USE_PPK,), (USE_PPK,), keys=True), PPK_IDENTITY))
    assert (used.used, used.protects) == (True, True)
    without = of(proof(talk((USE_PPK,), (USE_PPK,), keys=True)))
    assert (without.used, without.protects) == (False, False)
    assert without.proof is not None
    assert without.proof.frame_number == 4


def test_what_cannot_be_known() -> None:
    assert of(proof(talk((USE_PPK,), (USE_PPK,)), inner=None)).used is None
    unfinished = talk((USE_PPK,), (USE_PPK,), keys=True, outcome="incomplete")
    assert of(proof(unfinished)).used is None  # with EAP it comes in the last answer
    sealed = talk((USE_PPK_INT,), (USE_PPK_INT,), keys=True)
    sealed.say("IKE_INTERMEDIATE", by="r", message_id=1)
    assert of(proof(sealed)).used is None  # there it may stand


def test_ikev1_has_none() -> None:
    old = main_mode(outcome="established")
    old.say("INFORMATIONAL", encrypted=False, notifies=(USE_PPK,))
    assert of(old) == Ppk(None, None, None, None)
