"""Small phrases that every view shares: counts, spans of time, endpoints, frame lists."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from analyzer.capture.placed_frame import PlacedFrame, by_member, own_number
from analyzer.tables.text import visible

SEVERITIES: Final = ("critical", "high", "medium", "low", "info")
OUTCOMES: Final = ("established", "failed", "unanswered", "redirected", "incomplete", "probe")

_ADVERBS: Final = {"certain": "certainly", "likely": "probably", "possible": "possibly"}


def plural(count: int, thing: str) -> str:
    """The number and the word for it: 1 message, 2 messages, 3 IKE SAs; thousands are set apart."""
    return f"{count:,} {thing if count == 1 else thing + 's'}"


def seconds(value: float | None) -> str:
    """A span of time in the unit that a reader would choose: 14.2 ms, 1.02 s, 2 min 5 s."""
    if value is None:
        return "an unknown time"
    if value < 0:
        return "-" + seconds(-value)
    if value == 0:
        return "0 s"
    if value < 0.0009995:
        return f"{value * 1_000_000:.3g} \u00b5s"
    if value < 0.9995:
        return f"{value * 1000:.3g} ms" if value < 0.09995 else f"{value * 1000:.0f} ms"
    if value < 60:
        return f"{value:.3g} s"
    return _long(round(value))


def _long(whole: int) -> str:
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{plural(whole // 86_400, 'day')} {whole % 86_400 // 3600} h"


def moment(offset: float) -> str:
    """When something happened after the start: +4.62 ms, +20.034 s, +2 min 5.12 s. Milliseconds for the first hour."""
    if offset < 0:
        return moment(-offset).replace("+", "-", 1)
    if offset < 0.9995:
        return "+" + seconds(offset)
    if offset < 60:
        return f"+{offset:.3f} s"
    if offset < 3600:
        return f"+{int(offset // 60)} min {offset % 60:.3f} s"
    return "+" + seconds(offset)


def endpoint(ip: str | None, port: int | None) -> str:
    """Address and port, IPv6 in brackets."""
    if ip is None:
        return "an unknown address"
    if port is None:
        return ip
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def runs(frames: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs of neighbours: 1 2 3 7 become (1, 3), (7, 7)."""
    found: list[tuple[int, int]] = []
    for frame in sorted(set(frames)):
        if found and frame == found[-1][1] + 1:
            found[-1] = (found[-1][0], frame)
        else:
            found.append((frame, frame))
    return found


def frame_list(frames: Iterable[int], most: int = 12) -> str:
    """Frame numbers for a reader: 1-3, 7; long lists end with how many more there are.

    Of a set of captures each run of numbers is followed by their file: 1-3 of a.pcap, 2, 7-8 of b.pcap.
    """
    texts, left = [], 0
    for name, numbers in by_member(frames).items():
        spans = runs(numbers)
        room = max(0, most)
        most -= len(spans)
        left += sum(b - a + 1 for a, b in spans[room:])
        if room:
            texts.append(runs_list(spans[:room], room) + (f" of {name}" if name else ""))
    return ", ".join(texts) + (f" and {left:,} more" if left else "")


def files_text(frames: Iterable[int]) -> str:
    """What the numbers before frames of a set mean where they stand in short, 2:14; "" of a single capture."""
    names = {frame.place.member: frame.member for frame in frames if isinstance(frame, PlacedFrame)}
    files = ", ".join(f"{member + 1} is {name}" for member, name in sorted(names.items()))
    return f"Frames by file and number: {files}." if files else ""


def span_text(first: int | None, last: int | None) -> str:
    """From one frame to another: 1 to 7; of a set 1 to 7 of a.pcap, or 1 of a.pcap to 7 of b.pcap."""
    if isinstance(first, PlacedFrame) and isinstance(last, PlacedFrame) and first.member == last.member:
        return f"{first.place.frame_number} to {last}"
    return f"{first} to {last}"


def runs_list(spans: Sequence[tuple[int, int]], most: int = 12) -> str:
    """The same of runs of frame numbers."""
    texts = [str(a) if a == b else f"{a}-{b}" for a, b in spans[:most]]
    rest = sum(b - a + 1 for a, b in spans[most:])
    return ", ".join(texts) + (f" and {rest:,} more" if rest else "")


def frames_text(frames: Collection[int], most: int = 12) -> str:
    """The frames with the word before them: frame 7; frames 1-3, 7."""
    return f"frame{'' if len(set(frames)) == 1 else 's'} {frame_list(frames, most)}"


def display_filters(frames: Iterable[int], most: int = 12) -> list[tuple[str, str]]:
    """The frames as Wireshark display filters, each with the file of a set that it is for; "": of the capture."""
    found = []
    for name, numbers in by_member(frames).items():
        spans = runs(numbers)[:most]
        most -= len(spans)
        if spans:
            listed_spans = ", ".join(str(a) if a == b else f"{a}..{b}" for a, b in spans)
            found.append((f"frame.number in {{{listed_spans}}}", name))
    return found


def display_filter(frames: Iterable[int], most: int = 12) -> str:
    """The frames as a Wireshark display filter; as one for each file of a set."""
    found = display_filters(frames, most)
    return "; ".join(f"{text} in {name}" if name else text for text, name in found) or "frame.number in {}"


def frame_command(frame: int) -> str:
    """The command that shows a frame down to the byte."""
    from shlex import quote  # noqa: PLC0415  (of every command only those that write reports need it)

    capture = quote(visible(frame.place.capture)) if isinstance(frame, PlacedFrame) else "CAPTURE"
    return f"isakmp-analyzer show {capture} --frame {own_number(frame)} -x"


def spi_filter(spi: str | None) -> str:
    """The messages of an IKE SA as a Wireshark display filter, by its initiator's SPI."""
    digits = spi or ""
    return "isakmp.ispi == " + ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))


def file_name(path: str | None) -> str:
    """The last part of a path."""
    if path == "-":
        return "standard input"
    return (path or "").rstrip("/\\").replace("\\", "/").rpartition("/")[2] or (path or "a capture")


def sentence(text: str | None) -> str:
    """A remark as a sentence of its own: first letter large, a full stop at the end."""
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def clip(text: str, most: int = 2000) -> str:
    """The text, cut where it is longer than anyone reads; says how long it was."""
    return text if len(text) <= most else f"{text[:most]} ... ({len(text):,} characters)"


def adverb(confidence: str | None) -> str:
    """The confidence as a word inside a sentence: certainly, probably, possibly."""
    return _ADVERBS.get(confidence or "", "perhaps")


def keyed(name: str | None, bits: int | None) -> str | None:
    """An algorithm's name with its key length behind it."""
    return f"{name}-{bits}" if name and bits else name


def listed(parts: Sequence[str]) -> str:
    """The parts as an enumeration: a; a and b; a, b and c."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def version_mode(n: dict[str, Any]) -> str:
    """The version, and for IKEv1 the mode: IKEv2, IKEv1 main mode."""
    mode = n["mode"]
    if n["ike_version"] == 1:
        return "IKEv1" if mode in (None, "unknown", "group-rekey") else f"IKEv1 {mode} mode"
    return f"IKEv{n['ike_version']}"


def outcome_counts(counts: Mapping[str, int]) -> str:
    """How many of each outcome, in fixed order: 12 established, 1 failed and 3 probes."""
    names = [*OUTCOMES, *sorted(set(counts) - set(OUTCOMES))]
    return listed(
        [
            plural(counts[name], name) if name == "probe" else f"{counts[name]:,} {name}"
            for name in names
            if counts.get(name)
        ]
    )


def severity_rank(severity: str | None) -> int:
    """The place of a severity: 0 for critical; what is unknown comes last."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
