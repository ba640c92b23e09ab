"""The pictures of the documents: each is made by the script, used on a page, and small."""

from pathlib import Path

from PIL import Image, ImageDraw

from docs.pictures import IMAGES, MOST_BYTES, NAMES, PAGES, SUMMARY, small, terminal
from tests.conftest import FIXTURES, ROOT

MOST_OF_ALL = 600_000


def test_the_script_knows_every_picture_and_every_picture_is_used() -> None:
    there = {path.name for path in IMAGES.iterdir()}
    assert there == set(NAMES), "python docs/pictures.py"
    pages = "".join(page.read_text("utf-8") for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    assert not [name for name in there if f"images/{name})" not in pages]


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in IMAGES.iterdir()}
    assert not [name for name, size in sizes.items() if size > MOST_BYTES]
    assert sum(sizes.values()) <= MOST_OF_ALL


def test_pictures_are_of_fixtures() -> None:
    names = {name for page in PAGES for name in page.captures} | {Path(SUMMARY[1]).parent.name}
    assert not [name for name in names if not (FIXTURES / name / "capture.pcap").is_file()]


def test_the_terminal_s_picture_is_fresh_and_asks_for_nothing() -> None:
    drawn = terminal()
    assert (IMAGES / "summary.svg").read_text("utf-8") == drawn, "python docs/pictures.py summary.svg"
    assert "url(http" not in drawn
    assert "@import" not in drawn
    assert "The&#160;pre-shared&#160;keys&#160;differ" in drawn


def test_a_picture_with_many_colours_becomes_one_with_few(tmp_path: Path) -> None:
    many = Image.new("RGB", (256, 8))
    draw = ImageDraw.Draw(many)
    for x in range(256):
        draw.line([(x, 0), (x, 8)], fill=(x, 255 - x, 128))
    many.save(tmp_path / "x.png")
    (tmp_path / "y.png").write_bytes(small((tmp_path / "x.png").read_bytes()))
    with Image.open(tmp_path / "y.png") as few:
        assert few.size == (256, 8)
        assert len(few.convert("RGB").getcolors() or []) <= 64
