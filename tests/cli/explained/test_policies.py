from tests.cli.explained import only, text
from tests.conftest import ROOT


def test_a_policy_says_each_statement() -> None:
    page = only("ietf")
    assert page.kind == "policy"
    assert "RFC 8247" in text(page, "What it says")


def test_a_policy_of_ones_own_is_explained_by_its_path() -> None:
    page = only(str(ROOT / "fixtures" / "policies" / "acme.toml"))
    assert page.id == "acme"
    said = text(page, "What it says")
    assert "Acme's rules for VPNs, 2026 2.2" in said
    assert "BSI TR-02102-3" in said
