"""Discouraged authentication method in use."""

from collections.abc import Iterator

from analyzer.assessment import judged
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import BY_EAP, Terms

ABOUT = Explanation(
    id="weak-auth-method-chosen",
    kind="check",
    title="Discouraged authentication method in use",
    what="The peers prove who they are by a method that the policy objects to.",
    why="The proof of identity is what keeps someone in the middle out.",
    wire=(
        "IKEv1: the Authentication Method of the chosen transform. IKEv2: the AUTH payload, which is "
        "encrypted and seen only with keys."
    ),
    lookalikes=(
        "IKEv1 method 65001 is XAUTH with a pre-shared key or, from Windows peers, GSS-API. Behind EAP both sides send "
        "AUTH by method 2 with the key that EAP made: that is EAP and no pre-shared key."
    ),
    advice="Use an authentication method that the policy allows, such as digital signatures (RFC 7427).",
    references=("RFC 8247 3.1", "RFC 9206 6"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each method; IKEv2's two sides may differ."""
    yield from judged.chosen(terms, ABOUT, "auth")
    for side, method in zip(("initiator", "responder"), terms.methods, strict=True):
        if method == BY_EAP:
            name, verdict = "EAP", terms.policy.objection("auth", "eap")
        elif method is not None:
            algorithm = Algorithm("ikev2", "auth", "ikev2-auth-methods", method, None)
            name, verdict = algorithm.name, terms.policy.judge(algorithm)
        else:
            continue
        if verdict is not None:
            found = terms.finding(ABOUT, f"{name} ({side})", terms.proofs, verdict.text, verdict=verdict)
            yield found._replace(title=judged.titled(found.title, verdict.title))
