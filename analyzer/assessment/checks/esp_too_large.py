"""ICMP errors that ask for smaller ESP or AH packets: path MTU discovery at work, or not taken up."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.capture.datagram import IcmpError
from analyzer.negotiation.conclude.verdict import times

ABOUT = Explanation(
    id="esp-too-large",
    kind="check",
    title="A router asks for smaller ESP or AH packets",
    severity="info",
    what="ICMP fragmentation needed (ICMPv6: packet too big) quotes ESP or AH of an SA.",
    why=(
        "Path MTU discovery works like this, and one error for each size is normal. Where the sender does not take it "
        "up, large packets of the tunnel are lost while small ones pass: sessions open, and transfers hang."
    ),
    wire="ICMP type 3 code 4, or ICMPv6 type 2, whose quotation begins with the SPI; the MTU stands in the error.",
    lookalikes="A forged ICMP error: it is unauthenticated, and whoever saw the packet can quote it.",
    advice=(
        "If it goes on, lower the MTU of the tunnel interface or clamp the TCP MSS to what the error names, less the "
        "overhead of ESP; let ICMP fragmentation needed reach the IPsec gateway."
    ),
    references=("RFC 1191", "RFC 8201", "RFC 4301 8.2"),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each direction of an SA."""
    for number, errors in sorted(scene.lives.reported.items()):
        ways: dict[tuple[str, str], list[IcmpError]] = {}
        for error in errors:
            if error.kind == "fragmentation-needed":
                ways.setdefault((error.src_ip, error.dst_ip), []).append(error)
        for (source, destination), several in ways.items():
            yield _finding(number, source, destination, several)


def _finding(number: int, source: str, destination: str, errors: list[IcmpError]) -> Finding:
    sizes = sorted({error.mtu for error in errors if error.mtu})
    asked = f"at most {sizes[0]} bytes" if sizes else "fewer bytes"
    name = "AH" if errors[0].protocol == "ah" else "ESP"
    known = [error.time_ns for error in errors if error.time_ns is not None]
    over = f" over {(max(known) - min(known)) / 1e9:.1f} s" if len(known) > 1 else ""
    detail = (
        f"{errors[0].reporter_ip} asks for packets of {asked} where {name} goes from {source} to {destination}, "
        f"{times(len(errors))}{over}."
    )
    frames = [error.frame_number for error in errors]
    return lives.finding(ABOUT, "likely", number, f"{name} to {destination}", frames, detail)
