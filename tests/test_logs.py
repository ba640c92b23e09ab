import logging
import subprocess
import sys

import pytest

from analyzer.logs import DEBUG, INFO, listener
from tests.conftest import FIXTURES, ROOT


def test_the_levels_are_those_of_logging() -> None:
    assert (DEBUG, INFO) == (logging.DEBUG, logging.INFO)


def test_who_listens_at_which_level(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "analyzer"):
        assert (listener(), listener(INFO)) == (None, None)
    with caplog.at_level(logging.INFO, "analyzer"):
        logger = listener(INFO)
        assert (listener(), logger) == (None, logging.getLogger("analyzer"))
    with caplog.at_level(logging.DEBUG, "analyzer"):
        assert listener() is logging.getLogger("analyzer")
    handlers = logging.getLogger("analyzer").handlers
    assert len([handler for handler in handlers if isinstance(handler, logging.NullHandler)]) == 1


def test_who_does_not_ask_does_not_load_logging() -> None:
    capture = FIXTURES / "ikev2-auth-failed-psk" / "capture.pcap"
    code = (
        "import sys; from analyzer.analysis import Analysis; "
        f"Analysis().add({str(capture)!r}); print('logging' in sys.modules, 'analyzer.reading.traced' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith(" False\n"), done.stdout
    assert done.stderr == ""
