"""Answers that nobody asked for."""

from analyzer.assessment import flooded
from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation

ABOUT = Explanation(
    id="unsolicited-answers",
    kind="diagnosis",
    title=flooded.TITLE,
    what=(
        "Many responders answer one address that sent no request in this capture: a flood of answers, reported once "
        "(table floods), and no negotiation of that address."
    ),
    why=(
        "Somebody sends requests with the forged address of a victim to responders that answer anybody. The answers "
        "hit the victim, with more bytes than the requests had. The victim has negotiated nothing: what the responders "
        "chose is in use nowhere."
    ),
    wire=(
        "30 or more sources, one destination, answers in clear to first messages (IKE_SA_INIT, phase 1, or an error "
        "notify), no request for any of them, none of them continues. Often one initiator SPI with thousands of "
        "responder SPIs, a burst, destination ports at random."
    ),
    lookalikes=(
        "One direction that was not recorded (one-way-capture): then answers continue into later exchanges, few "
        "responders answer, or requests of that address are seen too; one gateway that answers many clients is no "
        "reflection either. A scan by the destination whose requests were filtered out: a SPI of its own for each "
        "responder, one port, no burst; that is called possible."
    ),
    advice=flooded.ADVICE,
    references=("CVE-2016-5361", "RFC 7296 2.6"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """One answer of a flood."""
    flood = case.scene.flood_of.get(case.n.number)
    if flood is None:
        return None
    shown = (case.n.first_frame,)
    detail = f"One of {flood.messages:,} answers to {flood.target_ip} that nobody asked for in this capture."
    basis, advice = (
        "answers without a request, from many sources: table floods",
        "As the table floods says of all of them.",
    )
    return case.diagnosis(ABOUT, flood.confidence, shown, detail, basis, advice)
