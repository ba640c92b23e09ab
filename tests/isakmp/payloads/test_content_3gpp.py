import pytest

from tests.isakmp.wire import form_of, pairs


@pytest.mark.parametrize(
    ("form", "data", "told"),
    [
        (
            "3gpp-device-identity",
            "00090153024010000000f0",
            [("length", "9"), ("identity_type", "IMEI"), ("identity", "352004010000000")],
        ),
        ("3gpp-device-identity", "000102", [("length", "1"), ("identity_type", "IMEISV")]),
        (
            "3gpp-emergency-numbers",
            "08" + "030211f2" + "030511f2",
            [
                ("length", "8"),
                ("length", "3"),
                ("service_categories", "ambulance"),
                ("number", "112"),
                ("length", "3"),
                ("service_categories", "police, fire brigade"),
                ("number", "112"),
            ],
        ),
        (
            "3gpp-emergency-numbers",
            "04" + "030211f2" + "62f2",
            [
                ("length", "4"),
                ("length", "3"),
                ("service_categories", "ambulance"),
                ("number", "112"),
                ("more", "62f2"),
            ],
        ),
        (
            "3gpp-emergency-numbers",
            "62f2" + "04" + "030211f2",
            [
                ("mobile_country_code", "262"),
                ("length", "4"),
                ("length", "3"),
                ("service_categories", "ambulance"),
                ("number", "112"),
            ],
        ),
        ("3gpp-slice", "0401000001", [("length", "4"), ("sst", "1"), ("sd", "000001")]),
        (
            "3gpp-slice",
            "08010000010200000f",
            [
                ("length", "8"),
                ("sst", "1"),
                ("sd", "000001"),
                ("mapped_hplmn_sst", "2"),
                ("mapped_hplmn_sd", "00000f"),
            ],
        ),
        ("3gpp-slice", "03010203", [("length", "3"), ("s_nssai", "010203")]),
        ("3gpp-session", "0105", [("length", "1"), ("pdu_session_identity", "5")]),
        (
            "3gpp-qos-flows",
            "0605020102032e",
            [
                ("length", "6"),
                ("pdu_session_identity", "5"),
                ("number_of_qos_flows", "2"),
                ("qos_flow_identifier", "1"),
                ("qos_flow_identifier", "2"),
                ("flags", "DSCPI, DCSI"),
                ("dscp", "46"),
            ],
        ),
    ],
)
def test_forms(form: str, data: str, told: list[tuple[str, str]]) -> None:
    assert pairs(form_of(form, bytes.fromhex(data))) == told


def test_timer() -> None:
    assert form_of("3gpp-timer", bytes.fromhex("0105")).meaning == "3000 seconds"
    assert form_of("3gpp-timer", bytes.fromhex("01e5")).meaning == "deactivated"


def test_a_count_of_flows_that_lies() -> None:
    assert pairs(form_of("3gpp-qos-flows", bytes.fromhex("0305ff01")))[-1] == ("qos_flow_identifier", "1")
