"""SA replaced by reauthentication."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene

ABOUT = Explanation(
    id="sa-reauthenticated",
    kind="check",
    title="SA replaced by reauthentication",
    severity="info",
    what="A new IKE SA of the same peers, with a first exchange of its own, took the place of an older one.",
    why=(
        "Reauthentication renews the proofs of identity, rekeying does not. Break before make interrupts the traffic "
        "each time; make before break has two tunnels for a moment."
    ),
    wire=(
        "A new IKE_SA_INIT or phase 1 between the hosts of an SA that is up, and the older SA deleted once the new one "
        "is up; or a Delete and at once a new IKE_SA_INIT."
    ),
    lookalikes="A connection that is restarted looks like break before make.",
    advice=(
        "If traffic stops for a moment each time, configure make before break on both sides. Rekeying in its place "
        "does not stop traffic either, but no more asks for credentials that may have been withdrawn."
    ),
    references=("RFC 7296 2.8.3",),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each SA that was replaced so."""
    for some in lives.events(scene, "reauthenticated").values():
        detail = f"Negotiation {some[0].other} takes its place: {some[0].basis}."
        yield lives.of_events(ABOUT, f"negotiation {some[0].other}", some, detail)
