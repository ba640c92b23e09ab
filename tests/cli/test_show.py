from pathlib import Path

import pytest

from tests.capture.packets import enhanced, ike_frame, interface, option, section
from tests.cli.running import FAILED, HEALTHY, run


def test_a_negotiation() -> None:
    done = run("show", FAILED, "--negotiation", "1")
    assert done.exit_code == 0
    assert "failed in IKE_AUTH" in done.stdout
    assert "IKE_AUTH request 1" in done.stdout
    assert "IKE SA: offered in frame" in done.stdout


def test_a_negotiation_with_keys() -> None:
    done = run("show", HEALTHY, "--negotiation", "1", "--keys", HEALTHY.with_name("capture.keys"))
    assert "HDR*{ID(" in done.stdout


def test_a_frame_with_its_bytes() -> None:
    done = run("show", FAILED, "--frame", "4", "-x")
    assert done.exit_code == 0
    assert "Exchange type: 34 = IKE_SA_INIT" in done.stdout
    assert "negotiation 1" in done.stdout
    assert "\n    60      1    Exchange type: 34 = IKE_SA_INIT" in done.stdout
    assert "\n    42  002a  7b 0a" in done.stdout
    assert "  002a  " not in run("show", FAILED, "--frame", "4").stdout


def test_a_frame_without_ike() -> None:
    done = run("show", FAILED, "--frame", "1", "-x")
    assert done.exit_code == 0
    assert "No ISAKMP message ends in this frame." in done.stdout


def test_a_frame_with_keys_shows_what_is_inside() -> None:
    opened = run("show", HEALTHY, "--frame", "11", "--keys", HEALTHY.with_name("capture.keys"))
    assert "(offsets within the decrypted content)" in opened.stdout


def test_what_is_not_there_is_wrong_usage() -> None:
    assert "There is no frame 9999" in run("show", FAILED, "--frame", "9999").stderr
    assert "There is no negotiation 7: this capture has 1." in run("show", FAILED, "--negotiation", "7").stderr
    for words in ([], ["--frame", "1", "--negotiation", "1"], ["--frame", "0"], ["--negotiation", "7"]):
        assert run("show", FAILED, *words).exit_code == 2
    assert run("show", "-", "--frame", "1").exit_code == 2
    assert run("show", "gone.pcap", "--frame", "1").exit_code == 3


MALFORMED = {  # public captures that crashed other decoders: what has to be told, and where in the frame
    "the-tcpdump-group+tcpdump__tests_isakmp-pointer-loop.pcap": (
        "wire-length at byte 66: expected 28 to 30 bytes, the size of the datagram, found 0",
        "wire-chain-broken at byte 70: expected payload 8 (Hash), as announced, found 2 bytes left",
    ),
    "the-tcpdump-group+tcpdump__tests_isakmp-delete-segfault.pcap": (
        "wire-version at byte 59: expected major version 1 or 2, found 11.14; payload chain not walked",
        "wire-length at byte 66",
    ),
    "the-tcpdump-group+tcpdump__tests_isakmp-various-oobr.pcap": (
        "capture-truncated at byte 75: expected 32750 bytes, found 33 bytes",
        "wire-foreign-payload at byte 70",
    ),
    "the-tcpdump-group+tcpdump__tests_isakmpv1-attr-oobr.pcap": (
        "wire-exchange-type at byte 68: expected an IKEv1 exchange type, found 40",
        "wire-misplaced-payload at byte 78",
    ),
    "the-tcpdump-group+tcpdump__tests_ikev2-id-short.pcap": (
        "wire-payload-short at byte 74: expected at least 4 bytes of fields in this payload, found 1 bytes",
        "wire-stray-bytes at byte 75: expected end of payload chain, found 43 more bytes",
    ),
    "corelight+zeek-spicy-ipsec__tests_traces_ipsec-ikev1-payload-bad-length.pcap": (
        "wire-payload-length at byte 132: expected at least 4, found 3; payload chain stops here",
    ),
    "corelight+zeek-spicy-ipsec__tests_traces_ipsec-ikev1-zero-length.pcap": (
        "wire-length at byte 66: expected 28 to 168 bytes, the size of the datagram, found 0",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_damage_is_told_with_its_place(shared_captures: Path, name: str) -> None:
    capture = shared_captures / "public" / name
    if not capture.is_file():
        pytest.skip(f"no {name}")
    done = run("show", capture, "--frame", "1", "-x")
    assert done.exit_code == 0
    assert [told for told in MALFORMED[name] if f"! {told}" not in done.stdout] == []


def test_times_are_in_the_chosen_zone() -> None:
    done = run("show", FAILED, "--negotiation", "1", "--tz", "Europe/Berlin")
    assert "over 13 ms, from 2026-11-23 12:49:23.081+01:00" in done.stdout
    assert "\n  2026-11-23 (Europe/Berlin, +01:00)\n" in done.stdout
    assert "\n  12:49:23.081      +0 s  #4  ------>  IKE_SA_INIT request 0" in done.stdout
    assert run("show", FAILED, "--frame", "4").stdout.startswith("Frame 4, 2026-11-23 11:49:23.081 UTC: 498 bytes")


def test_a_frame_with_its_comment(tmp_path: Path) -> None:
    capture = tmp_path / "noted.pcapng"
    capture.write_bytes(section() + interface() + enhanced(ike_frame(), options=option(1, b"see \x1b[31m ticket 7")))
    done = run("show", capture, "--frame", "1")
    assert r"The file's comment: see \x1b[31m ticket 7" in done.stdout
