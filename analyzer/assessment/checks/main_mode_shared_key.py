"""Main mode with a pre-shared key."""

from collections.abc import Iterator

from analyzer.assessment.checks.aggressive_mode_psk import PRE_SHARED
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.isakmp import registry

ABOUT = Explanation(
    id="main-mode-shared-key",
    kind="check",
    title="Main mode with a pre-shared key",
    severity="info",
    what="The responder chose main mode with a pre-shared key.",
    why=(
        "Whoever poses as the responder takes part in the key exchange and can then try keys offline against the "
        "initiator's message 5 (CVE-2018-5389). A random key withstands that, a word does not. What was recorded here "
        "is not enough: a listener lacks the Diffie-Hellman secret."
    ),
    wire="Exchange type 2, and authentication method 1 or 65001 in the chosen transform. The key is not seen.",
    lookalikes=(
        "A key of 128 random bits looks the same and is not at risk. Method 65001 is XAUTH with a pre-shared key or, "
        "from Windows peers, GSS-API."
    ),
    advice="Use IKEv2 with certificates; while the pre-shared key stays, one of 128 random bits or more for each peer.",
    references=("CVE-2018-5389", "RFC 2409 5.4"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """At most one finding."""
    suite = terms.suite
    if terms.version != 1 or terms.mode != "main" or terms.chosen_frame is None or suite is None:
        return
    if suite.auth_method in PRE_SHARED:
        method = registry.name("ikev1-auth-methods", suite.auth_method or 0)
        detail = "A listener cannot test keys; somebody who poses as the responder could. Its strength is not seen."
        yield terms.finding(ABOUT, method, (terms.chosen_frame,), detail, confidence="possible")
