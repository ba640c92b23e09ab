"""Algorithm policies as data.

Who says what of which algorithm, in that authority's own word, and whether its text was read.
"""

from analyzer.assessment.policies.policy import Policy, Rule, Verdict, load, lowered, names, titles

__all__ = ["Policy", "Rule", "Verdict", "load", "lowered", "names", "titles"]
