"""What is said of a flood, wherever it is said: table, diagnosis, finding, page and terminal."""

from analyzer.assessment.algorithms import of_sa, of_suite
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
_HALF_OPEN = "First messages without an answer: a flood"
_HALF_OPEN_OR = "First messages without an answer: a flood, a scan, or a responder that is down"
_ADVICE_HALF_OPEN = (
    "See that the responder demands COOKIEs under load (RFC 7296 2.6, RFC 8019) and limits half-open SAs for each "
    "source. Where the sources are forged, only networks near them can filter them: inform the provider."
)
_ADVICE_HALF_OPEN_OR = (
    "Check that the responder runs and that the capture has both directions: peers of a responder that does not answer "
    "look the same. `--max-negotiations N` lists more of them as negotiations."
)
_VENDOR_IDS = 8  # named of one form
_ALGORITHMS = 12


def title(flood: Flood) -> str:
    """What it is, in a few words."""
    if flood.kind == "half-open":
        return _HALF_OPEN if flood.confidence == "likely" else _HALF_OPEN_OR
    return TITLE if flood.confidence == "likely" else _EITHER


def advice(flood: Flood) -> str:
    """What to do."""
    if flood.kind == "half-open":
        return _ADVICE_HALF_OPEN if flood.confidence == "likely" else _ADVICE_HALF_OPEN_OR
    return ADVICE if flood.confidence == "likely" else _ADVICE_EITHER


def counted(flood: Flood) -> str:
    """Who sent how much to whom, and how fast."""
    within = ""
    if flood.span_ns is not None:
        within = f" in {flood.span_ns / 1e9:,.3f} s"
        rate = flood.messages * 1e9 / flood.span_ns if flood.span_ns else 0
        within += f" ({rate:,.0f} a second)" if rate >= 1 else ""
    sources = "1 address" if flood.sources == 1 else f"{flood.sources:,} addresses"
    sources = sources if flood.counted else f"more than {sources}"
    what = "answers" if flood.kind == "unsolicited-answers" else "first messages"
    return f"{sources} sent {flood.messages:,} {what} to {flood.target_ip or 'many addresses'}{within}"


def detail(flood: Flood) -> str:
    """What was seen."""
    if flood.kind == "unsolicited-answers":
        return f"{counted(flood)}; no request for any of them is in the capture."
    return f"{counted(flood)}, at most {flood.peak:,} in one second; {_kept(flood)}no answer to any is in the capture."


def _kept(flood: Flood) -> str:
    """Of which messages nothing can be said of what came for them later."""
    return f"but for {flood.forgotten:,} that were not kept, " if flood.forgotten else ""


def basis(flood: Flood) -> str:
    """What makes it a flood, or that something else would look the same."""
    ports, spis = flood.target_ports, flood.initiator_spis
    one = "one destination" if flood.target_ip is not None else "many destinations"
    seen = (
        f"{flood.sources:,} source{'' if flood.sources == 1 else 's'}, {one}, {ports:,} "
        f"destination port{'' if ports == 1 else 's'}, {spis:,} initiator SPI{'' if spis == 1 else 's'}"
    )
    if flood.kind == "half-open":
        again = flood.messages - flood.folded
        copies = f"{again:,} retransmission{'' if again == 1 else 's'} or copies" if again else "no retransmissions"
        absent = "no answer, no next message and no ICMP error that quotes an SPI of them in the capture"
        return f"{_kept(flood)}{absent}; {seen}; {copies}"
    seen = f"no request in the capture; {seen}; none of the answers has a next message"
    if flood.confidence == "likely":
        return seen
    return f"{seen}. A scan by {flood.target_ip} of which only the answers were recorded looks the same"


def form_text(form: FloodForm, count: int) -> str:
    """What so many messages look like: exchange, length, what was chosen or refused, vendor IDs."""
    size = "of other forms" if form.length is None else f"of {form.length:,} bytes"
    text = f"{times(count)}: IKEv{form.ike_version} {form.exchange} {size}"
    if form.error is not None:
        text += f", {registry.notify_name(form.ike_version, form.error)}"
    if form.suite is not None:
        text += ", " + ", ".join(a.name for a in of_suite(form.ike_version, form.suite))
    if form.offer is not None:
        text += (
            f", offering {', '.join(a.name for a in of_sa(form.ike_version, form.offer, child=False)[:_ALGORITHMS])}"
        )
    if form.vendor_ids:
        names = [registry.vendors.describe(data) or data[:8].hex() for data in form.vendor_ids[:_VENDOR_IDS]]
        more = len(form.vendor_ids) - len(names)
        text += f"; vendor IDs {', '.join(names)}" + (f" and {more} more" if more else "")
    return text
