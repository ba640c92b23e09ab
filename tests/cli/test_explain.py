import pytest

from tests.cli.running import run


@pytest.mark.parametrize("identifier", ["psk-mismatch", "weak-ke-offered", "ietf"])
def test_a_page(identifier: str) -> None:
    done = run("explain", identifier)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{identifier}: ")
    assert "What to do" in done.stdout


def test_all_ids() -> None:
    done = run("explain")
    assert done.exit_code == 0
    assert "  psk-mismatch " in done.stdout


def test_an_unknown_id_suggests_the_near_ones() -> None:
    done = run("explain", "psk-mismtch")
    assert done.exit_code == 2
    assert "Did you mean psk-mismatch" in done.stderr
    assert run("explain", "\x1b[31m").exit_code == 2
