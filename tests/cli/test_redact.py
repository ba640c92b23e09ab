import csv
from pathlib import Path

from tests.capture.packets import pcap
from tests.cli.running import run
from tests.conftest import FIXTURES

CAPTURE = FIXTURES / "ikev1-aggr-psk" / "capture.pcap"
SECRET = b"sixteen bytes at least, and more"


def test_a_copy_to_give_away_and_what_is_said_of_it(tmp_path: Path) -> None:
    copy, names, secret = tmp_path / "safe.pcapng", tmp_path / "names.csv", tmp_path / "my.secret"
    secret.write_bytes(SECRET)
    done = run("redact", CAPTURE, "-o", copy, "--secret", secret, "--mapping", names)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        f"{copy}: 9 packets of 18 written, 9 IKE messages",
        f"{copy}: left out: 9 packets without IKE, ESP or AH",
        f"{copy}: not redacted: 7 encrypted IKE bodies, as captured. Who has the keys can decrypt them",
        f"{copy}: NAT detection hashes of the new addresses: 2",
    ]
    assert names.stat().st_mode & 0o777 == 0o600
    rows = [*csv.DictReader(names.read_text().splitlines())]
    image = next(row["pseudonym"] for row in rows if row["original"] == "192.0.2.10")
    assert image in run("summary", copy).stdout
    assert {"mac", "address", "text"} <= {row["kind"] for row in rows}
    again = tmp_path / "again.pcapng"
    run("redact", CAPTURE, "-o", again, "--secret", secret)
    assert again.read_bytes() == copy.read_bytes()


def test_without_a_secret_no_two_copies_are_alike(tmp_path: Path) -> None:
    copies = [tmp_path / name for name in ("one.pcapng", "two.pcapng")]
    for copy in copies:
        assert run("redact", CAPTURE, "-o", copy, "--keep-other").exit_code == 0
    one, two = (copy.read_bytes() for copy in copies)
    assert one != two
    assert len(one) == len(two)


def test_what_is_no_use_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    copy, short, own = tmp_path / "safe.pcapng", tmp_path / "short", tmp_path / "capture.pcap"
    short.write_bytes(b"short")
    own.write_bytes(CAPTURE.read_bytes())
    assert "16 are the least" in run("redact", CAPTURE, "-o", copy, "--secret", short).stderr
    assert run("redact", CAPTURE, "-o", copy, "--secret", tmp_path / "gone").exit_code == 2
    assert run("redact", "-", "-o", copy).exit_code == 2
    assert run("redact", own, "-o", own).exit_code == 2
    assert run("redact", own, "-o", copy, "--mapping", own).exit_code == 2
    assert run("redact", own, "-o", copy, "--mapping", copy).exit_code == 2
    assert own.read_bytes() == CAPTURE.read_bytes()
    assert not copy.exists()


def test_a_capture_of_which_nothing_can_be_read_ends_with_3_whatever_is_kept(tmp_path: Path) -> None:
    own = tmp_path / "usb.pcap"
    own.write_bytes(pcap([bytes(60)], link_type=189))
    for words in ((), ("--keep-other",)):
        done = run("redact", own, "-o", tmp_path / "copy.pcapng", *words)
        assert done.exit_code == 3
        assert "no packet of it could be read: link type 189 USB_LINUX" in done.stderr
