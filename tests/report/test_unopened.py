from typing import Any

from analyzer.report.unopened import but_not_all, kinds_of, no_message, not_opened, not_whole, opened
from analyzer.tables.store import Tables
from tests.report.sample import put


def capture(packets: int | None, left: int | None, *names: str) -> dict[str, Any]:
    return {"packets": packets, "packets_not_opened": left, "not_opened": names or None}


def test_nothing_was_left() -> None:
    for all_read in (capture(5, 0), capture(None, None)):
        assert not_opened([all_read]) == but_not_all([all_read]) == ""
        assert no_message([all_read]) == "No IKE message in this capture."


def test_part_of_it_was_left() -> None:
    part = [capture(12, 1, "GTP-U")]
    assert not_opened(part) == "1 packet of GTP-U was not opened"
    assert no_message(part) == "No IKE message in the 11 packets that could be read; 1 packet of GTP-U was not opened."
    assert but_not_all(part) == ("1 packet of GTP-U was not opened: what is not seen here is not seen in the others.")


def test_all_of_it_was_left() -> None:
    none = [capture(5, 5, "link type 127 IEEE802_11_RADIOTAP")]
    assert no_message(none) == (
        "No packet of this capture could be read: 5 packets of link type 127 IEEE802_11_RADIOTAP were not opened."
    )
    assert opened(none) == 0


def test_captures_together_and_many_kinds() -> None:
    both = [capture(5, 2, "NSH", "LISP"), capture(9, 3, "LISP", "TZSP", "EtherIP", "GUE", "HSR")]
    assert not_opened(both) == "5 packets of NSH, LISP, TZSP, EtherIP and 2 other kinds were not opened"
    assert opened(both) == 9


def damaged(*defects: tuple[str, str, int | None]) -> Tables:
    """Defects by capture, kind and frame."""
    tables = Tables()
    for name in dict.fromkeys(name for name, _, _ in defects):
        put(tables, "captures", capture=name)
    for name, kind, frame in defects:
        put(tables, "defects", capture=name, kind=kind, frame_number=frame, effect="none")
    return tables


def test_a_capture_that_is_not_whole() -> None:
    cut = damaged(
        ("a.pcap", "capture-cut-datagram", 3), ("a.pcap", "capture-cut", None), ("a.pcap", "capture-cut-datagram", 9)
    )
    kinds = "capture-cut, once; capture-cut-datagram, twice (first in frame 3)"
    assert not_whole(cut) == f"not whole: {kinds}. The result is of what could be read."
    harmless = ("wire-length", "capture-out-of-order", "capture-version", "capture-not-opened", "limit-half-open")
    assert not_whole(damaged(*(("a.pcap", kind, 1) for kind in harmless))) == ""
    assert not_whole(damaged(("a.pcap", "limit-payloads", 1))).startswith("not whole: limit-payloads, once (frame 1).")


def test_of_several_captures_a_frame_is_in_one_of_them() -> None:
    both = damaged(("a.pcap", "wire-length", 2), ("b.pcap", "capture-cut", 7), ("b.pcap", "wire-length", 1))
    assert [kind.text for kind in kinds_of(both)] == [
        "capture-cut, once (b.pcap, frame 7)",
        "wire-length, twice (first in a.pcap, frame 2)",
    ]
