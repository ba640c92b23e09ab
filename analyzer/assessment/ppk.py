"""Whether a post-quantum pre-shared key is mixed into the keys of an IKEv2 SA (RFC 8784, RFC 9867)."""

from typing import NamedTuple

from analyzer.assessment.case import Case, once
from analyzer.isakmp.numbers import NotifyV2, PayloadV2
from analyzer.negotiation.model import AUTHENTICATING, Step

_ANNOUNCED = frozenset({int(NotifyV2.USE_PPK), int(NotifyV2.USE_PPK_INT)})
_AUTH = int(PayloadV2.AUTH)
_NAMED_IN = (*AUTHENTICATING, "IKE_INTERMEDIATE")


class Ppk(NamedTuple):
    """asked: the request that announces it; agreed: the answer that does; None: none does.

    used: whether the responder says that it has the key which the initiator names; None: that is not to be read.
    proof: the answer that shows it, or shows that it does not.
    """

    asked: Step | None
    agreed: Step | None
    used: bool | None
    proof: Step | None

    @property
    def protects(self) -> bool:
        """Both announce it, and nothing shows that it was not used."""
        return self.agreed is not None and self.used is not False


_NOTHING = Ppk(None, None, None, None)


@once
def ppk(case: Case) -> Ppk:
    """What the messages of a case say of it. One side takes it up with a notify that the other sent (RFC 8784 3)."""
    said: dict[bool, dict[int, Step]] = {True: {}, False: {}}
    for step, notify in case.notifies if case.n.ike_version == 2 else ():
        if notify.notify_type in _ANNOUNCED:
            said[step.from_initiator][notify.notify_type] = step
    asked, agreed = said[True], [step for kind, step in said[False].items() if kind in said[True]]
    if not asked:
        return _NOTHING
    used, proof = _used(case) if agreed else (None, None)
    return Ppk(next(iter(asked.values())), agreed[0] if agreed else None, used, proof)


def _used(case: Case) -> tuple[bool | None, Step | None]:
    """The responder's PPK_IDENTITY confirms the key; without one in any answer it has none (RFC 8784 3, RFC 9867 3)."""
    answers = [s for e in case.n.of_type(*_NAMED_IN) for s in e.sent_by(initiator=False)]
    for step in answers:
        if any(notify.notify_type == NotifyV2.PPK_IDENTITY for notify in step.notifies):
            return True, step
    proof = next((step for step in answers if _AUTH in (step.inner_types or ())), None)
    all_read = all(step.inner_types is not None or step.fragment is not None for step in answers)
    return (False, proof) if proof is not None and all_read and case.established else (None, None)
