"""Payloads in a few words."""

import pytest

from analyzer.isakmp import Payload
from analyzer.isakmp.payloads.delete import Delete
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.isakmp.payloads.ikev2.encrypted import Encrypted
from analyzer.isakmp.payloads.ikev2.encrypted_fragment import EncryptedFragment
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.nonce import Nonce
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation, Transform
from analyzer.isakmp.payloads.vendor_id import VendorID
from analyzer.tables.summaries import summary

TRANSFORM = Transform(None, 1, 20, (), 256)
PROPOSAL = Proposal(1, 1, b"", (TRANSFORM, TRANSFORM), 2, 4, 24)


@pytest.mark.parametrize(
    ("version", "body", "words"),
    [
        (2, SecurityAssociation(None, None, (PROPOSAL,)), "1 proposal, 2 transforms"),
        (2, SecurityAssociation(None, None, ()), "0 proposals, 0 transforms"),
        (2, KeyExchange(31, bytes(32)), "Curve25519, 32 bytes"),
        (1, KeyExchange(None, bytes(128)), "128 bytes"),
        (2, Notify(None, 0, b"", 14, b""), "NO_PROPOSAL_CHOSEN"),
        (2, Notify(None, 0, b"", 16390, bytes(16)), "COOKIE, 16 bytes"),
        (1, Notify(1, 1, b"", 14, b""), "NO-PROPOSAL-CHOSEN"),
        (2, Delete(None, 3, 4, (bytes.fromhex("c0ffee01"),)), "ESP c0ffee01"),
        (2, Encrypted(35, bytes(40)), "40 bytes, encrypted"),
        (2, EncryptedFragment(35, 1, 3, bytes(40)), "fragment 1 of 3, 40 bytes, encrypted"),
        (1, CiscoFragment(7, 2, True, b"x"), "fragment 2 (last) of message 7"),
        (2, Eap(1, 5, 26, b""), "Request EAP-MSCHAPv2"),
        (2, Nonce(bytes(32)), "32 bytes"),
        (1, VendorID(bytes.fromhex("00112233445566778899aabbccddeeff")), "00112233445566778899aabbccddeeff"),
        (1, VendorID(bytes.fromhex("afcad71368a1f1c96b8696fc77570100")), "Dead Peer Detection"),
    ],
)
def test_words(version: int, body: object, words: str) -> None:
    assert words.lower() in summary(Payload(0, False, 36, 28, body), version).lower()
