from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer import net
from analyzer.dissect import Dissection
from analyzer.dissect import frames as module
from analyzer.isakmp import Node
from tests.capture.packets import HOST_A, HOST_B, ethernet, ipv4, pcap, udp
from tests.fixtures.cases import case
from tests.isakmp.wire import SA_1, find, message, nodes, payload

AGGRESSIVE = 4
OFFER = message((1, SA_1), (4, bytes(128)), (10, bytes(20)), version=0x10, exchange=AGGRESSIVE, flags=0)
ANOTHER = OFFER[:7] + b"\x09" + OFFER[8:]  # of another SA


def pieces(whole: bytes, ident: int, cuts: tuple[int, ...]) -> list[bytes]:
    """A message in Cisco fragments, cut at these places."""
    found = []
    places = [*zip((0, *cuts), (*cuts, len(whole)), strict=True)]
    for number, (start, end) in enumerate(places, 1):
        head = ident.to_bytes(2, "big") + bytes([number, number == len(places)])
        body = payload(0, head + whole[start:end])
        found.append(
            whole[:16] + bytes([132, 0x10, AGGRESSIVE, 0]) + bytes(4) + (28 + len(body)).to_bytes(4, "big") + body
        )
    return found


def trees_of(tmp_path: Path, messages: list[bytes], *frames: int) -> dict[int, list[Dissection]]:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([ethernet(ipv4(17, udp(500, 500, data), HOST_A, HOST_B)) for data in messages]))
    return analyzer.read_pcap(path).dissect_frames(frames)


def told(tree: Dissection) -> str:
    return find(tree.root, "fragment_id").meaning


def test_a_message_in_clear_is_put_together_without_keys(tmp_path: Path) -> None:
    trees = trees_of(tmp_path, pieces(OFFER, 1, (60, 100)), 1, 3)
    made = f"in frames 1, 2, 3; together a message of {len(OFFER)} bytes, Aggressive: "
    made += "Security Association, Key Exchange, Nonce"
    assert told(trees[1][0]) == f"all are in this capture; {made}, shown with frame 3"
    assert told(trees[3][0]) == f"all are in this capture; {made}"
    assert [len(trees[number]) for number in (1, 3)] == [1, 2]
    whole = trees[3][1]
    assert (whole.data, whole.offset) == (OFFER, None)
    assert whole.title.endswith("put together from fragments")
    assert [node.meaning for node in whole.root.children if node.name == "payload"] == made.partition(": ")[2].split(
        ", "
    )


def test_interleaved_sets_of_one_sender(tmp_path: Path) -> None:
    one, two = pieces(OFFER, 1, (60,)), pieces(OFFER[:-1] + b"\x07", 2, (90,))
    trees = trees_of(tmp_path, [one[0], two[0], one[1], two[1]], 1, 2, 3, 4)
    assert [told(trees[number][0]).partition("; ")[2].partition(";")[0] for number in trees] == [
        "in frames 1, 3",
        "in frames 2, 4",
        "in frames 1, 3",
        "in frames 2, 4",
    ]
    assert [trees[number][1].data[-1] for number in (3, 4)] == [0, 7]


def test_a_set_that_is_not_whole(tmp_path: Path) -> None:
    trees = trees_of(tmp_path, [*pieces(OFFER, 1, (60, 100))[:2], ANOTHER], 1, 2, 3)
    assert told(trees[2][0]) == "not in this capture: the last one; the others in frames 1, 2"
    assert [len(found) for found in trees.values()] == [1, 1, 1]


def test_an_encrypted_message_is_told_whole_and_opened() -> None:
    one = case("ikev1-main-cert-frag")
    for keys, count in ((None, 2), (one.keys, 3)):
        analysis = analyzer.read_pcap(one.capture, keys=keys)
        trees = analysis.dissect_frames([9, 13])
        assert len(trees[9]) == 1
        assert "all are in this capture; in frames 9, 10, 11, 12, 13; together a message of 2220" in told(trees[9][0])
        assert len(trees[13]) == count
        assert find(trees[13][1].root, "ciphertext").length == 2220 - 28
    assert {"subject", "signature_data"} <= {node.name for node in nodes(trees[13][2].root)}


def test_each_fragment_that_keys_open_tells_its_padding() -> None:
    one = case("ikev2-cert-frag")
    analysis = analyzer.read_pcap(one.capture, keys=one.keys)
    rows = [m for m in analysis.tables["messages"].records() if m["fragment_number"]]
    trees = analysis.dissect_frames([row["frame_number"] for row in rows])
    inside: dict[bool, int] = {}
    for row in rows:
        outer = trees[row["frame_number"]][0].root
        parts = {node.name: node for node in find(outer, "ciphertext").children}
        assert parts["pad_length"].value == str(parts["padding"].length if "padding" in parts else 0)
        assert find(outer, "icv").meaning == "verified with the keys"
        inside[row["is_response"]] = inside.get(row["is_response"], 0) + parts["payloads"].length
    opened = {row["is_response"]: len(trees[row["frame_number"]][1].data) for row in rows if row["decrypted"]}
    assert inside == opened


def test_fragments_of_a_set_that_is_not_whole_are_opened_all_the_same(tmp_path: Path) -> None:
    one = case("ikev2-cert-frag")
    rows = [m for m in analyzer.read_pcap(one.capture).tables["messages"].records() if m["fragment_number"]]
    path = tmp_path / "lost.pcap"
    path.write_bytes(without_frame(one.capture.read_bytes(), rows[0]["frame_number"]))
    for found in (
        analyzer.read_pcap(path, keys=one.keys).dissect_frames([r["frame_number"] - 1 for r in rows[1:4]]).values()
    ):
        assert len(found) == 1
        assert find(found[0].root, "pad_length").length == 1
        assert find(found[0].root, "total_fragments").meaning.startswith("not in this capture: 1; the others in frames")


@pytest.mark.parametrize("name", ["ikev2-loss-retransmit", "ikev1-aggr-psk"])
def test_a_repeated_message_is_opened_like_the_first(name: str) -> None:
    one = case(name)
    analysis = analyzer.read_pcap(one.capture, keys=one.keys)
    rows = [m for m in analysis.tables["messages"].records() if m["encrypted"] and m["retransmission_of"]]
    assert rows
    for row in rows:
        first, again = (
            analysis.dissect_frames([number])[number] for number in (row["retransmission_of"], row["frame_number"])
        )
        assert [tree.root for tree in again[1:]] == [tree.root for tree in first[1:]] != []


def test_why_keys_do_not_open_a_message(tmp_path: Path) -> None:
    one, other = case("ikev2-psk-gcm"), case("ikev1-main-psk")
    wrong = tmp_path / "wrong.keys"
    assert one.keys is not None
    assert other.keys is not None
    rows = [line.split(",") for line in one.keys.read_text().splitlines() if line.count(",") == 7]
    wrong.write_text(
        "".join(",".join([*row[:2], *("00" * (len(k) // 2) for k in row[2:4]), *row[4:]]) + "\n" for row in rows)
    )
    for capture, keys, field, told in (
        (one.capture, wrong, "iv_ciphertext_icv", "not decrypted: the integrity check fails"),
        (one.capture, other.keys, "iv_ciphertext_icv", "not decrypted: no key row is of this SA"),
        (other.capture, one.keys, "ciphertext", "not decrypted: no key row is of this SA"),
    ):
        analysis = analyzer.read_pcap(capture, keys=keys)
        sealed = next(m["frame_number"] for m in analysis.tables["messages"].records() if m["encrypted"])
        (tree,) = analysis.dissect(sealed)
        assert told in find(tree.root, field).meaning


def without_frame(data: bytes, number: int) -> bytes:
    """A pcap file in little-endian order without its frame `number`."""
    place = 24
    for _ in range(number - 1):
        place += 16 + int.from_bytes(data[place + 8 : place + 12], "little")
    return data[:place] + data[place + 16 + int.from_bytes(data[place + 8 : place + 12], "little") :]


@pytest.mark.parametrize("place", ["decode", "dissect"])
def test_a_fault_costs_one_tree_and_its_bytes_stay_hidden(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    whole = trees_of(tmp_path, [OFFER, ANOTHER], 1, 2)
    original = getattr(module, place)

    def fail(data: bytes, *words: object) -> object:
        if data == ANOTHER:
            raise IndexError("S3CRET")
        return original(data, *words)

    monkeypatch.setattr(module, place, fail)
    net.faults.clear()
    trees = trees_of(tmp_path, [OFFER, ANOTHER], 1, 2)
    assert trees[1] == whole[1]
    if place == "dissect":
        (tree,) = trees[2]
        assert [d.kind for d in tree.root.defects] == ["internal"]
        assert tree.root.secret
        assert (tree.root.length, tree.root.children, tree.root.value) == (len(ANOTHER), [], "")
    assert net.faults.total() == 1
    net.faults.clear()


def test_a_frame_that_is_asked_for_twice_is_taken_apart_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([ethernet(ipv4(17, udp(500, 500, data), HOST_A, HOST_B)) for data in (OFFER, ANOTHER)]))
    monkeypatch.setattr(module, "_MOST_KEPT", 1)
    found = analyzer.read_pcap(path).dissected((1, 2), str(path))
    calls = []
    original = module.dissect

    def counted(data: bytes, *words: Any) -> Node:
        calls.append(data)
        return original(data, *words)

    monkeypatch.setattr(module, "dissect", counted)
    first, second = found[1], found[2]
    assert (found[1], found[2]) == (first, second)
    assert calls == [OFFER, ANOTHER, ANOTHER], "there is room for one"
    assert found[1] == first
    assert calls[-1] == OFFER, "made anew once it was handed out again"
