"""states.md: every state table with its picture."""

from collections.abc import Iterator
from types import ModuleType

from analyzer.negotiation.exchanges import group, initial, later, order, phase1, phase2, sa, table
from analyzer.negotiation.exchanges.course import TABLES
from analyzer.negotiation.exchanges.sa import IKEV1_SA, IKEV2_SA, SaTable

from .markdown import WRITTEN, anchor


def page() -> Iterator[str]:
    """states.md: every state table with its picture; the theory is that of the modules."""
    yield WRITTEN
    yield f"""# State tables

How the analyzer follows IKE. These tables are data in `analyzer/negotiation/`; this page is drawn from them.

{theory(table)}

In the pictures stand the moves by the book. The tables below them have the leaps too, with the messages that are
missing then. The column `state` of [`exchanges`](tables.md#exchanges) holds the last state of an exchange; a message
without a move is in its column `unexpected_frames` and a finding `unexpected-message`.
"""
    titles = [*(t.title for t in TABLES), IKEV1_SA.title, IKEV2_SA.title]
    yield "".join(f"- [{title}](#{anchor(title)})\n" for title in titles)
    for module in (phase1, phase2, initial, later, group, order):
        yield f"## {title_of(module)}\n\n{theory(module)}\n"
        yield from (picture(t) for t in TABLES if t in vars(module).values())
    yield f"## {title_of(sa)}\n\n{theory(sa)}\n"
    yield from (rules(t) for t in (IKEV1_SA, IKEV2_SA))


def title_of(module: ModuleType) -> str:
    """The first line of a module's docstring, without its full stop."""
    return (module.__doc__ or "").partition("\n")[0].rstrip(".")


def theory(module: ModuleType) -> str:
    """The rest of it."""
    return (module.__doc__ or "").partition("\n")[2].strip()


def picture(t: table.Table) -> str:
    """One table: its picture, its states, its moves, and the events that have no place in it."""
    lines = [f"### {t.title}\n", "```mermaid", table.mermaid(t), "```\n", "| State | Meaning |", "|---|---|"]
    lines += [f"| `{state}` | {meaning} |" for state, meaning in t.states.items()]
    lines += ["", "| State | Event | Leads to | Document | Not in the capture |", "|---|---|---|---|---|"]
    for state, row in t.moves.items():
        for event, move in row.items():
            unseen = ", ".join(f"`{e}`" for e in move.unseen)
            lines.append(f"| `{state}` | `{event}` | `{move.to}` | {move.reference} | {unseen} |")
    lines += ["", "| Event | What it is |", "|---|---|"]
    lines += [f"| `{event}` | {meaning} |" for event, meaning in t.events.items()]
    placed = {event for row in t.moves.values() for event in row}
    never = [f"`{event}`" for event in t.events if event not in placed]
    if never:
        lines += ["", f"Unexpected in every state ({t.rule}): {', '.join(never)}."]
    return "\n".join(lines) + "\n"


def rules(t: SaTable) -> str:
    """The rules that make an SA's state of those of its exchanges."""
    lines = [f"### {t.title}\n", "| State | Where | Meaning |", "|---|---|---|"]
    for rule in t.rules:
        parts = "; ".join(f"{part} is {' or '.join(f'`{s}`' for s in sorted(rule.when[part]))}" for part in rule.when)
        lines.append(f"| `{rule.state}` | {parts} | {rule.meaning} |")
    for part, values in t.parts.items():
        lines += ["", f"| {part} | Meaning |", "|---|---|"]
        lines += [f"| `{value}` | {meaning} |" for value, meaning in values.items()]
    return "\n".join(lines) + "\n"
