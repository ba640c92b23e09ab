import pytest

from analyzer.errors import KeyFileError, PolicyError
from tests.batch.jobs import HOW
from tests.cli.running import FAILED


def test_an_analysis_with_these_options_that_has_read_nothing() -> None:
    how = HOW._replace(policy="bsi", ports=(500, 4500, 5500), max_expansion=7)
    analysis = how.analysis({"negotiations": ("outcome",)})
    assert analysis.paths == []
    assert analysis.options == {"policy": "bsi", "ports": [500, 4500, 5500], "keys": None, "peer_config": None}
    analysis.add(FAILED)
    assert list(analysis.tables["negotiations"].rows()) == [("failed",)]
    assert not len(analysis.tables["messages"])


def test_wrong_options_are_reported_before_anything_is_read() -> None:
    with pytest.raises(PolicyError):
        HOW._replace(policy="nonsense").analysis()
    with pytest.raises(KeyFileError):
        HOW._replace(keys="/nowhere/keys").analysis()


def test_files_besides_the_captures() -> None:
    assert HOW.files == ()
    assert HOW._replace(keys="k", peer_config="p").files == ("k", "p")
