"""ESP in UDP that its receiver reads as IKE."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene, ordered
from analyzer.negotiation.conclude.verdict import times
from analyzer.negotiation.life.streams import Joined
from analyzer.negotiation.story import EspAnswers
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="esp-read-as-ike",
    kind="check",
    title="ESP in UDP is read as IKE and answered with INVALID_MAJOR_VERSION",
    severity="medium",
    what="A host answers ESP packets in UDP as if they were IKE messages of a version that it does not speak.",
    why=(
        "Nothing on that host takes ESP out of UDP, so its IKE daemon gets the packets: the tunnel is up and carries "
        "nothing to it. The daemon's answers are no IKE either."
    ),
    wire=(
        "INVALID_MAJOR_VERSION in clear, one for each ESP packet; the initiator SPI is ESP's SPI and sequence number, "
        "the responder SPI the eight bytes behind them; exchange type and message ID may be bytes of ESP too."
    ),
    lookalikes=(
        "Answers to real messages of another major version, which this capture does not hold, where no ESP stream of "
        "that SPI is in it: that is called possible."
    ),
    advice=(
        "On the host that answers: let the kernel take ESP out of UDP on port 4500 (UDP_ENCAP, NAT traversal of the "
        "daemon switched on), and let no other program hold that port."
    ),
    references=("RFC 3948 2.1, 2.2", "RFC 7296 2.5, 2.23"),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each stream that is answered so."""
    answers = scene.story.esp_answers
    if not answers:
        return
    streams = {(j.stream.dst_ip, j.stream.src_ip, j.stream.spi): j for j in lives.streams(scene)}
    for each in answers:
        yield _finding(scene, each, streams.get((each.src_ip, each.dst_ip, each.spi)))


def _finding(scene: Scene, found: EspAnswers, joined: Joined | None) -> Finding:
    how = f"{found.src_ip} answers {times(found.answers)} with INVALID_MAJOR_VERSION"
    alike = _counts_alike(found, joined) if joined is not None else False
    if alike is not False:
        confidence: Confidence = "likely"
        what = "the SPI and the sequence numbers" if alike else "the SPI"
        detail = f"ESP packets are read as IKE: {how}, with {what} of the ESP from {found.dst_ip} as initiator SPI."
    else:
        confidence = "possible"
        detail = (
            f"{how}; no message of this capture has those SPIs, which may be SPI and sequence number of ESP in UDP."
        )
    number = joined.negotiation if joined is not None else None
    if number is None:
        group = scene.by_pair.get(ordered(found.src_ip, found.dst_ip), ())
        number = group[-1][1].number if group else None
    frames = {found.first_frame, found.last_frame}
    if joined is not None:
        frames.add(joined.stream.first_frame)
    return lives.finding(ABOUT, confidence, number, f"SPI {found.spi}", frames, detail)


def _counts_alike(found: EspAnswers, joined: Joined) -> bool | None:
    """The sequence numbers are the stream's; None: those are not known."""
    first, last = joined.stream.first_seq, joined.stream.last_seq
    if first is None or last is None:
        return None
    return min(first, last) <= found.first_seq and found.last_seq <= max(first, last)
