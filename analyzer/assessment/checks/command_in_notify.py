"""Notify that carries a shell command."""

import re
from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.isakmp.numbers import PayloadV1, PayloadV2

ABOUT = Explanation(
    id="command-in-notify",
    kind="check",
    title="Notify that carries a shell command",
    severity="critical",
    what="The data of a Notify payload, in a message without a proposal, looks like a shell command.",
    why="Zyxel firewalls ran such data as root before any authentication (CVE-2023-28771).",
    wire="Notify data with ; ` | or $( followed by a shell, wget or curl, in a message without an SA payload.",
    lookalikes=(
        "A test or a scanner can send the same bytes harmlessly; this finding says what was sent, not what it did."
    ),
    advice="See whether the target is a Zyxel device of that time and unpatched; look for what it did next.",
    references=("CVE-2023-28771",),
)

# Of white space before a command only that behind its last newline, which ends a command itself: no byte is read twice
_COMMAND = re.compile(
    rb"[;`|&\n][^\S\n]*(?:/\w+/)*(?:ba|da|z)?sh\b"
    rb"|(?:[;`|&\n][^\S\n]*|\$\()(?:/\w+/)*(?:wget|curl)\b"
    rb"|\$\((?:/\w+/)*(?:ba)?sh\b"
)
_WORDS = (b"sh", b"wget", b"curl")
_SA = frozenset({PayloadV1.SA, PayloadV2.SA})


def find(case: Case) -> Iterator[Finding]:
    """One finding for each message."""
    found = (step for step, notify in case.notifies if not step.encrypted and _is_command(notify.data))
    for step in dict.fromkeys(found):
        if _SA & set(step.payload_types):
            continue
        source = case.n.initiator_ip if step.from_initiator else case.n.responder_ip
        detail = "The notify's data matches a shell command; the message has no SA payload."
        yield case.finding(ABOUT, source, (step.frame_number,), detail, confidence="likely")


def _is_command(data: bytes) -> bool:
    """A shell, wget or curl behind what ends another command. The words first: few notifies hold any."""
    return any(word in data for word in _WORDS) and _COMMAND.search(data) is not None
