"""Whether a post-quantum pre-shared key is mixed into the keys of an IKEv2 SA (RFC 8784, RFC 9867)."""

from typing import NamedTuple

from analyzer.isakmp.numbers import NotifyV2, PayloadV2
from analyzer.negotiation.model import AUTHENTICATING, Exchange, Negotiation, Step
from analyzer.negotiation.seen import SeenNotify
from analyzer.vocabulary import PpkUse

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

    def use(self, *, answered: bool) -> PpkUse | None:
        """In a word; None: nobody announces one. answered: a choice was seen, and its message read whole."""
        if self.agreed is not None:
            return "agreed" if self.used is None else "used" if self.used else "unused"
        if self.asked is not None:
            return "refused" if answered else "offered"
        return None


_NOTHING = Ppk(None, None, None, None)


def ppk(n: Negotiation) -> Ppk:
    """What the messages of an SA say of it. One side takes it up with a notify that the other sent (RFC 8784 3).

    A responder announces it to nobody else: where no request is in the capture, its answer says that one did.
    """
    initial = n.of_type("IKE_SA_INIT") if n.ike_version == 2 else []
    if not any(map(_announces, initial)):
        return _NOTHING
    said: dict[bool, dict[int, Step]] = {True: {}, False: {}}
    for step, notify in _notifies(n, "IKE_SA_INIT"):
        if notify.notify_type in _ANNOUNCED:
            said[step.from_initiator][notify.notify_type] = step
    unasked = bool(said[False]) and not any(True in e.figure.senders for e in initial)
    asked = said[True]
    agreed = [step for kind, step in said[False].items() if unasked or kind in asked]
    if not asked and not agreed:
        return _NOTHING
    used, proof = _used(n) if agreed else (None, None)
    return Ppk(next(iter(asked.values()), None), agreed[0] if agreed else None, used, proof)


def _announces(exchange: Exchange) -> bool:
    """Some message of it has such a notify."""
    figure = exchange.figure
    found: bool | None = figure.known.get(_announces) if figure.notifies else False
    if found is None:
        found = any(notify.notify_type in _ANNOUNCED for step in exchange.steps for notify in step.notifies)
        figure.keep(_announces, found)
    return found


def _notifies(n: Negotiation, *names: str) -> list[tuple[Step, SeenNotify]]:
    """The notifies of these exchanges, copies of mirror ports left out."""
    steps = [s for e in n.of_type(*names) if e.ike_version == 2 for s in e.steps]
    return [(step, notify) for step in steps if not step.duplicate for notify in step.notifies]


def _used(n: Negotiation) -> tuple[bool | None, Step | None]:
    """The responder's PPK_IDENTITY confirms the key; without one in any answer it has none (RFC 8784 3, RFC 9867 3)."""
    answers = [s for e in n.of_type(*_NAMED_IN) for s in e.sent_by(initiator=False)]
    for step in answers:
        if any(notify.notify_type == NotifyV2.PPK_IDENTITY for notify in step.notifies):
            return True, step
    proof = next((step for step in answers if _AUTH in (step.inner_types or ())), None)
    all_read = all(step.inner_types is not None or step.fragment is not None for step in answers)
    return (False, proof) if proof is not None and all_read and n.outcome == "established" else (None, None)
