"""What is said of a flood, wherever it is said: table, diagnosis, finding, page and terminal."""

from analyzer.assessment.algorithms import of_suite
from analyzer.isakmp import registry
from analyzer.negotiation.conclude.verdict import times
from analyzer.negotiation.story import Flood, FloodForm

TITLE = "Unsolicited answers: a reflection"
_EITHER = "Answers without a request: a reflection, or a scan"
ADVICE = (
    "Nothing is wrong with an IKE configuration of the destination. Have the provider filter UDP 500 and 4500 to the "
    "destination, but for known peers; inform the owners of the sources that their responders answer anybody. If the "
    "destination did ask (a scan, an inventory), capture both directions."
)
_ADVICE_EITHER = (
    "Capture both directions: where the destination asked (a scan, an inventory), its requests show it. Where it did "
    "not, have the provider filter UDP 500 and 4500 to it, but for known peers."
)
_VENDOR_IDS = 8  # named of one form


def title(flood: Flood) -> str:
    """What it is, in a few words."""
    return TITLE if flood.confidence == "likely" else _EITHER


def advice(flood: Flood) -> str:
    """What to do."""
    return ADVICE if flood.confidence == "likely" else _ADVICE_EITHER


def counted(flood: Flood) -> str:
    """Who sent how much to whom, and how fast."""
    within = ""
    if flood.span_ns is not None:
        within = f" in {flood.span_ns / 1e9:,.3f} s"
        rate = flood.messages * 1e9 / flood.span_ns if flood.span_ns else 0
        within += f" ({rate:,.0f} a second)" if rate >= 1 else ""
    return f"{flood.sources:,} addresses sent {flood.messages:,} answers to {flood.target_ip}{within}"


def detail(flood: Flood) -> str:
    """What was seen."""
    return f"{counted(flood)}; no request for any of them is in the capture."


def basis(flood: Flood) -> str:
    """What makes it a reflection, or that a scan would look the same."""
    ports, spis = flood.target_ports, flood.initiator_spis
    seen = (
        f"no request in the capture; {flood.sources:,} sources, one destination, {ports:,} "
        f"destination port{'' if ports == 1 else 's'}, {spis:,} initiator SPI{'' if spis == 1 else 's'}; "
        "none of the answers has a next message"
    )
    if flood.confidence == "likely":
        return seen
    return f"{seen}. A scan by {flood.target_ip} of which only the answers were recorded looks the same"


def form_text(form: FloodForm, count: int) -> str:
    """What so many messages look like: exchange, length, what was chosen or refused, vendor IDs."""
    text = f"{times(count)}: IKEv{form.ike_version} {form.exchange} of {form.length:,} bytes"
    if form.error is not None:
        text += f", {registry.notify_name(form.ike_version, form.error)}"
    if form.suite is not None:
        text += ", " + ", ".join(a.name for a in of_suite(form.ike_version, form.suite))
    if form.vendor_ids:
        names = [registry.vendors.describe(data) or data[:8].hex() for data in form.vendor_ids[:_VENDOR_IDS]]
        more = len(form.vendor_ids) - len(names)
        text += f"; vendor IDs {', '.join(names)}" + (f" and {more} more" if more else "")
    return text
