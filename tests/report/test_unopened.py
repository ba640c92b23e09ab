from typing import Any

from analyzer.report.unopened import but_not_all, no_message, not_opened, opened


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
