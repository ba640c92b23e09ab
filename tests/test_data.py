"""Tables beside their modules."""

from pathlib import Path

import pytest

from analyzer import data


def test_rows_are_dictionaries_in_the_order_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('x,y\n1,"2,\n3"\n4,\n', encoding="utf-8")
    assert data.rows(str(tmp_path / "module.py"), "a.csv") == [{"x": "1", "y": "2,\n3"}, {"x": "4", "y": ""}]


@pytest.mark.parametrize("text", ["x,y\n1\n", "x,y\n1,2,3\n"])
def test_a_row_of_another_width_is_our_mistake(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="argument"):
        data.rows(str(tmp_path / "module.py"), "a.csv")
