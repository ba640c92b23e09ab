"""The notebook's object: frames, frames again from the file, and what it refuses."""

import gc
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer import assessment, net
from analyzer.analysis import Analysis
from analyzer.capture.decoder import PacketDecoder
from analyzer.capture.sets import CaptureSet
from analyzer.capture.source import Source
from analyzer.errors import CaptureError, FilterError, KeyFileError, PeerConfigError, PolicyError
from analyzer.isakmp import Node
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.log import StepLog
from analyzer.negotiation.model import Exchange, Negotiation
from analyzer.negotiation.tracker import Tracker
from analyzer.reading import single
from analyzer.tables import build
from analyzer.tables.messages import MessageRows
from analyzer.tables.schema import SCHEMA
from tests.conftest import FIXTURES
from tests.cuts import borders, cut
from tests.fixtures.cases import case
from tests.fixtures.spoiled import raw_frames, write

CAPTURE = case("ikev2-psk-gcm").capture


def test_every_table_is_a_frame_with_its_columns() -> None:
    analysis = analyzer.read_pcap(CAPTURE)
    for name, schema in SCHEMA.items():
        assert list(getattr(analysis, name).columns) == list(schema.usual or schema.names)
    assert str(analysis.messages["time"].dtype) == "datetime64[ns, UTC]"
    assert analysis.messages["initiator_spi"].str.len().eq(16).all()


def test_what_was_read_in_a_line() -> None:
    assert repr(Analysis()) == "<Analysis of 0 captures: 0 negotiations>"
    assert repr(analyzer.read_pcap(CAPTURE)) == "<Analysis of 1 capture: 1 negotiation>"
    other = Analysis(wanted={"messages": None})
    other.add(CAPTURE)
    assert repr(other) == "<Analysis of 1 capture>"


def test_one_frame_is_read_again_and_dissected() -> None:
    analysis = analyzer.read_pcap(CAPTURE)
    number = int(analysis.messages["frame_number"].iloc[0])
    frame = analysis.frame(number)
    assert frame is not None
    (tree,) = analysis.dissect(number)
    assert "192.0.2.10:500" in tree.title
    assert "initiator_spi" in names(tree.root)
    assert tree.offset is not None
    assert frame.data[tree.offset : tree.offset + len(tree.data)] == tree.data
    told = [node.meaning for node in every(tree.root) if node.name == "notification_data"]
    assert "hash of 192.0.2.10 port 500, this packet's source" in told
    assert analysis.dissect(10**6) == []


def test_with_keys_the_inside_is_dissected_too() -> None:
    one = case("ikev2-cert-frag")
    analysis = analyzer.read_pcap(one.capture, keys=one.keys)
    last = next(m for m in analysis.tables["messages"].records() if m["fragment_number"] and m["decrypted"])
    outer, inner = analysis.dissect(int(last["frame_number"]))
    assert inner.offset is None
    assert {"certificate_data", "subject"} <= names(inner.root)
    assert len(inner.data) > len(outer.data)
    meanings = {node.name: node.meaning for node in every(outer.root)}
    assert meanings["icv"] == "verified with the keys"
    assert meanings["total_fragments"].endswith(f"put together with this one: {len(inner.data)} bytes of payloads")


def test_the_padding_of_an_encrypted_payload_is_told_with_keys() -> None:
    one = case("ikev2-cert-ipfrag")  # CBC: the padding fills up the cipher's block
    analysis = analyzer.read_pcap(one.capture, keys=one.keys)
    found = []
    for trees in analysis.dissect_frames([int(number) for number in analysis.messages["frame_number"]]).values():
        if len(trees) == 2:
            outer, inner = ({node.name: node for node in every(tree.root)} for tree in trees)
            sizes = [outer[name].length if name in outer else 0 for name in ("payloads", "padding", "pad_length")]
            assert sizes[0] == inner["decrypted"].length
            assert outer["pad_length"].value == str(sizes[1])
            assert sum(sizes) == outer["ciphertext"].length
            found.append(sizes)
    assert len(found) > 2


def test_certificates_that_eap_carries_in_fragments_are_told() -> None:
    one = case("ikev2-eap-tls")
    analysis = analyzer.read_pcap(one.capture, keys=one.keys)
    numbers = [int(number) for number in analysis.messages["frame_number"]]
    whole = [tree.root for trees in analysis.dissect_frames(numbers).values() for tree in trees[2:]]
    assert [root.name for root in whole] == ["tls_message"] * 2
    subjects = [node.value for root in whole for node in every(root) if node.name == "subject"]
    assert [name.partition(",")[0] for name in subjects] == ["CN=responder.example", "CN=initiator.example"]


@pytest.mark.parametrize(("name", "reads"), [("ikev2-psk-gcm", 1), ("ikev2-cert-frag", 2)])
def test_several_frames_take_as_many_reads_as_one(name: str, reads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one = case(name)
    analysis = analyzer.read_pcap(one.capture, keys=one.keys if reads == 2 else None)
    numbers = [int(number) for number in analysis.messages["frame_number"]]
    alone = {number: analysis.dissect(number) for number in numbers}
    opened: list[str] = []

    def counted(self: Source, path: str, *, hashed: bool = True, expansion: int | None = None) -> None:
        opened.append(path)
        original(self, path, hashed=hashed, expansion=expansion)

    original = Source.__init__
    monkeypatch.setattr(Source, "__init__", counted)
    assert analysis.dissect_frames([*numbers, 10**6]) == alone
    assert opened == [str(one.capture)] * reads
    assert any(tree.root.name == "decrypted" for trees in alone.values() for tree in trees) == (reads == 2)


def every(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in every(child))]


def names(node: Node) -> set[str]:
    return {found.name for found in every(node)}


def test_two_negotiations_side_by_side() -> None:
    worked, other = (analyzer.read_pcap(case(name).capture) for name in ("ikev2-psk-gcm", "ikev2-no-proposal-ike"))
    found = worked.compare(other)
    assert "Outcome" in {aspect.name for aspect in found.mattering}
    assert repr(found).startswith("<Comparison of negotiations 1 and 1: ")
    many = analyzer.read_pcap(case("ikev2-many-sas").capture)
    within = many.compare(a=1, b=3)
    with pytest.raises(TypeError, match=r"compare\(a=1, b=2\)"):
        many.compare(1, 3)  # type: ignore[arg-type]
    assert (within.a.negotiation, within.b.negotiation) == (1, 3)
    assert worked.compare(many, b=2).b.negotiation == 2
    for choice in ({}, {"a": 1}, {"b": 2}):
        with pytest.raises(ValueError, match=r"which negotiation\? .* has \d+, 1 to \d+: say it, as in [ab]=1"):
            many.compare(**choice)
    with pytest.raises(ValueError, match="there is no negotiation 2"):
        worked.compare(b=2)


def test_what_a_notebook_shows_of_it() -> None:
    analysis = analyzer.read_pcap(CAPTURE)
    html = analysis._repr_html_()
    assert html is not None
    assert "1 IKE SA" in html or "IKEv" in html
    assert Analysis(wanted={"negotiations": None})._repr_html_() is None  # the line of __repr__ is shown
    analysis.unread.append(CaptureError("other.pcap", "no capture"))
    analysis.stopped.append("big.pcap.gz")
    shown = analysis._repr_html_() or ""
    assert "other.pcap: no capture" in shown
    assert "big.pcap.gz: only a part was read" in shown


def test_several_captures_need_a_name_for_frames() -> None:
    analysis = analyzer.read_pcap([CAPTURE, case("ikev1-main-psk").capture])
    with pytest.raises(ValueError, match="capture="):
        analysis.frame(3)
    assert analysis.frame(3, str(CAPTURE)) is not None


def test_progress_reaches_the_end() -> None:
    seen: list[tuple[int, int | None]] = []
    analyzer.read_pcap(CAPTURE, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == CAPTURE.stat().st_size


def test_same_input_same_output(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        analyzer.read_pcap(CAPTURE).to_html(tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_csv_and_json_are_written(tmp_path: Path) -> None:
    analysis = analyzer.read_pcap(CAPTURE)
    analysis.to_csv(tmp_path / "csv")
    analysis.to_json(tmp_path / "report.json")
    assert "ENCR_AES_GCM_16" in (tmp_path / "csv" / "proposals.csv").read_text()
    assert (tmp_path / "csv" / "tables" / "negotiations.csv").exists()
    assert '"schema_version"' in (tmp_path / "report.json").read_text()[:400]


def test_the_callers_mistakes_raise(tmp_path: Path) -> None:
    with pytest.raises(CaptureError):
        analyzer.read_pcap(tmp_path / "missing.pcap")
    with pytest.raises(KeyFileError):
        analyzer.read_pcap(CAPTURE, keys=tmp_path / "missing.keys")
    with pytest.raises(PolicyError):
        analyzer.read_pcap(CAPTURE, policy="no such policy")


def test_a_run_that_fails_leaves_what_was_read(tmp_path: Path) -> None:
    analysis = Analysis()
    analysis.add(CAPTURE)
    with pytest.raises(CaptureError):
        analysis.add(tmp_path / "missing.pcap")
    assert analysis.paths == [str(CAPTURE)]
    assert len(analysis.tables["negotiations"]) == 1


def test_what_the_user_says_of_a_peer_names_the_smallest_change(tmp_path: Path) -> None:
    capture = case("ikev2-no-proposal-ike").capture
    config = tmp_path / "peers.toml"
    config.write_text('[peer."192.0.2.20"]\nike = ["aes256gcm16-prfsha384-ecp384", "aes128-sha1-ecp256"]\n')
    analysis = analyzer.read_pcap(capture, peer_config=config)
    first = next(analysis.tables["diagnoses"].records())
    assert first["diagnosis"] == "ike-proposal-mismatch"
    assert first["detail"].startswith(
        "NO_PROPOSAL_CHOSEN in clear. No common key exchange: offered 1024-bit MODP Group; "
        "the responder accepts by the configuration given: 256-bit random ECP group."
    )
    assert (
        "give the initiator's proposal 1 ENCR_AES_GCM_16-256 with PRF_HMAC_SHA2_384 with 384-bit random ECP group"
        in first["advice"]
    )
    rows = [(r["kind"], r["fits"], r["source"]) for r in analysis.tables["mismatches"].records()]
    assert rows == [
        ("encryption", True, "configured"),
        ("PRF", True, "configured"),
        ("integrity", True, "configured"),
        ("key exchange", False, "configured"),
    ]
    assert analysis.options["peer_config"] == str(config)
    with pytest.raises(PeerConfigError):
        analyzer.read_pcap(capture, peer_config=tmp_path / "missing.toml")


def test_ip_fragments_whose_rest_never_came_are_evidence(tmp_path: Path) -> None:
    """A real negotiation in IP fragments, seen behind something that lets only the first of each packet through."""
    data = case("ikev2-cert-ipfrag").capture.read_bytes()
    kept, at = [data[:24]], 24
    while at < len(data):
        end = at + 16 + int.from_bytes(data[at + 8 : at + 12], "little")
        fragment_offset = int.from_bytes(data[at + 36 : at + 38], "big") & 0x1FFF
        if data[at + 28 : at + 30] != b"\x08\x00" or not fragment_offset:
            kept.append(data[at:end])
        at = end
    path = tmp_path / "first-fragments.pcap"
    path.write_bytes(b"".join(kept[:10]))  # to the first fragment of the IKE_AUTH request
    analysis = analyzer.read_pcap(path)
    (row,) = analysis.diagnoses.query("diagnosis == 'capture-filter'").to_dict("records")
    (frame,) = row["evidence_frames"]
    (cut,) = analysis.messages.query(f"frame_number == {frame}").to_dict("records")
    assert cut["exchange"] == "IKE_AUTH"
    assert "capture-truncated" in {*analysis.defects.query(f"frame_number == {frame}")["kind"]}


def every_second(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, raising at every second call."""
    calls = count(1)

    def raising(*words: Any) -> Any:
        if next(calls) % 2 == 0:
            raise IndexError("no such thing")
        return function(*words)

    return raising


@pytest.mark.parametrize("place", ["decode", "feed", "row"])
def test_a_fault_costs_one_message_and_is_a_defect(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    whole = analyzer.read_pcap(CAPTURE)
    total = len(whole.tables["messages"])
    at: dict[str, Any] = {"decode": single, "feed": Tracker, "row": MessageRows}
    monkeypatch.setattr(at[place], place, every_second(getattr(at[place], place)))
    net.faults.clear()
    analysis = analyzer.read_pcap(CAPTURE)
    defects = list(analysis.tables["defects"].select("kind", {"internal"}))
    assert len(defects) == net.faults.total() == total // 2 > 0
    assert {d["frame_number"] for d in defects} == set(whole.tables["messages"].column("frame_number")[1::2])
    assert all(d["found"].startswith("IndexError at ") for d in defects)
    assert analysis.tables["captures"].column("defects") == [len(defects)]
    assert analysis.tables["captures"].column("ike_messages") == [total]
    assert len(analysis.tables["negotiations"]) == 1  # the rest goes on
    rows = list(analysis.tables["messages"].records())
    assert len(rows) == (total - len(defects) if place == "row" else total)
    placed = [row["negotiation"] for row in rows]
    assert placed.count(1) == total - len(defects)
    net.faults.clear()


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_what_is_no_fault_ends_the_reading(monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(single, "decode", fail)
    with pytest.raises(error):
        analyzer.read_pcap(CAPTURE)
    assert not net.faults


@pytest.mark.parametrize("place", ["finish", "Judging"])
def test_of_a_capture_that_fails_half_way_no_row_stays(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    analysis = analyzer.read_pcap(CAPTURE)
    before = {name: list(table.rows()) for name, table in analysis.tables.items()}
    with monkeypatch.context() as patch:
        patch.setattr(build if place == "finish" else assessment, place, int)
        with pytest.raises(TypeError):
            analysis.add(case("ikev2-auth-failed-psk").capture)
    assert {name: list(table.rows()) for name, table in analysis.tables.items()} == before
    assert analysis.paths == [str(CAPTURE)]
    analysis.add(CAPTURE)
    assert analysis.tables["negotiations"].column("negotiation") == [1, 2]


@pytest.mark.parametrize("name", ["ikev2-rekey", "ikev1-main-psk-pfs", "ikev2-unreachable"])
def test_nothing_of_a_capture_waits_for_the_garbage_collector(name: str) -> None:
    """Objects in a circle would stay in memory beside the tables, and finding them costs more than it frees."""
    kinds = Negotiation, Exchange, Live, StepLog, PacketDecoder, Tracker
    gc.collect()
    gc.disable()
    try:
        known = {id(o) for o in gc.get_objects() if isinstance(o, kinds)}
        analysis = Analysis()
        analysis.add(case(name).capture)
        assert len(analysis.tables["negotiations"])
        assert not [o for o in gc.get_objects() if isinstance(o, kinds) and id(o) not in known]
    finally:
        gc.enable()


def test_a_part_of_it_is_an_analysis_with_the_same_tables(tmp_path: Path) -> None:
    analysis = analyzer.read_pcap([CAPTURE, case("ikev1-main-psk").capture])
    part = analysis.where("ike_version == 2")
    assert repr(part) == "<Analysis of 2 captures: 1 of 2 negotiations>"
    assert part.negotiations["negotiation"].tolist() == [1]
    assert set(part.messages["negotiation"]) == {1}
    assert (part.whole, analysis.whole) == (analysis, analysis)
    assert part.options["where"] == "ike_version == 2"
    assert len(analysis.negotiations) == 2
    assert repr(part.where("outcome == failed")).endswith("0 of 2 negotiations>")
    assert part.where("outcome == failed").options["where"] == "ike_version == 2 and outcome == failed"
    part.to_html(tmp_path / "part.html")
    part.to_json(tmp_path / "part.json")
    part.to_csv(tmp_path / "csv")
    for name in ("part.html", "part.json", "csv/tables/captures.csv"):
        assert "ike_version == 2" in (tmp_path / name).read_text("utf-8")
    assert part.dissect(int(part.messages["frame_number"].iloc[0]), str(CAPTURE))
    with pytest.raises(ValueError, match="a part of another one"):
        part.add(CAPTURE)
    with pytest.raises(FilterError, match="did you mean outcome"):
        analysis.where("outcom == failed")


def test_a_part_is_not_made_of_columns_that_were_not_filled() -> None:
    analysis = Analysis(wanted={"negotiations": ("negotiation", "outcome")})
    analysis.add(CAPTURE)
    with pytest.raises(ValueError, match="initiator_ip, responder_ip of negotiations"):
        analysis.where("outcome == failed")
    analysis = Analysis(wanted={"negotiations": None, "captures": None})
    analysis.add(CAPTURE)
    assert len(analysis.where("outcome == established").tables["negotiations"]) == 1
    with pytest.raises(ValueError, match="negotiation, severity of findings"):
        analysis.where("severity == high")


def test_ike_in_tcp_on_another_port_is_the_same_story(tmp_path: Path) -> None:
    """RFC 9329 section 4: the prefix says what it is. NAT detection hashes cover the port, so that column differs."""
    whole = FIXTURES / "libreswan-tcp-encap" / "capture.pcap"
    moved = [frame._replace(data=frame.data.replace(b"\x11\x94", b"\x01\xbb")) for frame in raw_frames(whole)]
    write(moved, tmp_path / "moved.pcap")
    here, there = analyzer.read_pcap(whole), analyzer.read_pcap(tmp_path / "moved.pcap")
    other = ["capture", "responder_port", "paths", "nat"]
    for table in ("negotiations", "child_sas", "exchanges"):
        rows = (getattr(analysis, table) for analysis in (here, there))
        first, second = (frame.drop(columns=other, errors="ignore") for frame in rows)
        assert first.equals(second), table


def test_a_set_of_captures_is_one_of_those_read(tmp_path: Path) -> None:
    data = case("ikev2-psk-gcm").capture.read_bytes()
    for number, part in enumerate(cut(data, borders(data)[2:3])):
        (tmp_path / f"x{number}.pcap").write_bytes(part)
    members = [str(tmp_path / "x0.pcap"), str(tmp_path / "x1.pcap"), str(tmp_path / "missing.pcap")]
    captures, analysis = CaptureSet([members]), Analysis()
    analysis.add(case("ikev2-psk-gcm").capture)
    analysis.add(captures)
    assert analysis.paths[1] is captures
    assert analysis.places[captures].of(4) == (1, 0, members[1], 1)
    assert [error.path for error in analysis.unread] == members[2:]
    assert analysis.is_partly_read
    one, other = (analysis.dissect(4, path) for path in analysis.paths)
    assert one == other != []
