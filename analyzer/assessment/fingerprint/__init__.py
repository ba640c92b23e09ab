"""What implementation a peer looks like: vendor IDs, order of notifies, times between retransmissions. Never "is".

"consistent with".
"""

from analyzer.assessment.fingerprint.carried import carry
from analyzer.assessment.fingerprint.guess import Fingerprinter

__all__ = ["Fingerprinter", "carry"]
