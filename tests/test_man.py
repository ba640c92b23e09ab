"""The manual pages: each command and option is in its page, man reads them without a warning, and none has a date."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from analyzer.cli.main import COMMANDS, main
from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "man"
PAGES = sorted(FOLDER.glob("*.1"))


def test_the_program_and_each_command_have_a_page() -> None:
    names = {"isakmp-analyzer", *(f"isakmp-analyzer-{name}" for name in COMMANDS)}
    assert {page.stem for page in PAGES} == names


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_in_the_page_of_its_command(name: str) -> None:
    assert isinstance(main, click.Group)
    command = main.get_command(click.Context(main), name)
    assert command is not None
    page = (FOLDER / f"isakmp-analyzer-{name}.1").read_text("utf-8").replace("\\-", "-")
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert [one.opts[0] for one in options if one.opts[0] not in page] == []
    assert "\n.SH EXIT STATUS\n" in page
    assert "\n.nf\nExamples:\n" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_text_without_a_date_that_man_reads_without_a_warning(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.fullmatch(r"[\x20-\x7e\n]+", text)
    assert re.match(r'\.TH "[A-Z -]+" "1" "" "isakmp-analyzer [0-9.]+" ', text), "the same on any day"
    if shutil.which("man") is None or shutil.which("groff") is None:
        pytest.skip("man is not installed")
    done = subprocess.run(
        ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
