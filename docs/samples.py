"""What pages show of a terminal and of Python, made anew by running it.

A sample is a block fenced as `console`. Each of its lines that begins with `$ ` is a command for bash (a backslash at
its end takes the next line along); below it stands what it prints to standard output, 100 columns wide. A block fenced
as `text` right behind one fenced as `python` is what that Python prints and the value of its last line.

The samples of a page run in their order in an empty folder that has `fixtures`, so that one can read what an earlier
one wrote. A command that needs a program which is not installed is left as it is, and named.
"""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from writers.markdown import WIDTH

ROOT = Path(__file__).resolve().parent.parent
CONSOLE = r"^```console\n(?P<session>\$ .*?)^```$"
PYTHON = r"^```python\n(?P<code>.*?)^```$(?:(?P<between>\n\n?```text\n)(?P<shown>.*?)^```$)?"
SAMPLE = re.compile(f"{CONSOLE}|{PYTHON}", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:[^\n]*\\\n)*[^\n]*)\n", re.MULTILINE)
JOINS = {"|", "||", "&&", ";"}


def with_samples(text: str) -> str:
    """A page with every sample replaced by what it prints now; without samples the page as it is."""
    if not has_samples(text):
        return text
    names: dict[str, object] = {}
    runs_python = shows_python(text)

    def anew(found: re.Match[str]) -> str:
        if found["session"] is not None:
            return f"```console\n{_session(found['session'])}```"
        if not runs_python:
            return found[0]
        printed = _value(found["code"], names)
        if found["between"] is None:
            return found[0]
        return f"```python\n{found['code']}```{found['between']}{printed}```"

    with TemporaryDirectory() as folder:
        (Path(folder) / "fixtures").symlink_to(ROOT / "fixtures")
        with chdir(folder):
            return SAMPLE.sub(anew, text)


def has_samples(text: str) -> bool:
    """Whether a page has a sample of a terminal, or of Python with what it prints."""
    return any(m["session"] is not None or m["between"] is not None for m in SAMPLE.finditer(text))


def shows_python(text: str) -> bool:
    """Whether a page shows what its Python prints: all of it is run then, in order."""
    return any(m["between"] is not None for m in SAMPLE.finditer(text))


def _session(text: str) -> str:
    """The commands of a block, each with what it prints."""
    found = list(COMMAND.finditer(text))
    ends = [m.start() for m in found[1:]] + [len(text)]
    return "".join(f"$ {m[1]}\n{_printed(m[1], text[m.end() : end])}" for m, end in zip(found, ends, strict=True))


def _printed(command: str, before: str) -> str:
    """Standard output of a command, each line ended; what stands there already where a program is missing."""
    absent = [program for program in _programs(command) if _path(program) is None]
    if absent:
        print(f"not run, {absent[0]} is not installed: {command}", file=sys.stderr)
        return before
    environment = {**os.environ, "COLUMNS": str(WIDTH), "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "PATH": _search()}
    words = ["bash", "-o", "pipefail", "-c", command]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode > 1:  # 1: findings, drift, or grep found nothing
        sys.exit(f"exit code {done.returncode} from: {command}\n{done.stderr}")
    return _lines(done.stdout)


def _programs(command: str) -> Iterator[str]:
    """The first word of each command of a line."""
    words = shlex.shlex(command.replace("\\\n", " "), posix=True, punctuation_chars=True)
    first = True
    for word in words:
        if first:
            yield word
        first = word in JOINS


def _search() -> str:
    """PATH, where the programs of this environment come first."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def _path(program: str) -> str | None:
    """Where a program is; what bash has itself is everywhere."""
    return program if program in {"echo", "cd", "test"} else shutil.which(program, path=_search())


def _value(code: str, names: dict[str, object]) -> str:
    """What a piece of Python prints and, if its last line is an expression, that value."""
    tree = ast.parse(code)
    last = tree.body[-1]
    width = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(WIDTH)  # pandas asks for the width of the terminal
    try:
        with redirect_stdout(StringIO()) as printed:
            if isinstance(last, ast.Expr):
                exec(compile(ast.Module(tree.body[:-1], []), "sample", "exec"), names)
                value = eval(compile(ast.Expression(last.value), "sample", "eval"), names)
                if value is not None:
                    print(value)
            else:
                exec(compile(tree, "sample", "exec"), names)
    finally:
        if width is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = width
    return _lines(printed.getvalue())


def _lines(text: str) -> str:
    """Text without blanks at the ends of its lines and without empty lines at its end; each line ended."""
    return "".join(f"{line.rstrip()}\n" for line in text.rstrip().splitlines())
