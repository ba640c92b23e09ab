"""Of a fragment: which others of its set the capture has, where they are, and what they make together."""

from analyzer.capture.placed_frame import by_member
from analyzer.dissect.surroundings import Around, Fragments
from analyzer.isakmp.recorder import Node

_MOST_FRAGMENTS = 1000  # looked for, whatever the message says
_MOST_FRAMES = 20  # listed


def note_total(payload: Node, around: Around) -> None:
    """Of an SKF payload, which says how many fragments there are."""
    total = payload.field("total_fragments")
    if total is None or not around.fragments.numbers:
        return
    parts = _where_fragments(total.number, around.fragments)
    if around.opened is not None and around.opened.whole_bytes is not None:
        parts.append(f"put together with this one: {around.opened.whole_bytes} bytes of payloads")
    elif around.completed_in is not None:
        parts.append(f"all were there with frame {around.completed_in}")
    total.meaning = "; ".join(parts)


def note_cisco_set(payload: Node, around: Around) -> None:
    """Of a Cisco fragment, only the last of which says how many there are."""
    ident = payload.field("fragment_id")
    if ident is None or not around.fragments.numbers:
        return
    parts = _where_fragments(around.fragment_total, around.fragments)
    if around.whole:
        parts.append(around.whole)
    ident.meaning = "; ".join(parts)


def _where_fragments(total: int | None, fragments: Fragments) -> list[str]:
    """Which fragments of a set the capture has, and in which frames."""
    if total not in fragments.said:
        fragments.said[total] = _in_words(total, fragments)
    return fragments.said[total].copy()


def _in_words(total: int | None, fragments: Fragments) -> list[str]:
    last = total if total is not None else max(fragments.numbers)
    missing = [str(n) for n in range(1, min(last, _MOST_FRAGMENTS) + 1) if n not in fragments.numbers]
    missing += [] if total is not None else ["the last one"]
    listed = by_member(fragments.frames[:_MOST_FRAMES])
    frames = ", ".join(", ".join(map(str, own)) + (f" of {name}" if name else "") for name, own in listed.items())
    frames += " and more" if len(fragments.frames) > _MOST_FRAMES else ""
    if missing:
        which, where = f"not in this capture: {', '.join(missing)}", "the others in frames"
    else:
        which, where = "all are in this capture", "in frames"
    return [which, f"{where} {frames}"] if frames else [which]
