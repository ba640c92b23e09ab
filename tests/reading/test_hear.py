from pathlib import Path
from typing import Any

import pytest

from analyzer import net
from analyzer.analysis import PORTS
from analyzer.isakmp import Memory
from analyzer.processes import START_METHOD, LostError
from analyzer.reading import apart
from analyzer.reading import heard as heard_module
from analyzer.reading.hear import hear
from analyzer.reading.heard import Before, How, NotApartError
from analyzer.tables.kinds import Need
from analyzer.tables.store import Tables
from tests.fixtures.cases import case

ALL = Need.COUNTING | Need.READING | Need.PLACING
TABLES = ("messages", "payloads", "negotiations")


def how(path: Path, needs: Need = ALL) -> How:
    return How(str(path), PORTS, None, TABLES, needs, True, None, None, Memory())


def test_numbers_run_through_captures() -> None:
    tables = Tables()
    first, following = hear(how(case("ikev2-rekey").capture), tables, 1, 5, None, None)
    assert [n.number for part in first.parts for n in part.negotiations] == list(range(5, following))
    second, last = hear(how(case("ikev2-psk-gcm").capture), tables, 1, following, lambda count: 10 * count, None)
    assert [n.number for part in second.parts for n in part.negotiations] == [following + 10] == [last - 1]
    assert (first.messages, second.messages) == (len(tables["messages"]) - 6, 6)
    assert set(tables["messages"].column("negotiation")) == {*range(5, following), following + 10}


def test_without_counts_there_is_no_story() -> None:
    found, following = hear(how(case("ikev2-psk-gcm").capture, Need.PLACING), Tables(), 1, 1, None, None)
    assert (list(found.parts), found.messages, following) == ([], 6, 2)
    found, following = hear(how(case("ikev2-psk-gcm").capture, Need.NOTHING), tables := Tables(), 1, 1, None, None)
    assert (found.messages, following) == (6, 1)
    assert set(tables["messages"].column("negotiation")) == {None}


@pytest.mark.skipif(START_METHOD != "fork", reason="processes are not forked here")
@pytest.mark.parametrize("error", [NotApartError, LostError, OSError])
def test_what_is_not_read_apart_is_read_whole(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def before(count: int) -> int:
        asked.append(count)
        return 7

    def half(how: How, tables: Tables, jobs: int, first: int, before: Before | None, _: Any) -> None:
        assert before is None or before(1) == 7
        tables["messages"].append((None,) * len(tables["messages"].schema.names))
        net.faults["half"] += 1
        raise error

    monkeypatch.setattr(net, "faults", net.Counter(whole=2))
    monkeypatch.setattr(heard_module, "LEAST", 0)
    monkeypatch.setattr(apart, "read_apart", half)
    tables = Tables()
    if error is OSError:
        with pytest.raises(OSError):  # noqa: PT011  (the one that is raised here)
            hear(how(case("ikev2-psk-gcm").capture), tables, 2, 1, None, None)
        return
    found, following = hear(how(case("ikev2-psk-gcm").capture), tables, 2, 1, before, None)
    assert (found.messages, len(tables["messages"]), following, dict(net.faults)) == (6, 6, 9, {"whole": 2})
    assert asked == [1]
