"""A public value with which the key of an exchange is known, or that a receiver has to refuse."""

from collections.abc import Iterator
from typing import Final

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.isakmp import registry
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="degenerate-ke-value",
    kind="check",
    title="Key exchange value that no sound implementation sends",
    severity="critical",
    what=(
        "A KE payload holds a value that no sound implementation sends. Of a key exchange with it everybody can "
        "compute the result, or it is one of a few; an ML-KEM key that is out of range has to be refused."
    ),
    why=(
        "Whoever is between the two sides puts such a value in both KE payloads, and reads the SA: where a side "
        "accepts it, that works. It has also ended daemons (pattern of CVE-2015-3240)."
    ),
    wire=(
        "MODP: 0, 1, p-1, or not below p. Elliptic curves: 0, a coordinate not below p, or "
        "a point that is not on the curve. X25519 and X448: 0, or a point of low order. ML-KEM: a coefficient of the "
        "encapsulation key not below 3329. Of a length that is not the method's only zeros are looked at."
    ),
    lookalikes="A test tool, or random bytes in place of a point, as scanners send: then nobody wants an SA.",
    advice="See who sent it. Update both sides: a receiver has to refuse such a value (RFC 6989 section 2).",
    references=("RFC 6989 2", "RFC 7748 6", "FIPS 203 7.2", "CVE-2015-3240"),
)

_WORDS: Final = {
    "minus one": "p - 1",
    "not below the prime": "a number that is not below the prime",
    "not on the curve": "a point that is not on the curve",
    "low order": "a point of low order",
    "coefficient not below the modulus": "an encapsulation key with a coefficient not below 3329",
}


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each such value."""
    for value in scene.values.public:
        n = scene.by_number.get(value.negotiation)
        if not value.fault or n is None or value.method is None:
            continue
        name = registry.name("ikev2-ke" if n.ike_version == 2 else "ikev1-groups", value.method)
        detail = f"The {side(value.from_initiator)}'s value of {name} is {_WORDS.get(value.fault, value.fault)}."
        found = lives.finding(ABOUT, "certain", n.number, f"KE {value.method}", (value.frame_number,), detail)
        up = n.outcome == "established" or not value.from_initiator  # who answers with it has taken the other's
        yield found if up else found._replace(severity="medium")
