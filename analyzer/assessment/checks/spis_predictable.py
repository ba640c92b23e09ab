"""SPIs that do not look drawn at random."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from analyzer.assessment import lives
from analyzer.assessment.drawn import by_host
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.model import Negotiation
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="spis-predictable",
    kind="check",
    title="SPIs that can be foretold",
    severity="low",
    what="The SPIs that a host chose for its IKE SAs count, or are alike; or one is not of random bytes.",
    why=(
        "Who can foretell an SPI can answer or end a negotiation without seeing it. SPIs that count show how many "
        "SAs a host has, and that it does not draw them at random."
    ),
    wire=(
        "8 or more negotiations of one address, in order of time: each SPI is above the one before, or below it, by "
        "less than 2**24, as a number of either byte order; or all have the same bytes in four or more of their eight "
        "places. Or one SPI of three or fewer different bytes, with five or more zeros, whose bytes count by one "
        "difference, or which is all digits; or all of three and more of one host that are printable text."
    ),
    lookalikes=(
        "A host that puts a mark of its own into its SPIs, as nodes of a cluster may; a scanner or a test tool. By "
        "chance one SPI in a thousand million looks so."
    ),
    advice="Update the sender: SPIs are to be drawn at random.",
    references=("RFC 7296 2.6", "RFC 4086 1"),
)

LEAST: Final = 8
_STEP: Final = 1 << 24
_ALIKE: Final = 4  # places with the same byte
_FEW, _ZEROS, _TEXTS = 3, 5, 3
_DIGITS = frozenset(b"0123456789")


def find_all(scene: Scene) -> Iterator[Finding]:
    """At most one finding for each host and each role: as initiator, and as responder."""
    hosts = by_host(scene)
    for host, some in hosts.items():
        yield from _of(host, some, from_initiator=True)
    answered: dict[str, list[Negotiation]] = {}
    for some in hosts.values():
        for n in some:
            if n.responder_spi.strip("0"):
                answered.setdefault(n.responder_ip, []).append(n)
    for host, some in answered.items():
        ordered = sorted(some, key=lambda n: (scene.began[n.number] or 0, n.number))
        yield from _of(host, ordered, from_initiator=False)


def _of(host: str, some: Sequence[Negotiation], *, from_initiator: bool) -> Iterator[Finding]:
    first: dict[str, Negotiation] = {}
    for n in some:
        if n.first_exchange is not None:
            first.setdefault(n.initiator_spi if from_initiator else n.responder_spi, n)
    how, odd = (_pattern([*first]), [*first]) if len(first) >= LEAST else ("", [])
    if not how:
        odd = [spi for spi in first if _fault(bytes.fromhex(spi))]
        how = f"is no random number: {odd[0]}" if odd else ""
    if not how:
        odd = [*first] if len(first) >= _TEXTS and all(_is_text(bytes.fromhex(spi)) for spi in first) else []
        how = "are text" if odd else ""
    if how:
        role = side(from_initiator)
        count = "An SPI" if how.startswith("is ") else f"The SPIs of {len(odd)} negotiations"
        frames = _frames([first[spi] for spi in odd])
        subject, detail = f"SPIs of {host}", f"{count} that {host} chose as {role} {how}."
        yield lives.finding(ABOUT, "possible", first[odd[0]].number, subject, frames, detail)


def _frames(some: Iterable[Negotiation]) -> list[int]:
    exchanges = [e for n in some if (e := n.first_exchange) is not None]
    return [e.first_frame for e in exchanges[: lives.FRAMES_KEPT]]


def _pattern(spis: Sequence[str]) -> str:
    """What several of one host have in common, in words; empty: nothing that shows."""
    raw = [bytes.fromhex(spi) for spi in spis]
    numbers = [[int.from_bytes(spi, "big") for spi in raw], [int.from_bytes(spi, "little") for spi in raw]]
    for some in numbers:
        steps = [after - before for before, after in pairwise(some)]
        if all(0 < step < _STEP for step in steps) or all(0 < -step < _STEP for step in steps):
            return "count"
    same = [len(set(bytes_of)) == 1 for bytes_of in zip(*raw, strict=True)]
    if sum(same) < _ALIKE:
        return ""
    alike = "".join(f"{byte:02x}" if fixed else ".." for byte, fixed in zip(raw[0], same, strict=True))
    return f"are all {alike}"


def _fault(spi: bytes) -> bool:
    """One that hardly any generator gives: by chance one in a thousand million."""
    if len(set(spi)) <= _FEW or spi.count(0) >= _ZEROS:
        return True
    one = spi[1] - spi[0]
    return all(not (after - before - one) & 255 for before, after in pairwise(spi)) or _DIGITS.issuperset(spi)


def _is_text(spi: bytes) -> bool:
    return spi.isascii() and spi.decode("ascii").isprintable()
