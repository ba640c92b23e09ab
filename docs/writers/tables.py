"""tables.md: every table and column."""

from collections.abc import Iterator
from typing import Any

from analyzer.tables.kinds import Column, Need
from analyzer.tables.schema import SCHEMA, SCHEMA_VERSION

from .markdown import WRITTEN, cell

# Columns whose words have a page that explains each
EXPLAINED = {
    "findings.finding": "[checks](reference/checks.md)",
    "findings.policy": "[policies](reference/policies.md)",
    "diagnoses.diagnosis": "[diagnoses](reference/diagnoses.md)",
    "negotiations.diagnosis": "[diagnoses](reference/diagnoses.md)",
    "notifications.notify": "[notifies](reference/notifies.md)",
    "exchanges.state": "[state tables](states.md)",
    "defects.kind": "[defects](reference/defects.md)",
}


def page() -> Iterator[str]:
    """tables.md: every table and column of the schema."""
    yield WRITTEN
    yield f"""# Tables (schema version {SCHEMA_VERSION})

Each table is `analysis.NAME` in Python (a `pandas.DataFrame`) and `isakmp-analyzer export CAPTURE --table NAME` on the
command line. A report has it as `tables/NAME.csv`, if it has rows and [is not left out for its length](report.md).

SPIs are lower-case hexadecimal text: 16 digits for IKE, 8 for ESP and AH. Times are UTC with nanoseconds. An id is the
number on the wire in the registry of that IKE version; the column after it holds its name. A missing value is missing
(`None`, `<NA>`, an empty CSV cell), never 0 or an empty text: it was not seen, or it cannot be known from this capture.
Frame numbers are Wireshark's, of the file that `capture` names; where several captures were read as one, a row's other
frames may be of other files, which columns such as `last_capture` and `evidence_captures` name. Columns are only ever
added behind the last one. Some are in a table only where they are named (`export --columns`, a filter, `wanted` in
Python): all packets are read one by one for them.

`negotiation`, `flow` and `flood` count through all captures that are given together, to `export` or Python; in a report
of several captures they begin with 1 in each. Behind the last column of each table the
[dataset of such a report](report.md#all-captures-as-one-dataset) has one more, `report`: with `negotiation` it says
which IKE SA a row belongs to.
"""
    yield " · ".join(f"[`{name}`](#{name})" for name in SCHEMA) + "\n"
    for name, schema in SCHEMA.items():
        yield f"## {name}\n\n{schema.doc}\n\n| Column | Type | Meaning |\n|---|---|---|"
        yield "\n".join(f"| `{c.name}` | {dtype(c)} | {meaning(name, c)} |" for c in schema.columns) + "\n"


def meaning(table: str, column: Column[Any]) -> str:
    """What a column says, and where its words are explained."""
    where = EXPLAINED.get(f"{table}.{column.name}")
    named = " Filled only where it is named." if column.needs & Need.EVIDENCE else ""
    return cell(column.doc) + named + (f" All of them: {where}." if where else "")


def dtype(column: Column[Any]) -> str:
    """The pandas dtype; of a list, that of its items too."""
    return f"list of {column.items}" if column.items else column.dtype
