"""Kinds of defects that tell of no loss: each is one that there is, and none is counted as missing."""

import analyzer
from analyzer.capture.text_notes import DUMP, NOTES
from analyzer.defects import kinds
from analyzer.report.unopened import not_whole
from tests.capture.logs.samples import samples


def test_notes_are_kinds_of_defects_and_a_dump_that_broke_off_is_none() -> None:
    assert {*NOTES, DUMP} <= set(kinds())
    assert DUMP not in NOTES


def test_a_whole_log_lacks_nothing() -> None:
    log = samples()[0].log
    assert not not_whole(analyzer.read_pcap(str(log)).tables)
    text = log.read_bytes()
    third_row = text.index(b"  32: ", text.index(b"received packet => "))
    assert not_whole(analyzer.read_pcap(text[:third_row]).tables)
