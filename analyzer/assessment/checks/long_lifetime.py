"""Long SA lifetime."""

from collections.abc import Iterator

from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.negotiation.seen import Suite

ABOUT = Explanation(
    id="long-lifetime",
    kind="check",
    title="Long SA lifetime",
    severity="low",
    what=(
        "The negotiated lifetime is longer than the policy allows; where the policy has no limit, longer "
        "than 24 hours for the IKE SA."
    ),
    why="The longer a key lives, the more is lost with it.",
    wire=(
        "IKEv1 only: the Life Duration attribute of the chosen transform. IKEv2 negotiates no lifetime, "
        "so none is judged."
    ),
    lookalikes="Each side may rekey earlier than what was negotiated.",
    advice="Shorten the lifetime on both peers.",
    references=("RFC 2407 4.5.4", "NIST SP 800-77r1 Table 1"),
)

DAY_S = 86_400


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for the IKE SA and one for each child SA."""
    if terms.version != 1:
        return  # IKEv2 agrees on no lifetime
    if terms.suite is not None and terms.chosen_frame is not None:
        yield from _judge(terms, terms.suite, "ike", "IKE SA", terms.chosen_frame)
    for child in terms.children:
        if child.suite is not None:
            yield from _judge(terms, child.suite, "child", f"child SA {child.child}", child.frame)


def _judge(terms: Terms, suite: Suite, item: str, what: str, frame: int) -> Iterator[Finding]:
    seconds = suite.lifetime_s
    required = terms.policy.requirement("lifetime", item)
    if seconds is None or (required is None and item == "child"):
        return
    limit = int(required[0].limit) if required else DAY_S
    if seconds > limit:
        verdict = required[1] if required else None
        says = verdict.text if verdict else "No limit in this policy; a day is what most others allow."
        detail = f"{what}: {seconds} s, longer than {limit} s. {says}"
        yield terms.finding(ABOUT, f"{what}: {seconds} s", (frame,), detail, verdict=verdict)
