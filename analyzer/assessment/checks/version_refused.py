"""INVALID_MAJOR_VERSION in clear."""

from collections.abc import Iterator
from typing import Final

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2

ABOUT = Explanation(
    id="version-refused",
    kind="check",
    title="Version refused in a message that nothing proves",
    severity="low",
    what="A first request was answered with INVALID_MAJOR_VERSION, in clear.",
    why=(
        "It is neither encrypted nor authenticated: whoever sees the request can send it, and an initiator that then "
        "takes an older version has been led there."
    ),
    wire=(
        "INVALID_MAJOR_VERSION (5, in IKEv1 too) in an unencrypted message of the responder. RFC 7296 section 2.5 lets "
        "an initiator act on it only once it is sure that no other answer comes."
    ),
    lookalikes="A responder that speaks the other version only: the usual case.",
    advice="Let both sides speak IKEv2, and do not let initiators fall back to IKEv1.",
    references=("RFC 7296 2.5", "RFC 7296 2.21.1"),
)
NEEDS = (Trait.VERSION_REFUSED,)

_FRAMES_KEPT: Final = 10


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    frames, versions = list[int](), dict[str, None]()
    for step, notify in case.notifies:
        if notify.notify_type == NotifyV2.INVALID_MAJOR_VERSION and not step.encrypted and not step.from_initiator:
            frames.append(step.frame_number)
            if len(notify.data) == 1:
                versions[f"{notify.data[0] >> 4}.{notify.data[0] & 15}"] = None
    if frames:
        named = f" It names version {', '.join(versions)}." if versions else ""
        detail = f"The responder refused the version of a request.{named}"
        yield case.finding(ABOUT, case.n.responder_ip, tuple(frames[:_FRAMES_KEPT]), detail)
