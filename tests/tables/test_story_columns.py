from analyzer.tables.schema import SCHEMA
from analyzer.tables.story_columns import STORY

OF_HOSTS = {"responders", "defects", "floods"}


def test_every_row_of_the_story_names_its_negotiation() -> None:
    tables = [block.split(":", 1)[0].strip() for block in STORY.strip().split("\n\n")]
    assert tables[0] == "negotiations"
    for table in tables:
        assert table in OF_HOSTS or "negotiation" in SCHEMA[table].names, table


def test_the_text_is_read_whole() -> None:
    lines = [line for line in STORY.splitlines() if line.startswith("  ") and not line.startswith("   ")]
    tables = [block.split(":", 1)[0].strip() for block in STORY.strip().split("\n\n")]
    assert len(lines) == sum(len(SCHEMA[table].names) for table in tables)
