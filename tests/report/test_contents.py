from analyzer.report.contents import Contents, by_frame
from analyzer.report.dossier import dossiers
from tests.report.sample import BAD, CAPTURE, put, sample


def test_routine_notifies_are_counted_in_brief_and_named_in_full() -> None:
    (d,) = dossiers(sample(), [1])
    contents, first = Contents(d), d.messages[0]
    assert contents.labels(first, brief=True) == ("SA", "KE", "NONCE", "N \u00d73", "V")
    assert contents.labels(first)[3] == "N(NAT_DETECTION_SOURCE_IP)"


def test_errors_and_what_steers_the_negotiation_keep_their_names_in_brief() -> None:
    tables = sample()
    put(tables, "notifications", frame_number=2, negotiation=1, notify="COOKIE", **{"class": "status"})
    (one, three) = dossiers(tables, [1, 3])
    one.notifications = [n for n in one.notifications if n["notify"] == "COOKIE"]
    assert "N(COOKIE)" in Contents(one).labels(one.messages[1], brief=True)
    assert Contents(three).labels(three.messages[1], brief=True) == ("N(NO_PROPOSAL_CHOSEN)",)


def test_encrypted_and_decrypted_content_stand_in_braces() -> None:
    one, four = dossiers(sample(), [1, 4])
    assert Contents(one).labels(one.messages[2]) == ("SK{encrypted}",)
    assert Contents(four).labels(four.messages[6]) == ("HDR*{HASH, SA, NONCE, ID \u00d72}",)


def test_what_a_payload_says_stands_beside_its_name_and_is_bounded() -> None:
    tables = sample()
    for position, text in ((1, "192.0.2.10"), (2, "32 bytes")):
        row = {"frame_number": 44, "position": position, "summary": text, "capture": CAPTURE}
        put(tables, "payloads", encrypted=True, **row)
    put(tables, "payloads", frame_number=45, position=1, summary=BAD * 10, capture=CAPTURE, encrypted=True)
    (d,) = dossiers(tables, [4])
    contents = Contents(d)
    assert contents.labels(d.messages[4]) == ("HDR*{ID(192.0.2.10), HASH}",)
    (label,) = contents.labels(d.messages[5])
    assert len(label) < 120
    assert "characters)" in label


def test_rows_by_frame_keep_their_order() -> None:
    rows = [{"frame_number": 2, "n": 1}, {"frame_number": 1, "n": 2}, {"frame_number": 2, "n": 3}]
    assert [row["n"] for row in by_frame(rows)[2]] == [1, 3]
