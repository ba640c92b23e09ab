"""What several capture points saw of a negotiation, in words."""

from analyzer.report.dossier import Dossier, Record
from analyzer.report.words import endpoint, plural

_CLOCKS = {
    "both directions": "",
    "at most": ", at most",
    "at least": ", at least",
    "one direction": ", give or take the time on the way",
}
_LEAST_OFFSET_S = 0.1
"""Clocks that differ by less are not worth a word."""


def sights_lines(d: Dossier) -> list[str]:
    """What each point saw, the one nearest to the initiator first."""
    return [_line(row) for row in d.sights]


def unseen_note(d: Dossier, message: Record) -> str:
    """At which points a message was not seen, behind what else is said of it; empty: at none that captured then."""
    frames = {message["frame_number"], message["retransmission_of"]}
    points = [row["point"] for row in d.sights if not frames.isdisjoint(row["missing_frames"] or ())]
    return f", not seen at {', '.join(points)}" if points else ""


def _line(row: Record) -> str:
    ends = (row["initiator_ip"], row["initiator_port"]), (row["responder_ip"], row["responder_port"])
    text = f"{row['point']} ({' - '.join(endpoint(*end) for end in ends)})"
    text += f", {row['messages_from_initiator'] or 0:,} + {row['messages_from_responder'] or 0:,} messages"
    same = row["same_recording"]
    if same:
        text += f", the same recording as {', '.join(same)}: what one of them lacks is not missing"
    elif row["messages_missing"] is None:
        text += ", none of them a packet that another point saw: what is missing cannot be known"
    if row["messages_missing"]:
        text += f", {plural(row['messages_missing'], 'message')} missing"
    if row["transmissions_missing"]:
        text += f", {plural(row['transmissions_missing'], 'transmission')} fewer"
    text += "".join(f", {one}" for one in row["translations"] or ())
    if row["hops"]:
        text += f", {plural(row['hops'], 'hop')} away"
    offset = row["clock_offset_s"]
    if offset is None:
        text += ", its clock cannot be compared"
    elif abs(offset) >= _LEAST_OFFSET_S:
        how = "ahead" if offset > 0 else "behind"
        text += f", its clock {abs(offset):,.3f} s {how}{_CLOCKS.get(row['clock_basis'], '')}"
    return text
