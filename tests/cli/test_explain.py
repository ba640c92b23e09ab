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


def test_the_order_of_the_diagnoses() -> None:
    done = run("explain", "diagnoses")
    assert done.exit_code == 0
    assert done.stdout.index("FACT: ") < done.stdout.index("GENERAL: ") < done.stdout.index("NOTE: ")


def test_an_unknown_id_suggests_the_near_ones() -> None:
    done = run("explain", "psk-mismtch")
    assert done.exit_code == 2
    assert "Did you mean psk-mismatch" in done.stderr
    assert run("explain", "\x1b[31m").exit_code == 2


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("negotiations", "`isakmp-analyzer fields negotiations`"),
        ("wire-length", "`export CAPTURE --table defects`"),
        ("xyzzyx", "`isakmp-analyzer explain` lists them all."),
    ],
)
def test_a_word_of_another_kind_is_sent_on(word: str, hint: str) -> None:
    done = run("explain", word)
    assert done.exit_code == 2
    assert hint in done.stderr


def test_letters_may_be_large() -> None:
    assert run("explain", "IETF").stdout == run("explain", "ietf").stdout
