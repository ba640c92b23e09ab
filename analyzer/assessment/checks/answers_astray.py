"""Answers from another address or port than the one asked."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.negotiation.conclude.astray import astray_exchanges

ABOUT = Explanation(
    id="answers-astray",
    kind="check",
    title="Answers from or to another address or port than the request",
    severity="low",
    what="A request goes to one address and port; its answer comes from another, or goes to another than it came from.",
    why=(
        "An answer has to come from where the request was sent to, and to go to where it came from. Others are dropped "
        "by NATs, by stateful firewalls and by daemons that look for the address they asked; some daemons take them, "
        "and then it works until something between the two looks."
    ),
    wire=(
        "The same SPIs, and all answers of an exchange between other ends than its requests: a host with several "
        "addresses, a cluster behind a virtual address, a daemon that answers to port 500 whatever port asked."
    ),
    lookalikes=(
        "A capture on both sides of a NAT has each message between two pairs of ends, and is not taken for this. One "
        "that misses the request at one of them, or somebody who forges an answer in clear, looks the same."
    ),
    advice="Bind the daemon that answers to the address that is asked, or set the source address of its route.",
    references=("RFC 7296 2.11",),
)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each SA, with its first exchange of the kind."""
    found = list(astray_exchanges(case.n))
    if not found:
        return
    exchange, astray = found[0]
    more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
    detail = f"{exchange.exchange}{more}: {astray.text}."
    frames = (astray.request_frame, astray.answer_frame)
    yield case.finding(ABOUT, astray.ends, frames, detail, confidence="likely")
