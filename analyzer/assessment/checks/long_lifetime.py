"""Long SA lifetime."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
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


def find(case: Case) -> Iterator[Finding]:
    """One finding for the IKE SA and one for each child SA."""
    n = case.n
    if n.ike_version != 1:
        return  # IKEv2 agrees on no lifetime
    if n.suite is not None and n.chosen_frame is not None:
        yield from _judge(case, n.suite, "ike", "IKE SA", n.chosen_frame)
    for child in n.children:
        if child.suite is not None:
            frame = child.response_frame or child.frame_number
            yield from _judge(case, child.suite, "child", f"child SA {child.child}", frame)


def _judge(case: Case, suite: Suite, item: str, what: str, frame: int) -> Iterator[Finding]:
    seconds = suite.lifetime_s
    required = case.scene.policy.requirement("lifetime", item)
    if seconds is None or (required is None and item == "child"):
        return
    limit = int(required[0].limit) if required else DAY_S
    if seconds > limit:
        verdict = required[1] if required else None
        says = verdict.text if verdict else "No limit in this policy; a day is what most others allow."
        detail = f"{what}: {seconds} s, longer than {limit} s. {says}"
        yield case.finding(ABOUT, f"{what}: {seconds} s", (frame,), detail, verdict=verdict)
