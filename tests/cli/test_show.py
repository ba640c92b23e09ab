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
    assert "exchange_type: 34 = IKE_SA_INIT" in done.stdout
    assert "negotiation 1" in done.stdout
    assert "\n    60      1    exchange_type: 34 = IKE_SA_INIT" in done.stdout
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
