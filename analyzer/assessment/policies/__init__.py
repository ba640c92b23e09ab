"""Algorithm policies as data.

Who says what of which algorithm, in that authority's own word, and whether its text was read.
"""

from analyzer.assessment.policies.model import Document, Rule, Verdict
from analyzer.assessment.policies.named import load, names, titles
from analyzer.assessment.policies.parameters import Parameter, path_of
from analyzer.assessment.policies.policy import NOT_IN_THE_SUITE, Policy, in_ikev2_numbers, lowered

__all__ = [
    "NOT_IN_THE_SUITE",
    "Document",
    "Parameter",
    "Policy",
    "Rule",
    "Verdict",
    "in_ikev2_numbers",
    "load",
    "lowered",
    "names",
    "path_of",
    "titles",
]
