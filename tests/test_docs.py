"""The documents tell the truth: commands run, samples are what is printed, Python runs, links lead somewhere."""

import ast
import json
import logging
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import click
import pytest

import analyzer
from analyzer.assessment.catalogue import all_ids, explain
from analyzer.assessment.diagnoses.capture_filter import KEEP_FRAGMENTS
from analyzer.cli.main import main
from analyzer.tables.schema import SCHEMA
from docs import generate
from docs.samples import shows_python, with_samples
from tests.capture.packets import ethernet, ipv4, ipv6, ipv6_fragment, isakmp, pcap, udp
from tests.cli.running import run
from tests.conftest import FIXTURES, ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("fixtures/*.md")])
NOTEBOOKS = sorted(ROOT.glob("docs/notebooks/*.ipynb"))
WRITTEN = {"tables.md", "commands.md", "states.md"}  # docs/generate.py writes and checks them
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = "isakmp-analyzer"
LISTS = {"fixtures", "reference"}  # pages that name every fixture
SAID = "".join(page.read_text("utf-8") for page in [*PAGES, *NOTEBOOKS] if page.parent.name not in LISTS)
NAMED = [case.name for case in FIXTURES.iterdir() if re.search(rf"\b{case.name}\b(?!-)", SAID)]
UNWRITTEN = re.compile(r"\b(TODO|FIXME|XXX|TBD)\b")


class Block(NamedTuple):
    """A fenced block: where it stands, the word behind its fence, its lines."""

    page: Path
    line: int
    language: str
    text: str


def blocks(page: Path, language: str) -> list[Block]:
    text = page.read_text("utf-8")
    found = (Block(page, text.count("\n", 0, m.start()) + 1, m[1], m[2]) for m in FENCE.finditer(text))
    return [block for block in found if block.language == language]


def every(language: str) -> list[object]:
    """All blocks in one language, as parameters of a test."""
    pages = [page for page in PAGES if page.name not in WRITTEN]
    found = [block for page in pages for block in blocks(page, language)]
    return [pytest.param(b, id=f"{b.page.relative_to(ROOT)}:{b.line}") for b in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that looks like a checkout from inside, in which a document's commands may write.

    Of the fixtures it holds those that documents name: commands over all of them would show no more.
    """
    for name in NAMED:
        shutil.copytree(FIXTURES / name, tmp_path / "fixtures" / "pcaps" / name)
    return tmp_path


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in generate.pages()])
def test_what_is_repeated_from_the_program_is_fresh(page: Path) -> None:
    """Tables, help texts, every sample of a terminal session, what the cells of notebooks show."""
    assert not generate.is_stale(page, generate.said(page)), "run python docs/generate.py"


def test_a_sample_is_what_its_command_prints() -> None:
    page = """
```console
$ isakmp-analyzer export fixtures/pcaps/ikev1-main-psk/capture.pcap \\
    --table negotiations --columns outcome > x.csv
stale
$ isakmp-analyzer --version | wc -l; test -s x.csv || echo empty
```
```python
total = 0
```
```python
from pathlib import Path
print(total)
Path("x.csv").read_text()
```

```text
stale
```
"""
    now = with_samples(page)
    assert "$ isakmp-analyzer --version | wc -l; test -s x.csv || echo empty\n1\n```\n" in now
    assert "--columns outcome > x.csv\n$ isakmp" in now, "what stood there is gone: it prints nothing"
    assert now.endswith('Path("x.csv").read_text()\n```\n\n```text\n0\noutcome\nestablished\n```\n')
    assert with_samples(now) == now


def test_a_sample_whose_program_is_missing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    page = "```console\n$ isakmp-analyzer fields | no-such-program '.a | .b'\nas it was\n```\n"
    assert with_samples(page) == page
    assert "no-such-program is not installed" in capsys.readouterr().err


def test_a_sample_that_fails_is_no_sample() -> None:
    with pytest.raises(SystemExit, match="exit code 2 from: isakmp-analyzer fields no-table"):
        with_samples("```console\n$ isakmp-analyzer fields no-table | cat\n```\n")


@pytest.mark.parametrize("language", ["text", "sh"])
def test_a_block_of_another_kind_is_no_sample(language: str) -> None:
    page = f"```{language}\n$ isakmp-analyzer --version\nx\n```\n"
    assert with_samples(page) == page


def test_every_command_is_in_the_readme_and_has_an_example() -> None:
    assert isinstance(main, click.Group)
    readme = (ROOT / "README.md").read_text("utf-8")
    context = click.Context(main, info_name=COMMAND, **main.context_settings)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert f"`{name}`" in readme or f"{COMMAND} {name}" in readme, f"README.md does not know {name}"
        assert f"{COMMAND} {name}" in command.get_help(click.Context(command, context)), f"{name} --help has no example"


def test_the_mapping_of_a_recipe_names_columns() -> None:
    (block,) = blocks(ROOT / "docs" / "recipes.md", "json")
    mapped = {name: kind["type"] for name, kind in json.loads(block.text)["mappings"]["properties"].items()}
    columns = {column.name: column for column in SCHEMA["negotiations"].columns}
    assert mapped.pop("@timestamp") == "date_nanos"
    assert mapped.keys() <= columns.keys()
    times = {name for name, column in columns.items() if column.dtype.startswith("datetime64")}
    assert {name for name, kind in mapped.items() if kind == "date_nanos"} == times
    assert {name for name, kind in mapped.items() if kind == "ip"} == {n for n in columns if n.endswith("r_ip")}


def ids(line: str) -> list[str]:
    """What stands in backticks and is the id of a check or a diagnosis, or the kind of a defect."""
    kinds = ("capture-", "wire-", "limit-")
    return [i for i in re.findall(r"`([a-z0-9-]+)`", line) if i in all_ids() or i.startswith(kinds)]


def test_what_a_fixture_is_said_to_show_it_shows() -> None:
    """Rows of tables that name fixtures beside ids of checks, diagnoses and defects: each fixture has each of them."""
    rows = {(line, page) for page in PAGES for line in page.read_text("utf-8").splitlines() if line.startswith("| ")}
    said = [(set(ids(line)), re.findall(r"fixtures/pcaps/([\w-]+)/", line), page) for line, page in rows]
    asked = [(wanted, name, page) for wanted, names, page in said if wanted for name in names]
    assert len(asked) > 12
    for wanted, name, page in asked:
        (capture,) = (FIXTURES / name).glob("capture.pcap*")
        keys = FIXTURES / name / "capture.keys"
        found = set()
        for one in (None, keys if keys.is_file() else None):
            a = analyzer.read_pcap(capture, keys=one)
            found |= {*a.findings["finding"], *a.diagnoses["diagnosis"], *a.defects["kind"]}
        assert wanted <= found, f"{page.name}: {name} does not show {wanted - found}"


@pytest.mark.parametrize("block", every("sh"))
def test_shell_commands_run(block: Block, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that call the analyzer; how it is installed is tested by .ci/run, which uses the same words."""
    monkeypatch.chdir(folder)
    for line in block.text.replace("\\\n", " ").splitlines():
        call = line.removeprefix(".venv/bin/")
        if call.startswith(COMMAND) and " | " not in call:
            done = run(*shlex.split(call, comments=True)[1:])
            assert done.exit_code in {0, 1}, f"{block.page.name}:{block.line}: {line}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_python_runs(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All Python of a page in one go: later blocks use the names of earlier ones."""
    if shows_python(page.read_text("utf-8")):
        return  # docs/generate.py runs it, with the commands beside it, and compares what it prints
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    try:
        for block in blocks(page, "python"):
            code = "\n" * block.line + block.text
            exec(compile(code, str(page), "exec"), names)
    finally:
        logging.getLogger("analyzer").setLevel(logging.NOTSET)  # a page may set it for itself


def test_the_readme_s_frame_of_findings_is_shown_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (block,) = blocks(ROOT / "README.md", "python")
    (line,) = [line for line in block.text.splitlines() if line.startswith("analysis.findings")]
    names: dict[str, object] = {}
    exec(block.text, names)
    counts = eval(line, names)
    assert len(counts) > 2
    shown = [b.text for b in blocks(ROOT / "README.md", "text")]
    assert "\n".join(row.rstrip() for row in str(counts).splitlines()) + "\n" in shown


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.name)
def test_notebook_is_as_a_fresh_kernel_leaves_it(notebook: Path) -> None:
    """Cells run from the first to the last; that their outputs are these, docs/generate.py --check sees above."""
    cells = [c for c in json.loads(notebook.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        code, outputs = "".join(cell["source"]), cell["outputs"]
        assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
        pictures = [o for o in outputs if "image/png" in o.get("data", {})]
        assert len(pictures) == code.rpartition("\n")[2].startswith("plots.")
        texts = json.dumps([{k: v for k, v in o.get("data", o).items() if k != "image/png"} for o in outputs])
        assert not re.search(rf" at 0x[0-9a-f]+>|{re.escape(str(ROOT))}|{re.escape(str(Path.home()))}/", texts)


def test_of_a_notebook_s_pictures_the_size_is_compared() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    from kernels import without_pictures

    (text,) = [p.read_text("utf-8") for p in NOTEBOOKS if p.stem == "exposure-timeline"]
    assert "image/png" in text
    first, size = re.findall(r'"image/png": "(\S{40})', text)[0], re.findall(r"\d+ x \d+", without_pictures(text))[0]
    other = text.replace(first, first[:24] + "AAAB" + first[28:], 1)  # another width
    assert without_pictures(other) != without_pictures(text)
    assert size.startswith("900 x ")
    place = text.index(first) + 400
    other = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    assert without_pictures(other) == without_pictures(text)
    assert without_pictures(text.replace("192.0.2.20", "192.0.2.21")) != without_pictures(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [t.partition("#")[0] for t in LINK.findall(FENCE.sub("", page.read_text("utf-8")))]
    local = [t for t in targets if t and "://" not in t and not t.startswith("mailto:")]
    assert not [t for t in local if not (page.parent / t).exists()]


def test_installing_is_said_alike_everywhere() -> None:
    """README.md, CONTRIBUTING.md and .ci/run install and test with the same words; .ci/run pins what it installs."""
    install = "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pytest"
    for name in ("README.md", "CONTRIBUTING.md"):
        joined = re.sub(r"\s*\\\n\s*", " ", (ROOT / name).read_text("utf-8"))
        assert install in joined, name
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    for words in install.split(" && "):
        assert words.replace("install", "install -q") in script or words in script, words


def test_the_ci_runs_the_whole_suite_in_another_order() -> None:
    """No path behind it. What it covers has a floor that is asked by a command of its own."""
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert 'check .venv/bin/pytest -p randomly --randomly-seed="$order"\n' in script
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["coverage"]
    assert settings["report"]["fail_under"] >= 97
    assert settings["run"]["branch"]


# -- capture filters

FILTERED = re.compile(r"(?:tcpdump|dumpcap) ((?:-(?!f )\w \S+ )*)(?:-f )?('[^']+'|[a-z][^|`'\"\n]*)")
CODE = re.compile(r"^```\w*\n.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def capture_filters() -> list[str]:
    """Filters of all tcpdump and dumpcap commands in documents, help and explanations; and what advice adds to one."""
    assert isinstance(main, click.Group)
    context = click.Context(main, info_name=COMMAND, **main.context_settings)
    commands = [main.get_command(context, name) for name in main.list_commands(context)]
    texts = [page.read_text("utf-8") for page in PAGES if page.name != "fixtures.md"]  # stories of how each was made

    texts = [code for page in PAGES for code in CODE.findall(page.read_text("utf-8"))]
    texts += [command.get_help(click.Context(command, context)) for command in commands if command is not None]
    texts += [f"{page.advice}\n{page.wire}\n{page.lookalikes}" for page in map(explain, all_ids()) if page is not None]
    found = {m[2].strip("' ") for text in texts for m in FILTERED.finditer(text)}
    return sorted({*found, f"udp port 500 {KEEP_FRAGMENTS}"})


def test_the_filters_of_the_documents_are_found() -> None:
    found = capture_filters()
    assert "host 192.0.2.20" in found
    assert any("esp or ah" in one for one in found)
    assert "udp" in found
    assert [
        m[2].strip() for m in FILTERED.finditer("tcpdump -r x.pcap -w - udp port 500 | isakmp-analyzer summary -")
    ] == ["udp port 500"]


@pytest.mark.parametrize("said", capture_filters())
def test_no_filter_of_a_document_drops_later_ip_fragments(said: str, tmp_path: Path) -> None:
    """They hold no ports: a filter by port has to ask for them, in IPv4 and IPv6."""
    if "port" in said.split():
        assert "(ip[6:2] & 0x1fff != 0)" in said
        assert "(ip6[6] == 44)" in said
    tcpdump = shutil.which("tcpdump")
    if tcpdump is None:
        pytest.skip("tcpdump is not installed")
    message = udp(500, 500, isakmp(bytes(2000), exchange=35, next_payload=46))
    hosts = {"source": "192.0.2.10", "destination": "192.0.2.20"}
    frames = [
        ethernet(ipv4(17, message[:1480], fragment=0x2000, identification=1, **hosts)),
        ethernet(ipv4(17, message[1480:], fragment=185, identification=1, **hosts)),
    ]
    if "host" not in said.split():
        frames += [
            ethernet(ipv6(44, ipv6_fragment(17, message[:1440], 0, more=True))),
            ethernet(ipv6(44, ipv6_fragment(17, message[1440:], 1440, more=False))),
        ]
    capture = tmp_path / "x.pcap"
    capture.write_bytes(pcap(frames))
    command = [tcpdump, "-n", "-r", str(capture), "-w", "-", said]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.count(b"\x08\x00\x45") + done.stdout.count(b"\x86\xdd\x60") == len(frames)


@pytest.mark.parametrize("path", sorted((ROOT / "analyzer").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_docstring_is_left_to_be_written(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    kinds = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef
    for node in ast.walk(tree):
        text = ast.get_docstring(node) if isinstance(node, kinds) else None
        assert text is None or not UNWRITTEN.search(text), f"{path}:{getattr(node, 'lineno', 1)}: {text}"
