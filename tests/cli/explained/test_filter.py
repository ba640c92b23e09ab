from tests.cli.running import run


def test_the_language_is_one_page() -> None:
    assert run("explain", "filter").stdout == run("explain", "where").stdout
    assert run("explain", "filter").stdout.startswith("filter: which negotiations")
