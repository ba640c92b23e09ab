from pathlib import Path

import analyzer
from analyzer.report.capture_story import capture_story
from analyzer.report.dossier import in_floods
from analyzer.report.floods import floods_in_short
from analyzer.report.verdict import verdict_of
from tests import floods
from tests.floods import Flood, Packet, pcap


def read(folder: Path, *packets: list[Packet]) -> analyzer.Analysis:
    path = folder / "flood.pcap"
    path.write_bytes(pcap([packet for some in packets for packet in some]))
    return analyzer.read_pcap(path)


def reflection(count: int = 300) -> list[Packet]:
    return floods.reflections(count).packets


def test_one_story_whatever_the_number(tmp_path: Path) -> None:
    analysis = read(tmp_path, reflection())
    lines = [line.text for line in capture_story(analysis.tables)]
    assert len(lines) <= 30
    text = " ".join(" ".join(lines).split())
    assert "No negotiation is seen, but 300 unsolicited answers to 192.0.2.10 (a reflection, likely)." in text
    assert "300 addresses sent 300 answers to 192.0.2.10" in text
    assert "Capture longer" not in text
    assert "in use" not in text


def test_many_shapes_are_counted_not_told(tmp_path: Path) -> None:
    answers = [
        floods.sent(
            floods.v1(2, floods.sa1(floods.phase1(group=1 + i % 40)), spis=(floods.SPI_I, floods.spi(i, 2))),
            floods.host(i),
            after=0.001,
        )
        for i in range(200)
    ]
    tables = read(tmp_path, answers).tables
    (row,) = tables["floods"].records()
    assert (len(row["shapes"]), row["other_shapes"]) == (20, 20)
    lines = [line.text for line in capture_story(tables)]
    own = "Responder on a private address answers"  # the sources here are in private address space: each is told of
    assert len([line for line in lines if own not in line]) <= 30
    assert any("and 35 other shapes" in line for line in lines)


def test_the_row(tmp_path: Path) -> None:
    (row,) = read(tmp_path, reflection()).tables["floods"].records()
    assert (row["flood"], row["kind"], row["confidence"]) == (1, "unsolicited-answers", "likely")
    assert (row["sources"], row["messages"], row["negotiations"], row["target_ports"]) == (300, 300, 300, 300)
    assert round(row["rate"]) == 10033
    assert (row["first_frame"], row["last_frame"], row["samples"]) == (1, 300, tuple(range(1, 11)))
    assert row["shapes"][0].startswith("300 times: IKEv1 IDENTITY_PROTECTION")


def test_many_targets_are_told_in_few_lines(tmp_path: Path) -> None:
    answers = [
        floods.sent(
            floods.main_2(spis=(floods.SPI_I, floods.spi(40 * t + i, 2))), floods.host(i), f"203.0.113.{t}", after=0.001
        )
        for t in range(8)
        for i in range(40)
    ]
    tables = read(tmp_path, answers).tables
    assert tables["floods"].column("flood") == list(range(1, 9))
    lines = [line.text for line in capture_story(tables)]
    assert len(lines) <= 60
    assert any("and 3 floods more" in line for line in lines)


def test_what_may_be_a_scan_is_told_so(tmp_path: Path) -> None:
    answers = [
        floods.sent(floods.init_answer(spis=(floods.spi(i), floods.spi(i, 2))), floods.host(i), after=0.05)
        for i in range(60)
    ]
    tables = read(tmp_path, answers).tables
    text = " ".join(" ".join(line.text for line in capture_story(tables)).split())
    assert "60 answers to 198.51.100.20 without a request (a reflection, or a scan)" in text
    assert (
        "Next Capture both directions: where the destination asked (a scan, an inventory), its requests show it."
        in text
    )
    (row,) = tables["floods"].records()
    assert (row["confidence"], row["title"]) == ("possible", "Answers without a request: a reflection, or a scan")


def test_a_negotiation_beside_it_is_told_as_ever(tmp_path: Path) -> None:
    tables = read(tmp_path, reflection(), floods.up(5000)).tables
    verdict = verdict_of(tables)
    assert verdict.total == 1
    assert dict(verdict.outcomes)["established"] == 1
    assert dict(verdict.outcomes)["incomplete"] == 0
    assert len(in_floods(tables)) == 300
    assert "established an IKEv2 SA" in verdict.sentence
    assert verdict.sentence.endswith("Besides: 300 unsolicited answers to 192.0.2.10 (a reflection, likely).")
    assert verdict.causes == ()
    (story,) = verdict.stories
    assert story.number == 301


def test_the_page_is_small_and_tells_it_once(tmp_path: Path) -> None:
    pages = {}
    for count in (300, 900):
        analysis = read(tmp_path, reflection(count))
        analysis.to_html(tmp_path / "report.html")
        pages[count] = (tmp_path / "report.html").read_text()
    page = pages[900]
    assert page.count("900 addresses sent 900 answers to 192.0.2.10") == 2  # the story, and its finding
    assert "<article" not in page
    assert 'id="overview"' not in page
    assert len(page) < len(pages[300]) + 600 * 500  # a row of the table of flows each


def test_as_a_negotiation_it_can_still_be_looked_at(tmp_path: Path) -> None:
    tables = read(tmp_path, reflection()).tables
    assert len(tables["negotiations"]) == 300
    assert set(tables["negotiations"].column("outcome")) == {"incomplete"}
    assert set(tables["negotiations"].column("diagnosis")) == {"unsolicited-answers"}


def test_in_short() -> None:
    rows = [
        {
            "messages": n,
            "target_ip": f"192.0.2.{n}",
            "confidence": "possible" if n == 1 else "likely",
            "kind": "unsolicited-answers",
        }
        for n in range(1, 8)
    ]
    assert floods_in_short(rows[:1]) == "1 answer to 192.0.2.1 without a request (a reflection, or a scan)"
    assert floods_in_short(rows).endswith("and 2 more floods")
    assert floods_in_short([]) == ""
    half_open = {"messages": 9, "folded": 7, "target_ip": "192.0.2.9", "confidence": "likely", "kind": "half-open"}
    assert floods_in_short([half_open]) == "7 first messages without an answer to 192.0.2.9 (a flood, likely)"
    many = half_open | {"target_ip": None, "confidence": "possible", "folded": 1}
    assert floods_in_short([many]) == (
        "1 first message without an answer to many addresses (a flood, a scan, or a responder that is down)"
    )


def half_open(folder: Path, count: int = 300, most: int = 20) -> analyzer.Analysis:
    path = folder / "flood.pcap"
    path.write_bytes(pcap(floods.half_open_of_many_sources(count).packets))
    return analyzer.read_pcap(path, max_negotiations=most)


def test_first_messages_without_an_answer_are_one_story(tmp_path: Path) -> None:
    analysis = half_open(tmp_path)
    text = " ".join(" ".join(line.text for line in capture_story(analysis.tables)).split())
    assert (
        "No negotiation is seen, but 300 first messages without an answer to 198.51.100.20 (a flood, likely)." in text
    )
    assert "300 addresses sent 300 first messages to 198.51.100.20 in 2.990 s (100 a second)" in text
    assert "A limit of this program was reached: limit-half-open, once, 300 first messages without an answer" in text
    assert "frame 1:" not in text
    (finding,) = analysis.tables["findings"].records()
    assert (finding["finding"], finding["subject"], finding["negotiation"]) == (
        "half-open-flood",
        "198.51.100.20",
        None,
    )
    assert finding["detail"].startswith("300 initiator SPIs within 10 s. 300 addresses sent 300 first messages")


def test_its_page_is_small(tmp_path: Path) -> None:
    half_open(tmp_path).to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert page.count("300 addresses sent 300 first messages to 198.51.100.20") == 2  # the story, and its finding
    assert "; not in the table negotiations." in page
    assert "<article" not in page


def test_patterns_that_are_no_flood(tmp_path: Path) -> None:
    one_sided: list[Flood] = [floods.answers_of_one_host(60), floods.answers_of_one_host_to_many(60)]
    for pattern in one_sided:
        tables = read(tmp_path, pattern.packets).tables
        assert not len(tables["floods"])
        assert set(tables["negotiations"].column("diagnosis")) == {"one-way-capture"}
