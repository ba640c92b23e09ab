import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from analyzer.capture.placed_frame import PlacedFrame
from analyzer.capture.places import Places
from analyzer.report.escaping import readable, safe
from analyzer.report.words import clip
from analyzer.tables.text import visible

HOSTILE = st.text(st.sampled_from("<>&\"'`= az09~\x00\x1b\x7f\u202e\u2028\ud800é✖\n\t"), max_size=12)


@given(HOSTILE | st.text(max_size=40))
def test_text_is_what_the_slow_steps_make_of_it(text: str) -> None:
    assert safe(text) == str(escape(visible(clip(text))))


@pytest.mark.parametrize("text", ["<", ">", "&", '"', "'", "\x1b", "\u202e", "\n"])
def test_no_sign_that_html_or_a_terminal_reads_is_plain(text: str) -> None:
    assert f"a{text}b" not in safe(f"a{text}b")


@given(st.integers() | st.floats() | st.none() | st.booleans())
def test_other_values(value: object) -> None:
    assert safe(value) == str(escape(readable(value)))


def test_markup_is_html_already() -> None:
    assert safe(Markup("<b>&amp;</b>")) == "<b>&amp;</b>"


def test_text_that_pretends_to_be_more() -> None:
    class Loud(str):
        __slots__ = ()

    assert safe(Loud("<script>")) == "&lt;script&gt;"


def test_long_text_is_cut() -> None:
    assert safe("a" * 5000) == safe("a" * 2000) + " ... (5,000 characters)"
    assert safe("a" * 1500) == "a" * 1500


def test_missing_is_empty() -> None:
    assert safe(None) == ""


def test_a_frame_of_a_set_names_a_file() -> None:
    places = Places([["a\u202e<b>.pcap", "b.pcap"]])
    places.begin()
    places.add(3)
    assert safe(PlacedFrame(2, places)) == "2 of a\\u202e&lt;b&gt;.pcap"
