"""KE payloads whose values have another length than their key exchange method gives them."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from analyzer.assessment.case import PHASE1, REKEYING, Case, once
from analyzer.isakmp import registry
from analyzer.negotiation.model import Exchange, Step
from analyzer.negotiation.read.ikev1 import group_of, is_only_of
from analyzer.negotiation.read.proposals import REVISED_RSA_ENCRYPTION

_WITH_KE = frozenset((*PHASE1, "IKE_SA_INIT", "IKE_INTERMEDIATE", *REKEYING))  # exchanges of which a KE payload is part


class OtherLength(NamedTuple):
    """A message with such a value, its method, and the bytes that it has and that it should have."""

    step: Step
    ke_id: int
    size: int
    expected: int


@once
def of_other_length(case: Case) -> list[OtherLength]:
    """The values that are longer or shorter than their method's; none of a method that is not known.

    Of IKEv1 those of phase 1, since a quick mode agrees on a group of its own, and none that are encrypted to the peer.
    """
    n, found = case.n, list[OtherLength]()
    if n.ike_version == 1 and is_only_of(n, REVISED_RSA_ENCRYPTION):
        return found
    agreed = group_of(n) if n.ike_version == 1 else None
    question = of_other_length, agreed
    for exchange in case.exchanges:
        if exchange.exchange not in _WITH_KE:
            continue
        figure = exchange.figure
        odd = figure.known.get(question)
        if odd is None:
            odd = any(True for _ in _others(exchange, agreed))
            figure.keep(question, odd)
        if odd:
            found += _others(exchange, agreed)
    return found


def _others(exchange: Exchange, agreed: int | None) -> Iterator[OtherLength]:
    for step in (s for s in exchange.steps if s.retransmission_of is None):
        for group, size in step.key_exchanges:
            ke_id = group if group is not None else agreed
            expected = _sizes().get(ke_id) if ke_id is not None else None
            if ke_id is not None and expected is not None and size != expected[0 if step.from_initiator else 1]:
                yield OtherLength(step, ke_id, size, expected[0 if step.from_initiator else 1])


@cache
def _sizes() -> dict[int, tuple[int, int]]:
    """Bytes of the initiator's and the responder's value, by method."""
    rows = registry.rows("ke-sizes")
    return {int(r["group"]): (int(r["ke_bytes_initiator"]), int(r["ke_bytes_responder"])) for r in rows}
