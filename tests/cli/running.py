"""Runs the command line in this process and looks at what came out."""

from pathlib import Path

from click.testing import CliRunner, Result

from analyzer.cli.main import main
from tests.conftest import FIXTURES

FAILED = FIXTURES / "ikev2-auth-failed-psk" / "capture.pcap"
HEALTHY = FIXTURES / "ikev1-main-psk" / "capture.pcap"
WEAK = FIXTURES / "ikev1-weak-des-md5-modp768" / "capture.pcap"


def run(*words: str | Path, stdin: bytes | None = None) -> Result:
    """The result, its stdout and stderr apart. What escapes is raised: nothing may."""
    return CliRunner(env={"COLUMNS": "100"}).invoke(
        main, [str(word) for word in words], input=stdin, catch_exceptions=False
    )
