from pathlib import Path

import pytest

from analyzer.capture.files import SMALL
from analyzer.capture.joining import glance as module
from analyzer.capture.joining.glance import MESSAGES, MOST_OF_SPI, glance
from tests.capture.joining.made import INIT, START, checks, message, negotiation, noise, spi, write

PORTS = (500, 4500)
PAIR = spi(1) + spi(1 | 1 << 40)


def ns(at: float) -> int:
    return int(START) * 10**9 + round(at * 1e9)


def test_a_look_shows_when_it_ran_and_which_sas_are_in_it(tmp_path: Path) -> None:
    packets = [*noise([0]), *negotiation(1, ident=5), *checks([9]), *noise([20])]
    seen = glance(write(tmp_path / "a.pcap", packets), PORTS)
    assert (seen.first, seen.last, seen.packets, seen.error) == (ns(0), ns(20), 7, None)
    assert list(seen.pairs) == [PAIR]
    assert [half[0] for half in seen.halves] == [spi(1)]
    sa, (half,) = seen.pairs[PAIR], seen.halves.values()
    assert (sa.first, sa.last, sa.begins) == (ns(1.1), ns(9), True)
    assert [sent.packet for sent in sa.messages] == [6, 7, 8, 0]
    assert (half.first, half.last, len(half.messages)) == (ns(1), ns(1), 1)
    assert seen.form == ("pcap-ns", "ETHERNET")


def test_an_sa_whose_beginning_is_not_there_does_not_begin(tmp_path: Path) -> None:
    seen = glance(write(tmp_path / "a.pcap", checks([1, 2])), PORTS)
    assert not seen.pairs[PAIR].begins
    assert not seen.halves


@pytest.mark.parametrize("more_looked_at", [0, 50, 10_000])
def test_a_large_capture_shows_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more_looked_at: int) -> None:
    """Read in bulk, the times of all messages count, and the first ones are kept."""
    monkeypatch.setattr(module, "MOST_MORE", more_looked_at)
    packets = [*negotiation(0), *checks(range(1, 30)), *noise(range(30, 60))]
    small = glance(write(tmp_path / "small.pcap", packets), PORTS)
    filler = [(60.0, b"\0" * 1400)] * (SMALL // 1400 + 1)
    more = [*packets, *filler, *checks(range(100, 400), first=100), *checks([500.0], sa=2)]
    large = glance(write(tmp_path / "large.pcap", more), PORTS)
    kept, before = large.pairs[PAIR], small.pairs[PAIR]
    assert before.messages.items() <= kept.messages.items()
    assert len(kept.messages) == min(332, MESSAGES + more_looked_at)
    assert (before.left, kept.left) == (more_looked_at < 24, more_looked_at < 324)
    assert (large.pairs[PAIR].first, large.pairs[PAIR].last) == (ns(0.1), ns(399))
    assert large.halves == small.halves
    assert len(large.pairs) == 2


def test_the_first_messages_of_each_sa_are_kept_whatever_comes_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_MORE", 5)
    seen = glance(write(tmp_path / "a.pcap", [*checks(range(40)), *checks(range(50, 90), sa=2)]), PORTS)
    assert [len(sa.messages) for sa in seen.pairs.values()] == [MESSAGES + 5, MESSAGES]


def test_what_one_spi_has_too_much_of_says_nothing(tmp_path: Path) -> None:
    many = range(MOST_OF_SPI + 1)
    answers = [(n, message(INIT, sa=1, response=True, body=bytes(30))) for n in many]
    reflected = [(at, frame.replace(PAIR, spi(1) + spi(100 + int(at)))) for at, frame in answers]
    scan = [(n, message(INIT, sa=2, answered=False, hosts=("192.0.2.1", f"198.51.100.{n}"))) for n in many]
    seen = glance(write(tmp_path / "a.pcap", [*reflected, *scan, *checks([60], sa=3)]), PORTS)
    assert [pair[:8] for pair in seen.pairs] == [spi(3)]
    assert not seen.halves


def test_no_spi_and_no_time_is_nothing(tmp_path: Path) -> None:
    frame = message(INIT, answered=False).replace(spi(1), bytes(8))
    seen = glance(write(tmp_path / "a.pcap", [(1, frame), (2, message()[:60])]), PORTS)
    assert not seen.sas
    assert seen.packets == 2


def test_there_is_a_limit_which_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SAS", 3)
    path = write(tmp_path / "a.pcap", [packet for n in range(4) for packet in checks([n], sa=n + 1)])
    seen = glance(path, PORTS)
    assert (seen.sas, seen.full) == (3, True)
    seen.forget()
    assert (seen.sas, seen.full) == (0, True)


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "text.pcap").write_text("no capture")
    assert "text" in str(glance(str(tmp_path / "text.pcap"), PORTS).error)
    assert "no such file" in str(glance(str(tmp_path / "none.pcap"), PORTS).error)
