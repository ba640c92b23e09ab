"""What the tables know about the surroundings of one frame's messages, for their dissection."""

from collections.abc import Container

from analyzer.decryption.suites import encryption, integrity
from analyzer.isakmp import Around
from analyzer.tables.store import Tables


def around(tables: Tables, capture: str, frame_number: int) -> Around:
    """Vendors that the peers of the frame's IKE SA named, and the sizes that its suite gives IV and ICV."""
    rows = tables["messages"].select("frame_number", {frame_number})
    belongs = {row["negotiation"] for row in rows if row["capture"] == capture} - {None}
    iv_bytes, icv_bytes = _sizes(tables, belongs)
    known = {row["vendor"] for row in tables["vendor_ids"].select("negotiation", belongs)} - {None}
    return Around(vendors=frozenset(known), iv_bytes=iv_bytes, icv_bytes=icv_bytes)


def _sizes(tables: Tables, belongs: Container[int]) -> tuple[int | None, int | None]:
    """Of IKEv2: IKEv1's IV is not in the message and it has no ICV."""
    for row in tables["negotiations"].select("negotiation", belongs):
        cipher = encryption(2, row["encryption_id"]) if row["ike_version"] == 2 else None
        check = integrity(row["integrity_id"])
        if cipher is not None and (cipher.aead or check is not None):
            return cipher.iv_bytes, cipher.icv_bytes if cipher.aead or check is None else check.icv_bytes
    return None, None
