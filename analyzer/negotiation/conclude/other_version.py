"""A first message that is answered with an error in the other IKE version, or in an exchange of the error's own.

Who knows one version only answers in that one (RFC 7296 section 2.5, RFC 2408 section 5.2), with the initiator SPI of
what it refuses. There are no keys yet: the error is in clear, and anybody may have sent it.
"""

from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.conclude.verdict import Verdict
from analyzer.negotiation.model import Exchange, Negotiation, Step

_ERROR = "error"
_INFORMATIONAL = "INFORMATIONAL"


class VersionRefusal(NamedTuple):
    """The error's name, its message, and the IKE version of that."""

    name: str
    step: Step
    ike_version: int


def version_refusal(n: Negotiation) -> VersionRefusal | None:
    """The responder's last error in clear outside of what the initiator began, in or about the IKE version."""
    for exchange in n.newest_exchanges():
        for step in exchange.newest_steps():
            name = None if step.from_initiator or step.encrypted else _error(n, exchange, step)
            if name is not None:
                return VersionRefusal(name, step, exchange.ike_version)
    return None


def _error(n: Negotiation, exchange: Exchange, step: Step) -> str | None:
    version = exchange.ike_version
    for notify in step.notifies:
        named = version != n.ike_version or (
            exchange.exchange == _INFORMATIONAL and notify.notify_type == NotifyV2.INVALID_MAJOR_VERSION
        )
        if named and registry.notify_class(version, notify.notify_type) == _ERROR:
            return registry.notify_name(version, notify.notify_type)
    return None


def refused_for_version(n: Negotiation, at: str) -> Verdict | None:
    """The verdict on an SA whose first message, in exchange `at`, has no other answer; None if it has not even this."""
    found = version_refusal(n)
    if found is None:
        return None
    where = "" if found.ike_version == n.ike_version else f", in an IKEv{found.ike_version} message"
    basis = f"an error notify in clear text{where}: anybody could have sent it"
    return Verdict("failed", at, "responder", found.name, basis, "likely")
