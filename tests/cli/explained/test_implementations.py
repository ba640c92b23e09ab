import pytest

from analyzer.cli.explained.implementations import KIND
from tests.cli.explained import only, text


def test_an_implementation_says_by_what_it_is_known_and_how_that_is_known() -> None:
    page = only("strongSwan")
    assert page.kind == "implementation"
    assert "882fe56d6fd20dbc2251613b2ebe5beb" in text(page, "Vendor IDs that name it")
    order = text(page, "Order of payloads in IKE_SA_INIT (IKEv2)")
    assert "initiator, 5.4.0 or later: 16390? SA KE Nonce 16388 16389" in order
    assert "(measured: 5.9.8" in order
    assert "IKEv2, 6.0.0 or later: 16438 (history of strongSwan ike_init.c)" in text(
        page, "What a version was the first to send"
    )
    assert "IKEv1 and 2, initiator: 4.0 7.2" in text(page, "Seconds between its retransmissions")
    assert "no name is certain" in text(page, "What else looks so")


def test_a_program_that_is_known_by_its_offer() -> None:
    assert "; always 5/2/1/2 5/1/1/2" in text(only("ike-scan"), "How it writes an offer")


def test_one_that_a_vendor_id_alone_names() -> None:
    page = only("implementation", "windows-8", "or", "later")
    assert [section.heading for section in page.sections] == ["Vendor IDs that name it", "What else looks so"]


@pytest.mark.parametrize("word", ["vpnc", "Cisco IOS", "OpenIKED", "libreswan", "Apple (iOS, macOS)"])
def test_each_has_a_page(word: str) -> None:
    assert KIND.words()[word]
    assert only("implementation", word).sections


def test_the_list_as_csv() -> None:
    assert KIND.columns is not None
    head, *rows = KIND.columns()
    assert head[0] == "implementation"
    assert all(len(row) == len(head) for row in rows)
    assert {row[1] for row in rows} == {"vendor-order", "message-order", "offer-order", "since", "backoff"}
