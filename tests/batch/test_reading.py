from pathlib import Path

import pytest

from analyzer.errors import FilterError, KeyFileError, NetworkError, PolicyError
from tests.batch.jobs import HOW
from tests.cli.running import FAILED


def test_an_analysis_with_these_options_that_has_read_nothing() -> None:
    how = HOW._replace(policies=("bsi",), ports=(500, 4500, 5500), max_expansion=7)
    analysis = how.analysis({"negotiations": ("outcome",)})
    assert analysis.paths == []
    given = {
        "policy": "bsi",
        "ports": [500, 4500, 5500],
        "keys": None,
        "peer_config": None,
        "where": None,
        "internal": [],
    }
    assert analysis.options == given
    analysis.add(FAILED)
    assert list(analysis.tables["negotiations"].rows()) == [("failed",)]
    assert not len(analysis.tables["messages"])


def test_what_a_filter_looks_at_is_filled_too() -> None:
    analysis = HOW._replace(where="severity >= high and host == 192.0.2.10").analysis({"negotiations": ("outcome",)})
    analysis.add(FAILED)
    columns = set(analysis.tables["negotiations"].schema.names)
    assert {"outcome", "negotiation", "initiator_ip", "paths"} <= columns
    assert "encryption" not in columns
    assert "negotiation" in analysis.tables["findings"].schema.names
    with pytest.raises(FilterError):
        HOW._replace(where="outcom == failed").analysis()


def test_wrong_options_are_reported_before_anything_is_read() -> None:
    with pytest.raises(PolicyError):
        HOW._replace(policies=("nonsense",)).analysis()
    with pytest.raises(NetworkError):
        HOW._replace(internal=("nonsense",)).analysis()
    with pytest.raises(KeyFileError):
        HOW._replace(keys="/nowhere/keys").analysis()


def test_files_besides_the_captures() -> None:
    assert HOW.files == ()
    assert HOW._replace(keys="k", peer_config="p").files == ("k", "p")
    assert HOW._replace(policies=("own.toml",)).files == ("own.toml",)


def test_results_depend_on_what_a_policy_of_ones_own_says(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('name = "acme"\nextends = "bsi"\n', "utf-8")
    how = HOW._replace(policies=(str(own),))
    before = how.depends()
    assert before == how.depends() != HOW.depends()
    own.write_text('name = "acme"\nextends = "nist"\n', "utf-8")
    assert how.depends() != before


def test_networks_reach_the_judgement() -> None:
    analysis = HOW._replace(internal=("192.0.2.10", "2001:db8::/32")).analysis(
        {"responders": ("ip", "inside", "outside_peers")}
    )
    analysis.add(FAILED)
    assert set(analysis.tables["responders"].rows()) == {("192.0.2.20", False, ())}
