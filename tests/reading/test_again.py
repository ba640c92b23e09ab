from pathlib import Path

import pytest

from analyzer.analysis import Analysis
from analyzer.tables.in_files import in_files
from tests.conftest import FIXTURES
from tests.cut import cut, packet

CAPTURE = FIXTURES / "ikev2-cert-frag" / "capture.pcap"


def test_fields_of_a_frame_are_found_by_its_file(tmp_path: Path) -> None:
    """The cut goes through the fragments of one message: what is put together with them is the same."""
    whole, parts = Analysis(), Analysis()
    whole.add(str(CAPTURE))
    parts.add(cut(CAPTURE, tmp_path, (3, 6)))
    theirs = list(whole.tables["messages"].column("frame_number"))
    ours = list(in_files(parts.tables["messages"]).cells("capture", "frame_number"))
    files = {capture: [number for one, number in ours if one == capture] for capture, _ in ours}
    found = {capture: parts.dissected(numbers, capture=capture) for capture, numbers in files.items()}
    trees = whole.dissect_frames(theirs)
    for frame, (capture, number) in zip(theirs, ours, strict=True):
        one = found[capture][number]
        assert [(tree.title, tree.data) for tree in one.trees] == [(tree.title, tree.data) for tree in trees[frame]]
        assert (one.frame.frame_number, one.frame.data) == (number, packet(capture, number))
    capture, number = ours[-1]
    assert parts.frame(number, capture=capture) == found[capture][number].frame
    assert parts.frame(99, capture=capture) is None
    with pytest.raises(ValueError, match="name one with capture="):
        parts.dissect(1)
