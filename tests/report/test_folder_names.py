from analyzer.capture.sets import CaptureSet
from analyzer.report.folder_names import folder_names
from tests.work import lines_run


def names(*captures: str, taken: tuple[str, ...] = ("tables", "index.html", "failures.csv")) -> list[str]:
    return list(folder_names(list(captures), taken))


def test_folder_names_are_safe_and_new() -> None:
    found = names(
        "x/gw.pcap",
        "y/gw.pcap.gz",
        "GW.pcapng",
        "../..",
        "a b;c\u202e.pcap",
        "-",
        "tables.pcap",
        "x.y.cap",
        "z/x.pcap",
        "failures.csv.pcap",
    )
    assert found == ["x", "y", "GW", "capture", "a_b_c", "stdin", "tables-2", "x.y", "x-2", "failures.csv-2"]


def test_no_name_is_an_option_or_a_device() -> None:
    found = names(
        "-rf.pcap", "--help.pcap", "CON.pcap", "nul", "com1.2024.pcap", "lpt9.pcap.gz", "console.pcap", "con-1"
    )
    assert found == [
        "rf",
        "help",
        "capture-CON",
        "capture-nul",
        "capture-com1.2024",
        "capture-lpt9",
        "console",
        "con-1",
    ]


def test_names_that_are_numbered_already_and_letters_of_either_case() -> None:
    assert names("a/x", "a/X", "a/x-2", "b/x", "b/X.pcap", taken=()) == ["a-x", "a-X-2", "x-2", "b-x", "b-X-2"]
    assert names("x.pcap", "X", "x-2.cap", "x.cap", taken=()) == ["x", "X-2", "x-2-2", "x-3"]


def test_captures_of_every_day_in_a_folder_for_each_gateway() -> None:
    found = names("gw1/monday.pcap", "gw1/tuesday.pcap", "gw2/monday.pcap", "gw2/tuesday.pcap", "gw3/monday.pcap")
    assert found == ["gw1-monday", "gw1-tuesday", "gw2-monday", "gw2-tuesday", "gw3"]


def test_long_names_are_cut_and_end_well() -> None:
    assert names("y" * 79 + ".z.pcap", "y" * 79 + "...") == ["y" * 79, "y" * 79 + "-2"]


def test_many_captures_of_one_name_in_folders_of_one_name_cost_the_same_each() -> None:
    def work(count: int) -> int:
        return lines_run(lambda: names(*(f"{n}/monday/gw.pcap" for n in range(count)), taken=()))

    assert work(400) < 2.2 * work(200)
    assert len(set(names(*(f"{n}/monday/gw.pcap" for n in range(400))))) == 400


def test_a_set_is_called_as_its_first_capture_and_how_many_more_there_are() -> None:
    one, two = CaptureSet([("/a/gw.pcap", "/a/gw.pcap1")]), CaptureSet([("/b/gw.pcap",), ("/c/x.pcap", "/c/y.pcap")])
    assert list(folder_names([one, two, "/a/z.pcap"], ())) == ["a-gw-and-1-more", "b-and-2-more", "z"]
