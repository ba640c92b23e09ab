"""What fields are called for people: the words of the RFCs and of Wireshark. Code has names of its own for them.

field_names.csv has a row for each name that a tree can have, but for bits: the registries name those.
"""

from functools import cache

from analyzer.data import rows


def label(name: str) -> str:
    """The label of a field or group of fields; a bit's name is its label."""
    return _labels().get(name, name)


@cache
def _labels() -> dict[str, str]:
    return {row["field"]: row["label"] for row in rows(__file__, "field_names.csv")}
