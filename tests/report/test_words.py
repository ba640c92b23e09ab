import pytest

from analyzer.report import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 s"),
        (0.000027, "27 \u00b5s"),
        (0.0142, "14.2 ms"),
        (0.4, "400 ms"),
        (0.9996, "1 s"),
        (1.02, "1.02 s"),
        (31.061, "31.1 s"),
        (125.0, "2 min 5 s"),
        (7300.0, "2 h 1 min"),
        (90_000.0, "1 day 1 h"),
        (-0.5, "-500 ms"),
        (None, "an unknown time"),
    ],
)
def test_seconds(value: float | None, text: str) -> None:
    assert words.seconds(value) == text


def test_moments_keep_milliseconds_where_spans_do_not() -> None:
    told = [words.moment(offset) for offset in (0.0, 0.00462, 19.9604, 125.0, 7300.0, -0.5)]
    assert told == ["+0 s", "+4.62 ms", "+19.960 s", "+2 min 5.000 s", "+2 h 1 min", "-500 ms"]


def test_endpoint_brackets_ipv6_only_with_a_port() -> None:
    assert words.endpoint("192.0.2.1", 500) == "192.0.2.1:500"
    assert words.endpoint("2001:db8::1", 4500) == "[2001:db8::1]:4500"
    assert words.endpoint("2001:db8::1", None) == "2001:db8::1"
    assert words.endpoint(None, 500) == "an unknown address"


def test_frames_as_runs_and_as_a_filter() -> None:
    assert words.frame_list([3, 1, 2, 7, 7]) == "1-3, 7"
    assert words.display_filter([3, 1, 2, 7]) == "frame.number in {1..3, 7}"
    assert words.frame_list(range(0, 40, 2), most=3) == "0, 2, 4 and 17 more"


def test_long_text_says_how_long_it_was() -> None:
    assert words.clip("x" * 2000) == "x" * 2000
    assert words.clip("x" * 70_000).endswith("... (70,000 characters)")
    assert len(words.clip("x" * 70_000)) < 2100


def test_file_names() -> None:
    paths = ["a/gw.pcap", "C:\\x\\gw.pcap", "-", "/", None]
    assert [words.file_name(path) for path in paths] == ["gw.pcap", "gw.pcap", "standard input", "/", "a capture"]


def test_small_words() -> None:
    assert words.outcome_counts({"probe": 2, "odd": 1, "established": 1, "failed": 0}) == (
        "1 established, 2 probes and 1 odd"
    )
    assert words.frames_text([3, 3]) == "frame 3"
    assert words.frames_text((1, 2, 4), 1) == "frames 1-2 and 1 more"
    assert [words.plural(n, "IKE SA") for n in (0, 1, 2000)] == ["0 IKE SAs", "1 IKE SA", "2,000 IKE SAs"]
    assert [words.listed(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert words.sentence("phase 1 completed") == "Phase 1 completed."
    assert words.sentence(None) == ""
    assert sorted(["info", "critical", "odd", "low"], key=words.severity_rank) == ["critical", "low", "info", "odd"]
    assert words.version_mode({"ike_version": 1, "mode": "main"}) == "IKEv1 main mode"
    assert words.version_mode({"ike_version": 1, "mode": "unknown"}) == "IKEv1"
    assert words.version_mode({"ike_version": 2, "mode": "ikev2"}) == "IKEv2"
