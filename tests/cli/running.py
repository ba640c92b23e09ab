"""Runs the command line in this process and looks at what came out."""

from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner, Result

from analyzer.cli.main import main
from tests.conftest import FIXTURES

FAILED = FIXTURES / "ikev2-auth-failed-psk" / "capture.pcap"
HEALTHY = FIXTURES / "ikev1-main-psk" / "capture.pcap"
WEAK = FIXTURES / "ikev1-weak-des-md5-modp768" / "capture.pcap"


def run(*words: str | Path, stdin: bytes | None = None) -> Result:
    """The result, its stdout and stderr apart. What escapes is raised: nothing may.

    Without --jobs it is the work of this process, as on a machine of one core: others cost more to start than most
    tests have to do.
    """
    with patch("analyzer.batch.reading.cores", return_value=1):
        return CliRunner(env={"COLUMNS": "100"}).invoke(
            main, [str(word) for word in words], input=stdin, catch_exceptions=False
        )
