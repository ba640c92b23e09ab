from analyzer.assessment import catalogue
from tests.cli.explained import only, text


def test_a_check() -> None:
    page = only("ikev1-in-use")
    assert page.kind.startswith("check, ")
    assert text(page, "What to do")


def test_all_are_there() -> None:
    assert all(only("check", check.about.id).title == check.about.title for check in catalogue.all_checks())
