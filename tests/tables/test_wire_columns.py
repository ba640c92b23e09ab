from analyzer.tables.schema import SCHEMA
from analyzer.tables.wire_columns import WIRE

FILES = {"captures", "flows"}


def test_every_row_of_what_was_on_the_wire_says_where_it_was() -> None:
    tables = [block.split(":", 1)[0].strip() for block in WIRE.strip().split("\n\n")]
    assert tables[:3] == ["captures", "flows", "messages"]
    for table in tables:
        assert "capture" in SCHEMA[table].names, table
        assert table in FILES or "frame_number" in SCHEMA[table].names, table
