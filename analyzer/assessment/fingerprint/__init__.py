"""What implementation a peer looks like, by what it sends and when. Never "is": "consistent with"."""

from analyzer.assessment.fingerprint.carried import carry
from analyzer.assessment.fingerprint.guess import Fingerprinter, shown_in
from analyzer.assessment.fingerprint.model import NOBODY, Look, Looks, text_of

__all__ = ["NOBODY", "Fingerprinter", "Look", "Looks", "carry", "shown_in", "text_of"]
