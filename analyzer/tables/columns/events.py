"""Table `events`: a row for each event in the life of an SA that came up."""

from typing import Final

from analyzer.negotiation.life import Event
from analyzer.tables.kinds import CAPTURE, CHILD, INT, NEGOTIATION, STR, TIME, Column, TableSchema, one_of
from analyzer.tables.naming import side_name
from analyzer.tables.run import Entry
from analyzer.vocabulary import Confidence, EventName, Side


def _confidence(r: Entry[Event]) -> str:
    """Its confidence; possible where the analyzer failed on messages of the SA."""
    return "possible" if r.item.negotiation in r.run.doubted else r.item.confidence


# fmt: off
EVENTS: Final = TableSchema[Entry[Event]](
    "events", "One row per event in the life of an SA that came up. Without keys most are inferred, and say so.", (
    Column("negotiation", INT, NEGOTIATION, lambda r: r.item.negotiation),
    Column("child", INT, CHILD, lambda r: r.item.child),
    Column("event", STR, "moved, rekeyed, child-rekeyed, rekey-collision, reauthenticated (a new IKE SA of its own "
           "replaces it), superseded (likewise, but it was never deleted: one side had lost it), deleted, child-"
           "deleted, liveness-missed (answered at last), liveness-failed (never answered).", lambda r: r.item.event,
           words=one_of(EventName)),
    Column("time", TIME, "When it happened.", lambda r: r.item.time_ns),
    Column("frame_number", INT, "Frame to look at.", lambda r: r.item.frame_number),
    Column("by", STR, "Who did it: initiator or responder of the IKE SA. Missing: both, or it cannot be known.",
           lambda r: side_name(r.item.by_initiator), words=one_of(Side)),
    Column("other", INT, "Number of the other negotiation concerned: the new IKE SA, or that of the child replaced.",
           lambda r: r.item.other),
    Column("confidence", STR, "certain, likely or possible.", _confidence, words=one_of(Confidence)),
    Column("basis", STR, "What it rests on.", lambda r: r.item.basis),
    Column("detail", STR, "The particulars: addresses, how often, which child.", lambda r: r.item.detail),
    Column("capture", STR, CAPTURE, lambda r: r.capture),
), rows=lambda run: (Entry(event, run) for event in run.life.events))
# fmt: on
