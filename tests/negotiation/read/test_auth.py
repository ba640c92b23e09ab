"""How each side proves who it is: AUTH with the key of EAP is no pre-shared key, whatever the capture lacks."""

import pytest

from analyzer.isakmp.payloads.ikev2.authentication import Authentication
from analyzer.negotiation.read.auth import by_eap, note
from tests.fixtures.cases import cases
from tests.negotiation.recorded import read_story
from tests.negotiation.test_model import negotiation


@pytest.mark.parametrize(
    ("name", "methods", "eap", "signature"),
    [
        ("ikev2-eap-mschapv2", (None, 14), (True, False), "sha256WithRSAEncryption"),
        ("ikev2-eap-tls", (None, None), (True, True), None),
        ("ikev2-eap-mschapv2-badpass", (None, 14), (False, False), "sha256WithRSAEncryption"),
        ("ikev2-psk-gcm", (2, 2), (False, False), None),
        ("ikev2-mlkem", (2, 2), (False, False), None),  # behind IKE_INTERMEDIATE
    ],
)
def test_recordings(
    name: str, methods: tuple[int | None, int | None], eap: tuple[bool, bool], signature: str | None
) -> None:
    case = next(c for c in cases() if c.name == name)
    n, *_ = read_story(case.capture, case.keys).negotiations
    assert (n.auth_method_initiator, n.auth_method_responder) == methods
    assert by_eap(n) == eap
    assert n.signatures == (None, signature)


def test_a_shared_key_of_a_later_message_tells_nothing_where_the_first_ones_are_missing() -> None:
    """They may have held EAP."""
    n = negotiation()
    for message_id, known in ((7, None), (2, None), (1, 2)):
        note(n, Authentication(2, bytes(32)), message_id, from_initiator=True)
        assert n.auth_method_initiator == known
    note(n, Authentication(14, bytes(32)), 7, from_initiator=False)
    assert n.auth_method_responder == 14
    note(n, Authentication(2, bytes(32)), 2**32 - 1, from_initiator=False)
    assert n.auth_method_responder == 14
