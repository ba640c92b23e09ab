"""Judgement over one capture's story: findings under a policy, ranked diagnoses, exposure, implementations.

Data only. The names below are imported when they are asked for (PEP 562): a policy is looked up before a capture is
read, and not every table is judged.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.assessment.judge import Asked, Judged, Judging
    from analyzer.assessment.model import Assessment, Diagnosis, Explanation, Finding, Responder

__all__ = ["Asked", "Assessment", "Diagnosis", "Explanation", "Finding", "Judged", "Judging", "Responder"]
_OF_JUDGE = ("Asked", "Judged", "Judging")


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{'judge' if name in _OF_JUDGE else 'model'}"), name)
    globals()[name] = value
    return value
