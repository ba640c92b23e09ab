from analyzer.assessment import flooded
from analyzer.negotiation.seen import Suite
from analyzer.negotiation.story import Flood, FloodForm

FORM = FloodForm(
    1,
    "IDENTITY_PROTECTION",
    200,
    Suite(1, 5, None, 2, ke_id=2, auth_method=1),
    (b"\xaf\xca\xd7\x13h\xa1\xf1\xc9k\x86\x96\xfcwW\x01\x00", b"\1\2\3\4"),
    None,
)
FLOOD = Flood(
    1,
    "unsolicited-answers",
    "likely",
    "192.0.2.1",
    3853,
    2767,
    1,
    3984,
    ((FORM, 3984),),
    1,
    3984,
    0,
    409_000_000,
    (1, 2),
    frozenset({1}),
)


def but(**fields: object) -> Flood:
    return FLOOD._replace(**fields)


def test_who_sent_how_much_to_whom() -> None:
    assert flooded.detail(FLOOD) == (
        "2,767 addresses sent 3,984 answers to 192.0.2.1 in 0.409 s (9,741 a second); "
        "no request for any of them is in the capture."
    )
    assert "in 3,600.000 s;" in flooded.detail(but(messages=40, last_time=3_600_000_000_000))
    assert "to 192.0.2.1;" in flooded.detail(but(first_time=None, last_time=None))
    assert "in 0.000 s;" in flooded.detail(but(last_time=0))


def test_what_it_rests_on() -> None:
    assert "2,767 sources, one destination, 3,853 destination ports, 1 initiator SPI;" in flooded.basis(FLOOD)
    assert "scan" not in flooded.basis(FLOOD)
    possible = flooded.basis(but(confidence="possible", target_ports=1, initiator_spis=2767))
    assert "1 destination port, 2,767 initiator SPIs;" in possible
    assert possible.endswith("A scan by 192.0.2.1 of which only the answers were recorded looks the same")


def test_forms() -> None:
    text = flooded.form_text(FORM, 3984)
    assert text.startswith("3,984 times: IKEv1 IDENTITY_PROTECTION of 200 bytes, 3DES-CBC, SHA, pre-shared key, ")
    assert text.endswith("; vendor IDs Dead Peer Detection v1.0 (version 1.0), 01020304")
    refused = FORM._replace(suite=None, vendor_ids=(), error=14)
    assert flooded.form_text(refused, 1) == "once: IKEv1 IDENTITY_PROTECTION of 200 bytes, NO-PROPOSAL-CHOSEN"
    many = FORM._replace(vendor_ids=tuple(bytes([i] * 4) for i in range(12)))
    assert flooded.form_text(many, 2).endswith("07070707 and 4 more")
