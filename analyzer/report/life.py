"""The life of an SA in sentences: moved, rekeyed, replaced, deleted, checked for liveness."""

from collections import Counter
from typing import Final

from analyzer.negotiation.conclude.verdict import times
from analyzer.report.dossier import Dossier, Record
from analyzer.report.words import listed, moment

MOST_EVENTS: Final = 40
_MOST_IN_SHORT: Final = 5
_OF_CHILDREN: Final = {
    "child-rekeyed": "rekeyed",
    "child-deleted": "deleted",
}


def life_lines(d: Dossier) -> list[str]:
    """Every event of this negotiation, in order of time, as a sentence with its frame and what it rests on."""
    events = _in_order(d)
    lines = [_sentence(d, event, with_basis=True) for event in events[:MOST_EVENTS]]
    left = d.total("events") - len(lines)
    return lines + ([f"{left:,} more events are in the table events."] if left > 0 else [])


def life_in_short(d: Dossier) -> list[str]:
    """What happened to the IKE SA itself, and how often its child SAs were rekeyed or deleted."""
    events = _in_order(d)
    own = [event for event in events if event["event"] not in _OF_CHILDREN]
    lines = [_sentence(d, event) for event in own[:_MOST_IN_SHORT]]
    if len(own) > _MOST_IN_SHORT:
        kinds = d.events_by_kind - Counter(event["event"] for event in own[:_MOST_IN_SHORT])
        kinds = Counter({kind: count for kind, count in kinds.items() if kind not in _OF_CHILDREN})
        lines.append("Later: " + listed([f"{kind} {times(count)}" for kind, count in kinds.items()]) + ".")
    counts = d.events_by_kind
    if not counts.keys().isdisjoint(_OF_CHILDREN):
        parts = [f"{counts[kind]:,} {word}" for kind, word in _OF_CHILDREN.items() if counts[kind]]
        lines.append(f"Child SAs: {listed(parts)}.")
    return lines


def _in_order(d: Dossier) -> list[Record]:
    return sorted(d.events, key=lambda event: (event["time"] is None, event["time"] or 0, event["frame_number"] or 0))


def _sentence(d: Dossier, e: Record, *, with_basis: bool = False) -> str:
    when = ""
    if e["time"] is not None and d.n["duration_s"] is not None:
        start = d.n["first_time"]
        when = f"{moment((e['time'] - start) / 1e9)} ({d.zone.beside(e['time'], start)}): "
    place = [f"frame {e['frame_number']}"] if e["frame_number"] is not None else []
    place += [e["confidence"]] if e["confidence"] not in (None, "certain") else []
    basis = f": {e['basis']}" if with_basis and e["basis"] else ""
    what = what_happened(e)
    return (
        (when + what if when else what[0].upper() + what[1:]) + (f" ({', '.join(place)}{basis})" if place else "") + "."
    )


def what_happened(e: Record) -> str:
    """What happened, and by whom as far as that is known."""
    by = f" by the {e['by']}" if e["by"] else ""
    detail = f" {e['detail']}" if e["detail"] else ""
    other = "" if e["other"] is None else f"negotiation {e['other']}"
    of_other = f" of {other}" if other else ""
    takes = f", {other} takes its place" if other else ""
    child = f"child SA {e['child']}"
    sentences = {
        "moved": f"moved{by} from{detail}",
        "rekeyed": f"rekeyed{by}{takes}",
        "rekey-collision": f"both sides rekeyed at once{takes}{detail}",
        "reauthenticated": f"reauthenticated{by}{takes}",
        "superseded": f"superseded{by}{takes}; it was never deleted, so one side had lost it",
        "deleted": f"deleted{by}",
        "child-rekeyed": f"{child} made{by} in place of{detail or ' another'}{of_other}",
        "child-deleted": f"{child} deleted{by}",
        "liveness-missed": f"liveness check{by}{detail and f',{detail}'}",
        "liveness-failed": f"liveness check{by} never answered{detail and f',{detail}'}",
    }
    return sentences.get(e["event"] or "", f"{e['event']}{by}{takes}{detail}")
