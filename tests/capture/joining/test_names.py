import pytest

from analyzer.capture.joining.names import Series, missing_between, missing_in, numbers_of, series_of

# Names that one run of a program gives, with their numbers; whether no other program would.
SERIES = {
    "tcpdump -C": ((("gw.pcap", 0), ("gw.pcap1", 1), ("gw.pcap12", 12)), True),
    "tcpdump -C -W": ((("gw.pcap00", 0), ("gw.pcap01", 1)), True),
    "tcpdump -C, compressed behind it": ((("gw.pcap1.gz", 1), ("gw.pcap2", 2)), True),
    "tcpdump -C without a suffix": ((("dump", 0), ("dump1", 1)), False),
    "tcpdump -G": ((("gw-20261129-120000.pcap", 0), ("gw-20261129-130000.pcap", 0)), True),
    "tcpdump -G with dashes": ((("gw_2026-11-29_12-00-00.cap", 0), ("gw_2026-11-29_13-00-00.cap", 0)), True),
    "tcpdump -G %s": ((("gw-1795434598.pcap", 0), ("gw-1795434658.pcap", 0)), True),
    "tcpdump -G by the hour": ((("gw-120000.pcap", 0), ("gw-130000.pcap", 0)), True),
    "tcpdump -G -C": ((("gw-20261129-120000.pcap", 0), ("gw-20261129-120000.pcap1", 1)), True),
    "dumpcap -b": ((("gw_00001_20261129120000.pcapng", 1), ("gw_00002_20261129120100.pcapng", 2)), True),
    "dumpcap -b nametimenum": ((("gw_20261129120000_00001.pcapng", 1), ("gw_20261129120100_00002.pcapng", 2)), True),
    "appliance, dot": ((("gw.pcap.0", 0), ("gw.pcap.1", 1)), True),
    "logrotate": ((("gw.pcap", 0), ("gw.pcap.1", 1), ("gw.pcap.2.gz", 2)), True),
    "appliance, dash": ((("gw.pcap", 0), ("gw-1.pcap", 1), ("gw-2.pcap", 2)), False),
    "appliance, padded": ((("gw_01.pcap", 1), ("gw_02.pcap", 2)), False),
    "browser": ((("gw.cap", 0), ("gw (1).cap", 1)), False),
}


def common(*paths: str) -> list[tuple[Series, list[int]]]:
    found = [dict(series_of(path)) for path in paths]
    return [(series, [one[series] for one in found]) for series in found[0] if all(series in one for one in found)]


@pytest.mark.parametrize(("names", "surely"), SERIES.values(), ids=SERIES)
def test_names_of_one_rotation(names: tuple[tuple[str, int], ...], surely: bool) -> None:
    shared = common(*(f"/captures/{name}" for name, _ in names))
    assert [[number for _, number in names], surely] in [[numbers, series.surely] for series, numbers in shared]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a/gw.pcap", "/b/gw.pcap1"),
        ("/a/gw.pcap1", "/a/fw.pcap2"),
        ("/a/gw.pcap1", "/a/gw.pcapng1"),
        ("/a/monday.pcap", "/a/tuesday.pcap"),
        ("/a/gw-20261129-120000.pcap", "/a/fw-20261129-130000.pcap"),
        ("/a/case7-20261129.pcap", "/a/case8-20261129.pcap"),
        ("/a/gw_00001_20261129120000.pcapng", "/a/fw_00002_20261129120100.pcapng"),
        ("/a/192.0.2.1.pcap", "/a/198.51.100.1.pcap"),
    ],
)
def test_names_of_two(one: str, other: str) -> None:
    assert not common(one, other)


@pytest.mark.parametrize(
    "name", ["", "-", "\0", "1", ".pcap", "9" * 400 + ".pcap", "x" * 5000, "_00001_", "a\nb.pcap1"]
)
def test_any_name_is_taken(name: str) -> None:
    for series, number in series_of(name):
        assert number >= 0
        assert isinstance(series, Series)


@pytest.mark.parametrize(
    ("one", "other", "there", "expected"),
    [
        ("gw.pcap1", "gw.pcap3", (), "file 2 is"),
        ("gw.pcap", "gw.pcap2.gz", (), "file 1 is"),
        ("gw.pcap1", "gw.pcap3", ("gw.pcap2",), ""),
        ("gw.pcap1", "gw.pcap7", ("gw.pcap4",), "4 files (2 to 6) are"),
        ("gw_00001_20261129120000.pcapng", "gw_00003_20261129120200.pcapng", (), "file 2 is"),
        ("gw.pcap.3", "gw.pcap.1", (), "file 2 is"),
        ("gw.pcap3", "gw.pcap1", (), ""),  # a ring that has begun again
        ("gw-1.pcap", "gw-3.pcap", (), ""),  # anybody numbers so
        ("gw-20261129-120000.pcap", "gw-20261129-130000.pcap", (), ""),
        ("gw.pcap1", "fw.pcap3", (), ""),
    ],
)
def test_which_files_are_missing(one: str, other: str, there: tuple[str, ...], expected: str) -> None:
    numbers = numbers_of((one, other, *there))
    assert missing_between(one, other, numbers) == (expected and f"{expected} missing between {one} and {other}")


def test_all_places_of_a_chain_where_files_are_missing() -> None:
    chain = ["gw.pcap", "gw.pcap1", "other.pcap", "gw.pcap3", "gw.pcap5"]
    assert missing_in(chain, numbers_of(chain)) == [
        "file 2 is missing between gw.pcap1 and gw.pcap3",
        "file 4 is missing between gw.pcap3 and gw.pcap5",
    ]
