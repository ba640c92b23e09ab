"""One property for each table, with the table's own words, and none that no table has."""

import pytest

import analyzer
from analyzer.tables.properties import Frames, TypedFrames
from analyzer.tables.schema import SCHEMA
from tests.fixtures.cases import case


def test_each_table_is_a_property_and_each_property_a_table() -> None:
    named = {name: value for name, value in vars(TypedFrames).items() if isinstance(value, property)}
    assert named.keys() == SCHEMA.keys()
    for name, schema in SCHEMA.items():
        assert " ".join((named[name].__doc__ or "").split()) == schema.doc


def test_a_frame_is_made_once() -> None:
    analysis = analyzer.read_pcap(case("ikev2-psk-gcm").capture)
    assert analysis.negotiations is analysis.negotiations
    assert not hasattr(analysis, "negotiation_s")


def test_who_makes_no_frames_has_none() -> None:
    with pytest.raises(TypeError, match="_frame"):
        Frames()  # type: ignore[abstract]
