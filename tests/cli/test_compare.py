import json
from pathlib import Path

from tests.capture.packets import pcap
from tests.cli.running import FAILED, HEALTHY, run
from tests.conftest import FIXTURES

UP = FIXTURES / "ikev2-psk-gcm" / "capture.pcap"
MANY = FIXTURES / "ikev2-many-sas" / "capture.pcap"


def test_two_captures() -> None:
    done = run("compare", UP, FAILED)
    assert done.exit_code == 0
    assert "What differs and can matter to the outcome" in done.stdout
    assert "causes are what the row Cause by diagnosis says" in done.stdout
    assert done.stderr == ""


def test_two_negotiations_of_one_capture_as_json() -> None:
    done = run("compare", f"{MANY}#1", f"{MANY}#2", "--format", "json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["a"]["negotiation"], found["b"]["negotiation"]) == (1, 2)
    assert {row["aspect"] for row in found["differences"]} >= {"Retransmissions"}
    assert {row["a"]["state"] for row in found["cannot_be_known"]} <= {"seen", "not-seen", "cannot-be-known"}


def test_keys_serve_both() -> None:
    done = run("compare", HEALTHY, HEALTHY, "--keys", HEALTHY.with_name("capture.keys"), "--equal")
    assert done.exit_code == 0
    assert "No difference in what could be compared." in done.stdout
    assert "Identity of the initiator: " in done.stdout


def test_which_negotiation_has_to_be_said_where_there_are_several(tmp_path: Path) -> None:
    done = run("compare", MANY, FAILED)
    assert done.exit_code == 2
    assert "negotiations: say which, as in " in done.stderr
    assert f"{MANY}#1" in done.stderr.replace("\n", "")
    done = run("compare", f"{FAILED}#7", UP)
    assert done.exit_code == 2
    assert "There is no negotiation 7 in " in done.stderr
    assert run("compare", f"{FAILED}#x", UP).exit_code == 2
    (tmp_path / "empty.pcap").write_bytes(pcap([]))
    done = run("compare", tmp_path / "empty.pcap", UP)
    assert done.exit_code == 2
    assert "has no negotiation that could be compared." in " ".join(done.stderr.split())
    assert run("compare", FAILED).exit_code == 2


def test_a_file_whose_name_ends_like_a_number(tmp_path: Path) -> None:
    odd = tmp_path / "gw#2"
    odd.write_bytes(FAILED.read_bytes())
    assert run("compare", odd, FAILED).exit_code == 0
    assert run("compare", f"{odd}#1", FAILED).exit_code == 0
    assert run("compare", f"{odd}#2", FAILED).exit_code == 2


def test_what_cannot_be_read_is_3() -> None:
    assert run("compare", "gone.pcap#1", FAILED).exit_code == 3
    assert run("compare", FAILED, "gone.pcap").exit_code == 3
