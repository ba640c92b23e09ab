import analyzer
from analyzer.report.dossier import dossiers
from analyzer.report.explorer.listing import evidence_of, rows
from analyzer.report.ladder import listing
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.report.sample import put


def listed(name: str) -> dict[int, tuple[str, ...]]:
    capture = str(case(name).capture)
    tables = analyzer.read_pcap(capture).tables
    frames = {frame for t in ("messages", "icmp_errors") for frame in tables[t].column("frame_number")}
    frames |= {f[f"{end}_keepalive_frame"] for f in tables["flows"].records() for end in ("first", "last")} - {None}
    frames |= {s[end] for s in tables["esp_streams"].records() for end in ("first_frame", "last_frame")}
    return {n: row[1:] for n, row in rows(tables, capture, frames, evidence_of(tables)).items()}


def test_messages_of_a_refusal() -> None:
    found = listed("ikev2-no-proposal-ike")
    assert found[5][:4] == ("192.0.2.10:500", "192.0.2.20:500", "IKE_SA_INIT request 0", "initiator")
    assert found[5][4].startswith("SA, KE, NONCE, N(NAT_DETECTION_SOURCE_IP)")
    assert found[6][2:4] == ("IKE_SA_INIT response 0", "responder")
    assert "NO_PROPOSAL_CHOSEN" in found[6][4]
    assert found[6][5].startswith("NO_PROPOSAL_CHOSEN; evidence of ")


def test_main_mode_is_counted() -> None:
    titles = [row[2] for row in listed("ikev1-main-psk").values()]
    assert titles[:6] == [f"IDENTITY_PROTECTION {n}" for n in range(1, 7)]


def test_errors_retransmissions_and_traffic() -> None:
    unreachable = listed("ikev2-port-unreachable")
    (icmp, *_) = (row for row in unreachable.values() if row[2] == "ICMP error")
    assert icmp[4].startswith("port-unreachable about ")
    assert icmp[5].startswith("ICMP port-unreachable")
    again = [row[4] for row in listed("ikev2-loss-retransmit").values() if "retransmission of frame" in row[4]]
    assert again
    esp = [row for row in listed("ikev2-raw-esp").values() if row[2] == "ESP"]
    assert {row[4].partition(" of ")[0] for row in esp} == {"first", "last"}


def test_keepalives() -> None:
    found = [row for row in listed("ikev2-natt-data").values() if row[2] == "NAT keepalive"]
    assert {row[4].partition(" of ")[0] for row in found} == {"first", "last"}
    assert {row[:2] for row in found} == {("", "")}, "the tables do not say who sent them"


def test_information_is_no_problem_and_a_defect_is() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, capture="a.pcap")
    for frame, defects in ((1, ("wire-odd",)), (2, ()), (3, ())):
        put(tables, "messages", capture="a.pcap", negotiation=1, frame_number=frame, defects=defects, major_version=2)
    put(tables, "findings", finding="nat-between-peers", capture="a.pcap", severity="info", evidence_frames=(2,))
    put(tables, "findings", finding="weak-ke-chosen", capture="a.pcap", severity="high", evidence_frames=(3,))
    found = rows(tables, "a.pcap", [1, 2, 3], evidence_of(tables))
    assert {n: row.problem for n, row in found.items()} == {1: "1 defect", 2: "", 3: "evidence of weak-ke-chosen"}


def test_several_messages_in_a_frame_are_one_row() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, capture="a.pcap")
    for message_id in range(3):
        put(tables, "messages", capture="a.pcap", negotiation=1, frame_number=4, message_id=message_id, major_version=2)
    (row,) = rows(tables, "a.pcap", [4], {}).values()
    assert row.info.endswith("and 2 messages more")


QUICK = {"capture": "a.pcap", "exchange": "QUICK_MODE", "message_id": 7, "major_version": 1, "duplicate": False}


def quick_mode(*repeated: int) -> Tables:
    """A negotiation of IKEv1 with one quick mode in frames 1 to 5, of which these are retransmissions of frame 1."""
    tables = Tables()
    put(tables, "negotiations", negotiation=1, capture="a.pcap", ike_version=1)
    for frame in range(1, 6):
        again = 1 if frame in repeated else None
        more = {"from_initiator": frame != 2, "retransmission_of": again, "defects": ()}
        put(tables, "messages", negotiation=1, frame_number=frame, **QUICK, **more)
    return tables


def test_numbers_are_those_of_the_ladder_though_the_page_leaves_messages_out() -> None:
    tables = quick_mode(4)
    ladder = {rung.frame: rung.title for rung in listing(dossiers(tables, [1])[0], 10)}
    assert ladder[3] == "QUICK_MODE 3 (ID 00000007)"
    assert ladder[4] == "QUICK_MODE 1 (ID 00000007)"
    for frames in ([3], [4], [2, 5], [1, 2, 3, 4, 5]):
        assert {n: row.exchange for n, row in rows(tables, "a.pcap", frames, {}).items()} == {
            n: ladder[n] for n in frames
        }


def test_a_message_of_no_negotiation_has_no_number() -> None:
    tables = Tables()
    put(tables, "messages", frame_number=3, defects=(), **QUICK)
    assert rows(tables, "a.pcap", [3], {})[3].exchange == "QUICK_MODE (ID 00000007)"


def test_copies_and_retransmissions_are_worded_as_in_the_ladder() -> None:
    tables = quick_mode(4)
    put(
        tables,
        "messages",
        negotiation=1,
        frame_number=6,
        from_initiator=True,
        defects=(),
        **QUICK | {"duplicate": True},
    )
    found = rows(tables, "a.pcap", [4, 6], {})
    notes = {rung.frame: rung.note for rung in listing(dossiers(tables, [1])[0], 10)}
    for frame, said in ((4, "retransmission of frame 1"), (6, "copy of the same datagram, as mirror ports make")):
        assert found[frame].info.endswith(said)
        assert notes[frame].endswith(said)
