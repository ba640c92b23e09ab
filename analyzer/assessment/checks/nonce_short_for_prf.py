"""Nonce shorter than half the key of the chosen PRF."""

from collections.abc import Iterator
from typing import Final

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.isakmp import registry
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="nonce-short-for-prf",
    kind="check",
    title="Nonce shorter than half the PRF's key",
    severity="low",
    what="A nonce of IKE_SA_INIT is shorter than half the key size of the pseudorandom function that was chosen.",
    why=(
        "SKEYSEED is made with both nonces as the key of that function: a short one gives it less to start from than "
        "the strength that was chosen."
    ),
    wire="Nonce payloads of 16 to 31 bytes with PRF_HMAC_SHA2_512, of 16 to 23 bytes with PRF_HMAC_SHA2_384.",
    lookalikes=(
        "The initiator draws its nonce before the choice, and has to make it long enough for all that it offers: here "
        "only what was chosen counts. One of less than 16 bytes is a defect (wire-nonce-length), whatever was chosen."
    ),
    advice="Update the sender: nonces of 32 bytes are long enough for every function that is assigned.",
    references=("RFC 7296 2.10", "RFC 4868 2.1.1"),
)

LEAST: Final = 16
_HALF_KEY: Final = {6: 24, 7: 32, 9: 32}  # bytes, of functions that need more than LEAST


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each such nonce."""
    for value in scene.values.nonces:
        n = scene.by_number.get(value.negotiation)
        if n is None or n.ike_version != 2 or n.suite is None or n.chosen_frame is None:
            continue
        prf = n.suite.prf_id or 0
        least = _HALF_KEY.get(prf, 0)
        if LEAST <= value.length < least and value.frame_number <= n.chosen_frame:
            detail = (
                f"The {side(value.from_initiator)}'s nonce has {value.length} bytes; "
                f"{registry.name('ikev2-prf', prf)} asks for {least}."
            )
            frames = (value.frame_number, n.chosen_frame)
            yield lives.finding(ABOUT, "certain", n.number, side(value.from_initiator), frames, detail)
