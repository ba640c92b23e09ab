from analyzer.notebook import read_pcap
from analyzer.report.undecrypted import keys_note, undecrypted
from analyzer.tables.store import Tables
from tests.conftest import FIXTURES
from tests.report.sample import put

SEALED = {"encrypted": True, "decrypted": False}


def test_repetitions_and_copies_are_not_counted() -> None:
    tables = Tables()
    put(tables, "messages", frame_number=1, encrypted=False)
    put(tables, "messages", frame_number=2, **SEALED)
    put(tables, "messages", frame_number=3, retransmission_of=2, **SEALED)
    put(tables, "messages", frame_number=4, duplicate=True, **SEALED)
    put(tables, "messages", frame_number=5, encrypted=True, decrypted=True)
    assert undecrypted(tables) == ([2], 2)


def test_fragments_of_what_was_opened_are_open() -> None:
    tables = Tables()
    for number, (message_id, opened) in enumerate([(1, False), (1, True), (2, False), (2, False)], 1):
        cells = {"message_id": message_id, "fragment_number": 2 - number % 2, "encrypted": True, "decrypted": opened}
        put(tables, "messages", frame_number=number, **cells)
    assert undecrypted(tables) == ([3, 4], 4)


def test_of_real_captures_the_keys_open_all() -> None:
    for name in ("ikev2-cert-frag", "ikev2-loss-retransmit", "ikev1-aggr-psk"):
        path = FIXTURES / name / "capture.pcap"
        assert undecrypted(read_pcap(path, keys=path.with_suffix(".keys")).tables).frames == []
        found = undecrypted(read_pcap(path).tables)
        assert len(found.frames) == found.encrypted > 0


def test_a_note_where_keys_did_not_open_all() -> None:
    tables = Tables()
    put(tables, "messages", frame_number=2, encrypted=True, decrypted=True)
    assert keys_note("gw.keys", tables) is None
    put(tables, "messages", frame_number=7, **SEALED)
    expected = "gw.keys decrypted 1 of 2 encrypted messages; `show --frame 7 --keys ...` says why not the others"
    assert keys_note("gw.keys", tables) == expected
