"""Aggressive mode gives away what an offline guess of the pre-shared key needs."""

from collections.abc import Iterator

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import AuthMethodV1, PayloadV1
from analyzer.negotiation.model import Exchange, Step

ABOUT = Explanation(
    id="aggressive-mode-psk",
    kind="check",
    title="Aggressive mode with a pre-shared key",
    severity="critical",
    what="The responder sent HASH_R in clear, together with everything else that goes into it but the pre-shared key.",
    why=(
        "Whoever records two messages can try keys offline, as fast as the machine allows; a probe with a "
        "guessed group name is enough to get them."
    ),
    wire=(
        "Exchange type 4: the first message carries SA, KE, nonce and ID, the second SA, KE, nonce, ID "
        "and HASH, both in clear (RFC 2409 5.4). Main mode does not expose this to a listener: the "
        "Diffie-Hellman secret is missing."
    ),
    lookalikes="Aggressive mode with signatures also shows identities, but no hash of a shared key.",
    advice=(
        "Use IKEv2, or certificates; until both sides can, main mode and a random key of 128 bits or more. Change the "
        "present one: it must be taken as known to whoever recorded it."
    ),
    references=("RFC 2409 5.4", "CVE-2002-1623"),
)
NEEDS = (Trait.PHASE1_WITH_ID | Trait.SUITE,)

PRE_SHARED = frozenset(
    {AuthMethodV1.PRE_SHARED_KEY, AuthMethodV1.XAUTH_INIT_PRE_SHARED, AuthMethodV1.XAUTH_RESP_PRE_SHARED}
)
_FIRST: set[int] = {PayloadV1.SA, PayloadV1.KE, PayloadV1.NONCE, PayloadV1.ID}
_SECOND: set[int] = {*_FIRST, PayloadV1.HASH}
_HASH_BYTES = {1: 16, 2: 20, 4: 32, 5: 48, 6: 64}
_HASHCAT_KE_LIMIT = 512  # of hashcat 6.2.6: KE of both sides, cookies, SA and ID bodies together


def find(case: Case) -> Iterator[Finding]:
    """One finding: critical where every part is in this capture, high where only the choice of method is."""
    n = case.n
    if n.suite is None or n.suite.auth_method not in PRE_SHARED:
        return
    exchange = next(iter(n.of_type("AGGRESSIVE")), None)
    if exchange is None:
        return
    first = _clear(exchange, True, _FIRST)
    answer = _clear(exchange, False, _SECOND)
    method = registry.name("ikev1-auth-methods", n.suite.auth_method or 0)
    if first is None or answer is None:
        detail = (
            "The method is aggressive mode with a shared key; not all the parts that a guess needs are in this capture."
        )
        shown = frames(first, answer) or frames(exchange.request, exchange.response)
        yield case.finding(ABOUT, method, shown, detail, severity="high")
        return
    yield case.finding(ABOUT, method, frames(first, answer), _material(case))


def _clear(exchange: Exchange, from_initiator: bool, needed: set[int]) -> Step | None:
    for step in exchange.steps:
        if step.from_initiator == from_initiator and not step.encrypted and needed <= set(step.payload_types):
            return step
    return None


def _material(case: Case) -> str:
    """What is exposed, in lengths only: the values themselves are never taken out of the capture."""
    suite = case.n.suite
    hash_id = suite.integrity_id if suite else None
    said = [s for e in case.n.of_type("AGGRESSIVE") for s in e.steps if s.retransmission_of is None]
    values = [size for step in said for _, size in step.key_exchanges][:2]
    parts = ["both nonces, both cookies, SA, IDir"]
    if len(values) == 2:
        parts.insert(0, f"KE values of {values[0]} and {values[1]} bytes")
    if hash_id in _HASH_BYTES:
        parts.append(f"HASH_R of {_HASH_BYTES[hash_id]} bytes ({registry.name('ikev1-hash', hash_id)})")
    else:
        parts.append("HASH_R")
    text = f"Complete in clear: {', '.join(parts)}."
    if hash_id not in (1, 2) or sum(values) >= _HASHCAT_KE_LIMIT:
        return f"{text} hashcat 6.2.6 cannot express this combination; other tools have no such limit."
    return text
