"""cases.json: what the filter language means, for every reader of it."""

import json
from pathlib import Path
from typing import Any, Final

from analyzer.report.json import read_json
from analyzer.tables.schema import SCHEMA_VERSION
from analyzer.tables.store import Tables

PATH: Final = Path(__file__).with_name("cases.json")
CORPUS: Final[dict[str, Any]] = json.loads(PATH.read_text("utf-8"))
CASES: Final = [(case.get("table", "negotiations"), case["where"], case["rows"]) for case in CORPUS["cases"]]
ERRORS: Final = [(e.get("table", "negotiations"), e["where"], e["at"], e["says"]) for e in CORPUS["errors"]]


def corpus_tables(folder: Path) -> Tables:
    """The rows that the cases are asked of, as the tables of a saved report. folder: where that may be written."""
    path = folder / "report.json"
    path.write_text(json.dumps({"schema_version": SCHEMA_VERSION, "tables": CORPUS["tables"]}))
    return read_json(path)
