"""Compiled templates are kept, and taken only while they are what would be made now."""

import importlib.util
import sys
from pathlib import Path

import jinja2
import pytest

from analyzer.report import compiled
from analyzer.report.compiled import Compiled


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "kept"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return Path(importlib.util.cache_from_source(compiled.__file__)).parent


def rendered(source: str, *makers: str, made: list[str] | None = None) -> str:
    """One template through a new environment. made: gets what was compiled."""

    class Environment(jinja2.Environment):
        def compile(self, *words: object, **how: object) -> object:  # type: ignore[override]
            if made is not None:
                made.append(str(words[0]))
            return super().compile(*words, **how)  # type: ignore[call-overload]

    loader = jinja2.FunctionLoader(lambda _: source)
    return Environment(loader=loader, bytecode_cache=Compiled(*makers)).get_template("partials/a.j2").render(x=1)


def test_what_was_compiled_once_is_taken(folder: Path) -> None:
    made: list[str] = []
    assert rendered("{{ x }}", made=made) == rendered("{{ x }}", made=made) == "1"
    assert made == ["{{ x }}"]
    assert [file.name for file in folder.iterdir()] == [f"partials-a.j2.{sys.implementation.cache_tag}"]
    assert rendered("{{ x + 1 }}", made=made) == "2"  # the template has changed
    assert len(made) == 2


def test_what_another_maker_made_is_made_again(folder: Path, tmp_path: Path) -> None:
    maker, made = tmp_path / "maker.py", list[str]()
    for text in ("a", "ab", "ab"):
        if not maker.exists() or maker.read_text() != text:
            maker.write_text(text)
        rendered("{{ x }}", str(maker), made=made)
    assert len(made) == 2


def test_damage_is_made_anew(folder: Path) -> None:
    rendered("{{ x }}")
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    for damaged in (b"", whole[:200], whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1])):
        file.write_bytes(damaged)
        assert rendered("{{ x }}") == "1"
        assert file.read_bytes() == whole


def test_nothing_is_kept_where_nothing_can_be_or_shall_be(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder would be")
    assert rendered("{{ x }}") == "1"
    folder.unlink()
    folder.mkdir()
    (folder / f"partials-a.j2.{sys.implementation.cache_tag}").mkdir()  # which no file takes the place of
    assert rendered("{{ x }}") == "1"
    assert len(list(folder.iterdir())) == 1
    (folder / f"partials-a.j2.{sys.implementation.cache_tag}").rmdir()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert rendered("{{ x }}") == "1"
    assert not list(folder.iterdir())
