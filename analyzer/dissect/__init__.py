"""Dissection: the field trees of some frames' messages, with what the rest of the capture and the keys say of them.

The fields come from the payloads' own decoders (`isakmp/recorder.py`); here is what a message does not say by itself.
"""

from analyzer.dissect.eap_assembly import EapAssembly, dissect_tls
from analyzer.dissect.frames import Dissected, Dissection, Dissections
from analyzer.dissect.surroundings import Around, Opening
from analyzer.dissect.trees import dissect, dissect_payloads

__all__ = [
    "Around",
    "Dissected",
    "Dissection",
    "Dissections",
    "EapAssembly",
    "Opening",
    "dissect",
    "dissect_payloads",
    "dissect_tls",
]
