"""Where the capture itself dropped packets, or a file of it is missing or could not be read, absence is no evidence.

What rests on it is less sure, and says so.
"""

from collections.abc import Sequence
from typing import Final

from analyzer.negotiation.conclude.verdict import Verdict
from analyzer.vocabulary import Confidence

LESS: Final[dict[Confidence, Confidence]] = {"certain": "likely", "likely": "possible", "possible": "possible"}


def doubted(verdict: Verdict, dropped: int, unread_files: Sequence[str] = ()) -> Verdict:
    """The same verdict, one step less sure if it rests on what did not come.

    dropped: packets, by the capture. unread_files: files of a set and dumps of a log that are missing or could not be
    read, a sentence each.
    """
    reason, rests_on_absence = why(dropped, unread_files), verdict.absence or verdict.failed_by == "none"
    if not reason or not rests_on_absence or verdict.outcome not in ("failed", "unanswered", "incomplete"):
        return verdict
    return verdict._replace(confidence=LESS[verdict.confidence], basis=f"{verdict.basis}; {reason}")


def why(dropped: int, unread_files: Sequence[str] = ()) -> str:
    """The reason, in words; empty: there is none."""
    reasons = [f"the capture dropped {dropped:,} packet{'' if dropped == 1 else 's'}"] if dropped else []
    if unread_files:
        reasons.append(not_read(unread_files))
    return f"{' and '.join(reasons)}, so absence is weak evidence" if reasons else ""


def not_read(files: Sequence[str]) -> str:
    """Which files of a set were not read, by sentences: the first, and whether there are more."""
    return files[0] + (", and others of the set were not read" if len(files) > 1 else "")
