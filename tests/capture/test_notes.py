"""What is kept of a capture's texts: bounded, and nothing beyond it is lost without a count."""

from analyzer.capture.notes import CUT, MAX_KINDS, MAX_NOTES, MAX_TEXT, MAX_TEXTS, Notes, plain


def test_texts_are_cut_with_a_mark_and_never_raise() -> None:
    assert plain(b"eth0\0") == "eth0"
    assert plain(b"\xff\xfe") == "\ufffd\ufffd"
    assert plain(b"a" * (MAX_TEXT + 1)) == "a" * MAX_TEXT + CUT


def test_notes_beyond_the_limit_are_counted() -> None:
    notes = Notes()
    for number in range(MAX_NOTES + 3):
        notes.add("packet", b"x", frame_number=number)
    assert (len(notes.of_packets), notes.left, notes.packet_comments, notes.is_full()) == (
        MAX_NOTES,
        3,
        MAX_NOTES + 3,
        True,
    )
    long = Notes()
    for _ in range(MAX_TEXTS // MAX_TEXT + 5):
        long.add("section", bytes(MAX_TEXT * 2))
    assert (len(long.comments), long.left) == (MAX_TEXTS // MAX_TEXT, 5)


def test_kinds_beyond_the_limit_are_counted_together() -> None:
    notes = Notes()
    for number in range(MAX_KINDS + 7):
        notes.block(f"block {number}")
        notes.secret(f"keys {number}", 2)
        notes.say(notes.applications, str(number).encode())
    assert notes.block_texts[-1] == "blocks of other types (7)"
    assert notes.secret_texts[-1] == "other secrets (7 blocks, 14 bytes)"
    assert len(notes.applications) == MAX_KINDS


def test_what_is_handed_on_makes_room() -> None:
    notes = Notes()
    notes.add("packet", b"x", frame_number=1)
    assert [note.text for note in notes.drain()] == ["x"]
    assert notes.drain() == []
