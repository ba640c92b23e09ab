"""Notify that carries a shell command."""

import re
from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import PayloadV1, PayloadV2
from analyzer.negotiation.model import Step
from analyzer.vocabulary import Confidence, Severity

ABOUT = Explanation(
    id="command-in-notify",
    kind="check",
    title="Notify that carries a shell command",
    severity="critical",
    what="The data of a Notify payload, in a message without a proposal, looks like a shell command.",
    why="Zyxel firewalls ran such data as root before any authentication (pattern of CVE-2023-28771).",
    wire=(
        "Notify data with ; ` | or $( followed by a shell, wget or curl, in a message without an SA payload; or, only "
        "possible then and high, by another command with an argument, by a path, or by any word in $( )."
    ),
    lookalikes=(
        "A test or a scanner can send the same bytes harmlessly; this finding says what was sent, not what it did. A "
        "sentence with such signs is not reported, unless a path or a command with its argument follows one."
    ),
    advice="See whether the target is a Zyxel device of that time and unpatched; look for what it did next.",
    references=("CVE-2023-28771",),
)
NEEDS = (Trait.NOTIFIES,)

# Of white space before a command only that behind its last newline, which ends a command itself: no byte is read twice
_STARTS = rb"[;`|&\n][^\S\n]*(?:(?:sudo|exec|nohup|env|busybox)[^\S\n]{1,8})?"
# What a sentence seldom has behind the word: its end, a sign of a shell, an option, a number, a path, a name with a dot
_GIVEN = rb"\b(?!'s\b)(?=[^\S\n]{0,8}(?:\Z|[;`|&<>\"')}$/\\\0\n-]|\d)|[^\S\n]{1,8}[\w-]{1,64}(?:[./$]\w|://))"
_SIGNS = frozenset(b";`|&\n$")  # one of which begins what is looked for; patterns are compiled once there is one
_COMMAND = (
    _STARTS
    + rb"(?:/\w+/)*(?:(?:ba|da|z|a|k|c|tc)?sh|wget|curl)"
    + _GIVEN
    + rb"|\$\((?:/\w+/)*(?:wget|curl|(?:ba)?sh)\b"
)
_WORDS = (b"sh", b"wget", b"curl")
# A path, or a command and what it is mostly given: an option, a path, a number, a name with a dot, or the next sign
_LIKE_ONE = (
    rb"[;`|&\n][^\S\n]*(?:/[\w.-]+){2}"
    rb"|[;`|&][^\S\n]*(?:\.{1,2}/[\w.-]|busybox\b"
    rb"|(?:nc|ncat|netcat|socat|ping|python\d?|perl|php|ruby|lua|tftp|ftpget|telnet|nslookup|chmod|mkfifo|mknod"
    rb"|rm|cp|mv|cd|cat|echo|id|uname|whoami|sleep|kill|killall|touch|ls|ps|reboot|iptables|openssl|base64|printf|eval"
    rb"|exec|export|nohup|sudo|ifconfig|ip)(?:[^\S\n]{0,8}[;`|&>]|[^\S\n]{1,8}(?:[-/$\d\"'.]|[\w-]{1,64}\.\w)))"
    rb"|\$\(/?[a-zA-Z_]|\$\{IFS\}"
)
_SA = frozenset({PayloadV1.SA, PayloadV2.SA})


def find(case: Case) -> Iterator[Finding]:
    """One finding for each message."""
    found: dict[Step, Confidence] = {}
    for step, notify in case.notifies:
        if notify.data and not step.encrypted:
            confidence = _is_command(notify.data)
            if confidence is not None and found.get(step) != "likely":
                found[step] = confidence
    for step, confidence in found.items():
        if _SA & set(step.payload_types):
            continue
        what = "matches a shell command" if confidence == "likely" else "looks like a shell command"
        detail = f"The notify's data {what}; the message has no SA payload."
        severity: Severity = "critical" if confidence == "likely" else "high"
        yield case.finding(
            ABOUT, case.sender(step), (step.frame_number,), detail, severity=severity, confidence=confidence
        )


def _is_command(data: bytes) -> Confidence | None:
    """A shell, wget or curl behind what ends another command: likely; another command, or a path: possible."""
    if _SIGNS.isdisjoint(data):
        return None
    if any(word in data for word in _WORDS) and re.search(_COMMAND, data):
        return "likely"
    return "possible" if re.search(_LIKE_ONE, data) else None
