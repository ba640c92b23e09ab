"""IKEv2 with a pre-shared key."""

from collections.abc import Iterator

from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.isakmp.numbers import AuthMethodV2

ABOUT = Explanation(
    id="ikev2-shared-key",
    kind="check",
    title="IKEv2 with a pre-shared key",
    severity="info",
    what="A side proved its identity with a pre-shared key.",
    why=(
        "Whoever poses as the responder gets the initiator's AUTH payload and can then try keys offline. A random key "
        "withstands that, a word does not. A listener cannot: the Diffie-Hellman secret is missing."
    ),
    wire="Authentication method 2 in the AUTH payload. Visible only with keys.",
    lookalikes=(
        "A key of 128 random bits looks the same and is not at risk. Behind EAP both sides send AUTH by method 2 with "
        "the key that EAP made (RFC 7296 2.16): only that of the first IKE_AUTH exchange is a pre-shared key."
    ),
    advice="Use certificates, or one random key of 128 bits or more for each pair of peers (RFC 7296 2.15).",
    references=("RFC 7296 2.15", "CVE-2018-5389"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """At most one finding."""
    if terms.version == 2 and AuthMethodV2.SHARED_KEY_MESSAGE_INTEGRITY_CODE in terms.methods:
        sides = [
            side
            for side, method in zip(("initiator", "responder"), terms.methods, strict=True)
            if method == AuthMethodV2.SHARED_KEY_MESSAGE_INTEGRITY_CODE
        ]
        detail = f"Method 2 (shared key) of the {' and the '.join(sides)}; how strong the key is cannot be seen."
        yield terms.finding(ABOUT, "pre-shared key", terms.proofs, detail)
