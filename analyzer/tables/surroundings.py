"""What the tables know about the surroundings of one frame's messages, for their dissection."""

from collections.abc import Container
from typing import Any, Final

from analyzer.decryption.suites import encryption, integrity
from analyzer.isakmp import Around
from analyzer.tables.store import Tables

_SAME_MESSAGE: Final = ("message_id", "exchange_type", "is_response", "fragment_total")


def around(tables: Tables, capture: str, frame_number: int) -> Around:
    """Vendors that the peers of the frame's IKE SA named, and the sizes that its suite gives IV and ICV."""
    rows = [row for row in tables["messages"].select("frame_number", {frame_number}) if row["capture"] == capture]
    belongs = {row["negotiation"] for row in rows} - {None}
    iv_bytes, icv_bytes = _sizes(tables, belongs)
    known = {row["vendor"] for row in tables["vendor_ids"].select("negotiation", belongs)} - {None}
    fragments = _fragments(tables, rows[0]) if len(rows) == 1 and belongs else frozenset[int]()
    return Around(vendors=frozenset(known), iv_bytes=iv_bytes, icv_bytes=icv_bytes, fragments=fragments)


def _fragments(tables: Tables, row: dict[str, Any]) -> frozenset[int]:
    """Numbers of the fragments that the capture has of the IKEv2 message which this one is a fragment of."""
    if row["major_version"] != 2 or row["fragment_number"] is None:
        return frozenset()
    others = tables["messages"].select("negotiation", {row["negotiation"]})
    return frozenset(o["fragment_number"] for o in others if all(o[name] == row[name] for name in _SAME_MESSAGE))


def _sizes(tables: Tables, belongs: Container[int]) -> tuple[int | None, int | None]:
    """Of IKEv2: IKEv1's IV is not in the message and it has no ICV."""
    for row in tables["negotiations"].select("negotiation", belongs):
        cipher = encryption(2, row["encryption_id"]) if row["ike_version"] == 2 else None
        check = integrity(row["integrity_id"])
        if cipher is not None and (cipher.aead or check is not None):
            return cipher.iv_bytes, cipher.icv_bytes if cipher.aead or check is None else check.icv_bytes
    return None, None
