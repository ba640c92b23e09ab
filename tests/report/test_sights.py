"""What several capture points saw, in words; and the ladder's notes."""

from analyzer.report.dossier import dossiers
from analyzer.report.ladder import ladder
from analyzer.report.sights import sights_lines
from tests.two_points import INITIATOR, SECOND, Between, on_4500, read

OUTSIDE = (
    "outside (198.51.100.7:31234 - 192.0.2.20:500), 1 + 1 messages, 1 message missing, "
    "192.0.2.10:500 is 198.51.100.7:31234, 1 hop away, its clock 90.000 s behind"
)


def test_each_point_has_a_line_and_what_is_missing_a_note() -> None:
    nat = {(INITIATOR, 500): ("198.51.100.7", 31234)}
    analysis = read(Between(passes=on_4500, nat=nat, offset_ns=-90 * SECOND))
    [d] = dossiers(analysis.tables, [1])
    assert sights_lines(d) == [
        "inside (192.0.2.10:500 - 192.0.2.20:500), 5 + 1 messages",
        OUTSIDE,
    ]
    notes = [rung.note for rung in ladder(d) if rung.kind == "message" and "not seen at outside" in rung.note]
    assert notes == ["295 bytes, not seen at outside"]


def test_an_extract_is_said_to_be_one() -> None:
    [d] = dossiers(read(Between(passes=on_4500, hops=0, delay_ns=0)).tables, [1])
    whole, extract = sights_lines(d)
    assert whole.endswith(", the same recording as outside: what one of them lacks is not missing")
    assert extract.endswith(", the same recording as inside: what one of them lacks is not missing")


def test_points_that_share_no_packet_say_so() -> None:
    analysis = read(Between(seen=lambda point, packet: (point == 1) is (4500 in packet.ports)))
    [d] = dossiers(analysis.tables, [1])
    assert all("what is missing cannot be known" in line for line in sights_lines(d))
    assert sights_lines(d)[1].endswith("its clock cannot be compared")
