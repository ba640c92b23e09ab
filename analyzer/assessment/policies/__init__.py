"""Algorithm policies as data.

Who says what of which algorithm, in that authority's own word, and whether its text was read.
"""

from analyzer.assessment.policies.model import Document, Rule, Verdict
from analyzer.assessment.policies.named import load, names, titles
from analyzer.assessment.policies.own import is_path
from analyzer.assessment.policies.policy import NOT_IN_THE_SUITE, Policy, in_ikev2_numbers, lowered

__all__ = [
    "NOT_IN_THE_SUITE",
    "Document",
    "Policy",
    "Rule",
    "Verdict",
    "in_ikev2_numbers",
    "is_path",
    "load",
    "lowered",
    "names",
    "titles",
]
