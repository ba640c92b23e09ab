"""Scanner's probe."""

from collections.abc import Iterator
from functools import cache

from analyzer import data
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import Phase1Attribute
from analyzer.negotiation.model import Negotiation
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="scanner-probe",
    kind="check",
    title="Scanner's probe",
    severity="info",
    what="The first message has the signature of a scanning tool and the sender did not continue.",
    why="Somebody is looking for IKE responders. One that answers is found: low instead of info.",
    wire=(
        "Fixed transforms in a fixed order (probes.csv beside this check), or a tool's constant SPI; no "
        "vendor IDs, nothing after the answer."
    ),
    lookalikes=(
        "An administrator's own inventory uses the same tools. An old client may offer the same transforms; it sends "
        "vendor IDs, or goes on."
    ),
    advice="Limit UDP 500 and 4500 to known peers where that is possible.",
    references=("ike-scan 1.9.5", "nmap-payloads 7.93"),
)
NEEDS = (Trait.PROBE,)

# Of IKEv1, as probes.csv writes a transform
_SUITE = (
    Phase1Attribute.ENCRYPTION_ALGORITHM,
    Phase1Attribute.HASH_ALGORITHM,
    Phase1Attribute.AUTHENTICATION_METHOD,
    Phase1Attribute.GROUP_DESCRIPTION,
)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    name = signature(n) if n.outcome == "probe" else None
    if name is None:
        return
    answers = [s for s in n.steps() if not s.from_initiator][:1]
    frames = (case.exchanges[0].first_frame, *(s.frame_number for s in answers))
    detail = f"First message as sent by {name}; {'answered' if answers else 'not answered in this capture'}."
    severity: Severity = "low" if answers else "info"
    yield case.finding(ABOUT, n.initiator_ip, frames, detail, severity=severity, confidence="likely")


def signature(n: Negotiation) -> str | None:
    """The tool whose first message this is."""
    offer = next((o for o in n.offers if o.from_initiator and o.child is None and not o.chosen), None)
    transforms = ""
    if offer is not None:
        found = [t for p in offer.sa.proposals for t in p.transforms]
        if n.ike_version == 1:
            transforms = " ".join("/".join(str(t.attribute(kind)) for kind in _SUITE) for t in found)
        else:
            transforms = " ".join(f"{t.transform_type}/{t.transform_id}" for t in found)
    sent_ids = any(s.vendor_ids for s in n.steps() if s.from_initiator)
    for row in _probes():
        if int(row["ike_version"]) != n.ike_version:
            continue
        if row["initiator_spi"]:
            if row["initiator_spi"] == n.initiator_spi:
                return row["tool"]
        elif (row["exchange"], row["transforms"]) == (n.exchanges[0].exchange, transforms) and not sent_ids:
            return row["tool"]
    return None


@cache
def _probes() -> tuple[dict[str, str], ...]:
    return tuple(data.rows(__file__, "probes.csv"))
