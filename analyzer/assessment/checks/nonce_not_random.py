"""A nonce that does not look drawn at random."""

from collections.abc import Iterator
from typing import Final

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="nonce-not-random",
    kind="check",
    title="Nonce does not look random",
    severity="low",
    what="The bytes of a nonce are zeros, repeat, count, or are text.",
    why=(
        "Nonces are to be drawn at random for each exchange. One that is not may come from a generator that also "
        "draws the private values."
    ),
    wire=(
        "A nonce of zeros; more than half zeros; no more different bytes than a quarter of its length; one part two or "
        "three times; bytes with one difference from each to the next; 24 or more bytes that are all printable, or 16 "
        "and more that are letters, digits, spaces, dots and dashes."
    ),
    lookalikes="A test tool. By chance one in a thousand million looks so.",
    advice="See what sent it, and where its random numbers come from.",
    references=("RFC 7296 2.10", "RFC 4086 1"),
)

_WORDS: Final = {
    "zeros": "all zeros",
    "mostly zeros": "more than half zeros",
    "repeats": "a few bytes, or one part, again and again",
    "counts": "bytes that count",
    "text": "text",
}


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each nonce."""
    for value in scene.values.nonces:
        if value.fault and value.negotiation in scene.by_number:
            detail = f"The {side(value.from_initiator)}'s nonce is {_WORDS[value.fault]}."
            yield lives.finding(ABOUT, "possible", value.negotiation, "nonce", (value.frame_number,), detail)
