"""Cipher without its key length."""

from collections.abc import Callable, Collection, Iterator
from typing import Final

from analyzer.assessment import judged
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.assessment.verdicts import idle_key_length, no_key_length
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="key-length-missing",
    kind="check",
    title="Cipher without its key length",
    severity="low",
    what="A cipher with keys of several lengths was offered or chosen without the Key Length attribute.",
    why=(
        "The peers may take different lengths, and the wire does not say which key is in use; libreswan ended on "
        "AES-GMAC without one in quick mode (pattern of CVE-2024-3652)."
    ),
    wire="AES, AES-GMAC or Camellia without attribute 14 (IKEv1 phase 2: attribute 6).",
    lookalikes=(
        "DES, 3DES and ChaCha20-Poly1305 have keys of one length and no such attribute; where one has it all the same, "
        "that is reported under a title of its own. Blowfish, CAST and RC5 have a length that counts where none is "
        "said (RFC 2451). An SA payload that the capture "
        "cut may have lost it: nothing is said of such."
    ),
    advice="Set the key length explicitly; update the implementation that left it out.",
    references=(
        "RFC 7296 3.3.5",
        "RFC 2409 appendix A",
        "RFC 2407 4.5",
        "RFC 3602 5.3",
        "RFC 4543 8",
        "pattern of CVE-2024-3652",
    ),
)

_IDLE: Final = "Key length of a cipher that has one length only"


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each cipher: of those without a length medium where it was chosen."""
    cut = {o.frame_number for o in terms.offers if not o.sa.whole}  # the attribute may be what is missing
    yield from _of(terms, no_key_length, cut, "without Key Length attribute.", "medium")
    for found in _of(terms, idle_key_length, set(), "with a Key Length attribute: its keys have one length.", "low"):
        yield found._replace(title=_IDLE)


def _of(
    terms: Terms, test: Callable[[Algorithm], bool], cut: Collection[int], what: str, heaviest: Severity
) -> Iterator[Finding]:
    chosen, offered = (
        judged.marked([source for source in sources if source[1] not in cut], test)
        for sources in (terms.chosen, terms.offered)
    )
    for algorithm in dict.fromkeys((*chosen, *offered)):
        word = "Chosen" if algorithm in chosen else "Offered"
        severity = heaviest if algorithm in chosen else "low"
        frames = (*chosen.get(algorithm, ()), *offered.get(algorithm, ()))
        yield terms.finding(ABOUT, algorithm.subject, frames, f"{word} {what}", severity=severity)
