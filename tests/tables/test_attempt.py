import pytest

from analyzer import net
from analyzer.tables.attempt import attempt
from analyzer.tables.store import Tables


@pytest.mark.parametrize("error", [ValueError, KeyError, OSError])
def test_of_what_failed_nothing_stays(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    tables = Tables()
    table, done = tables["flows"], []

    def add() -> None:
        table.append((None,) * len(table.schema.names))
        net.faults["one"] += 1

    monkeypatch.setattr(net, "faults", net.Counter())
    add()
    if error is OSError:
        with pytest.raises(OSError), attempt(tables, ValueError, KeyError):  # noqa: PT011  (the one raised here)
            raise error
    with attempt(tables, ValueError, KeyError):
        add()
        net.faults["other"] += 1
        raise error() if error is not OSError else ValueError
    assert (len(table), dict(net.faults)) == (1, {"one": 1})
    with attempt(tables, ValueError):
        add()
        done.append(True)
    assert (done, len(table), dict(net.faults)) == ([True], 2, {"one": 2})
