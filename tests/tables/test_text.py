import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from analyzer.tables.text import _hidden, decimal, iso_time, iso_times, visible


def test_control_and_direction_characters_are_written_out() -> None:
    assert visible("a\x1b[31mred") == r"a\x1b[31mred"
    assert visible("exe\u202egpj.") == r"exe\u202egpj."
    assert visible("nul\0 tab\t line\n") == r"nul\x00 tab\t line\n"
    assert visible("\U000e0041\ud800\ufeff") == r"\U000e0041\ud800\ufeff"


def test_plain_text_stays() -> None:
    for text in ("C=DE, O=Bücher & Söhne, CN=gateway.example.org", "日本語", "DOMAIN\\user", ""):
        assert visible(text) == text


def test_the_shortcut_for_printable_text_takes_no_hidden_character() -> None:
    hidden = [sign for sign in map(chr, range(0x110000)) if _hidden().search(sign)]
    assert len(hidden) > 2048  # the surrogates alone
    assert all(visible(sign) != sign for sign in hidden)


@given(st.text())
def test_nothing_hidden_is_left(text: str) -> None:
    shown = visible(text)
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in shown)
    assert not any(
        unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"} for c in shown
    )
    assert visible(shown) == shown
    shown.encode()


def test_times_carry_nanoseconds() -> None:
    assert iso_time(0) == "1970-01-01T00:00:00.000000000Z"
    assert iso_time(1_700_000_000_123_456_789) == "2023-11-14T22:13:20.123456789Z"
    assert iso_time(-1) == "1969-12-31T23:59:59.999999999Z"
    assert iso_time(2**63 - 1).startswith("2262-04-11T")
    assert iso_time(-(2**63) + 1).startswith("1677-09-21T")


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(10**9 - 2, 3 * 10**9), min_size=1))
def test_many_times_are_what_each_is_alone(times: list[int]) -> None:
    assert iso_times(times) == [iso_time(time) for time in times]
    late = [abs(time) + 10**9 for time in times]
    assert iso_times(late) == [iso_time(time) for time in late]


def test_seconds_have_no_exponent() -> None:
    assert [decimal(v) for v in (0.0, 1e-9, 1.5, 100.0, 1e9)] == ["0", "0.000000001", "1.5", "100", "1000000000"]
