"""Algorithm policies as data.

Who says what of which algorithm, in that authority's own word, and whether its text was read.
"""

from analyzer.assessment.policies.policy import (
    NOT_IN_THE_SUITE,
    Policy,
    Rule,
    Verdict,
    in_ikev2_numbers,
    load,
    lowered,
    names,
    titles,
)

__all__ = ["NOT_IN_THE_SUITE", "Policy", "Rule", "Verdict", "in_ikev2_numbers", "load", "lowered", "names", "titles"]
