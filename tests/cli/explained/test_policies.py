from tests.cli.explained import only, text


def test_a_policy_says_each_statement() -> None:
    page = only("ietf")
    assert page.kind == "policy"
    assert "RFC 8247" in text(page, "What it says")
