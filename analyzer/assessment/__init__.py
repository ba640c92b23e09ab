"""Judgement over one capture's story: findings under a policy, ranked diagnoses, exposure, implementations.

Data only.
"""

from analyzer.assessment.judge import assess
from analyzer.assessment.model import Assessment, Diagnosis, Explanation, Finding, Responder

__all__ = ["Assessment", "Diagnosis", "Explanation", "Finding", "Responder", "assess"]
