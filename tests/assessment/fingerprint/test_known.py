"""The data files: each row is readable, says how it is known, and speaks of what exists."""

import re

import pytest

from analyzer import data
from analyzer.assessment.fingerprint import known
from analyzer.assessment.fingerprint.versions import parsed
from analyzer.isakmp import registry
from analyzer.isakmp.registry.tables import rows as registered

FILES = ("vendor-order.csv", "message-order.csv", "offer-order.csv", "since.csv", "backoff.csv")


def rows(name: str) -> list[dict[str, str]]:
    return data.rows(known.__file__, name)


@pytest.mark.parametrize("name", FILES)
def test_each_row_says_how_it_is_known_and_of_which_versions(name: str) -> None:
    for row in rows(name):
        assert row["implementation"]
        assert row["source"]
        if "versions" in row and name != "backoff.csv":
            assert re.fullmatch(r"((\d+(\.\d+)*)?-(\d+(\.\d+)*)?|\d+(\.\d+)*)?", row["versions"]), row
            assert parsed(row["versions"]).meet(parsed(row["versions"])) is not None
    assert len({tuple(sorted(row.items())) for row in rows(name)}) == len(rows(name))


def test_words_are_those_of_the_registries() -> None:
    names = {row["name"] for row in registered("vendor-ids")}
    for row in rows("vendor-order.csv"):
        for word in row["order"].split("; "):
            name = word.rstrip("?+*")
            assert name in ("NAT-T", "unknown", "unknown 16") or re.sub(r" [0-9a-f]{8}$", "", name) in names, row
    for row in rows("message-order.csv"):
        for word in row["order"].split():
            number = word.rstrip("?+*")
            if number.isdigit():
                assert registry.entry("ikev2-notify-status", int(number)) is not None, row
    assert {row["side"] for name in FILES[:3] for row in rows(name)} == {"initiator", "responder", "either"}


def test_first_versions_are_of_what_an_order_names() -> None:
    ordered = {(r["implementation"], w.rstrip("?+*")) for r in rows("message-order.csv") for w in r["order"].split()}
    ordered |= {
        (r["implementation"], w.rstrip("?+*")) for r in rows("vendor-order.csv") for w in r["order"].split("; ")
    }
    assert {(r["implementation"], r["word"]) for r in rows("since.csv")} <= ordered
    assert len(known.firsts()) == len(rows("since.csv"))


def test_a_word_may_be_missing_or_come_again() -> None:
    (row,) = (r for r in known.offer_orders() if r.fit.implementation == "vpnc")
    assert [row.order.fits(f"{order} ") for order in ("14 1 2 4 3 11 12", "1 2 4 3 11 12", "1 2 4 3 11")] == [
        True,
        True,
        False,
    ]


def test_without_a_word_that_an_order_needs_its_pattern_fits_nothing() -> None:
    for order in (row.order for row in (*known.message_orders(), *known.offer_orders())):
        words = [re.sub(r"\\(.)", r"\1", word) for word in re.findall(r"\(\?:([^()]*)\)", order.pattern)]
        assert order.needed
        assert order.fits("".join(words))
        for word in order.needed:
            assert re.fullmatch(order.pattern, "".join(one for one in words if one != word)) is None, (order, word)


def test_whose_own_hand_counts_is_known_to_have_one() -> None:
    own = {row["implementation"] for row in rows("vendor-order.csv") if row["own_offer"] == "yes"}
    assert own <= {row.fit.implementation for row in known.offer_orders() if row.ike_version == 1}


def test_sides() -> None:
    assert known.of_side("either", True)
    assert known.of_side("either", False)
    assert known.of_side("initiator", True)
    assert not known.of_side("initiator", False)
    assert not known.of_side("responder", True)
