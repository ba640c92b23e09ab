"""What a peer looks like, as the tables have it. Never "is": anybody can send these bytes."""

from typing import NamedTuple

from analyzer.vocabulary import Confidence, FingerprintBasis


class Candidate(NamedTuple):
    """An implementation that behaves so. versions: such as "5.8.0 or later"; "": nothing is known of them."""

    implementation: str
    versions: str = ""


class Look(NamedTuple):
    """What one side of a negotiation looks like. Several candidates: the bytes do not tell them apart.

    detail: what it is known by, in words. frames: where it is shown, if that is another negotiation.
    """

    candidates: tuple[Candidate, ...]
    basis: tuple[FingerprintBasis, ...]
    confidence: Confidence
    detail: str
    frames: tuple[int, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Of the candidates."""
        return frozenset(candidate.implementation for candidate in self.candidates)

    @property
    def text(self) -> str:
        """In one line: "consistent with NAME (by what; versions)"; "possibly ..." if another negotiation shows it."""
        how = "possibly" if "other-negotiation" in self.basis else "consistent with"
        names = " or ".join(dict.fromkeys(candidate.implementation for candidate in self.candidates))
        versions = {candidate.versions for candidate in self.candidates}
        only = f"; {next(iter(versions))}" if len(versions) == 1 and versions != {""} else ""
        return f"{how} {names} ({self.detail}{only})"


Looks = tuple[Look | None, Look | None]  # of initiator and responder
NOBODY: Looks = (None, None)


def text_of(look: Look | None) -> str | None:
    """The line of a look that there may be none of."""
    return None if look is None else look.text
