"""Takes the pictures of docs/images: real pages in a headless Chromium, and what `summary` prints.

    python docs/pictures.py            all of them
    python docs/pictures.py NAME ...   these only

Look at every picture before you commit it. Sizes are fixed, colours are few and light: the same page gives the same
picture where the same fonts are installed (DejaVu).
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 150_000
WIDTH = 1200
_COLOURS = 64
_MARGIN = 16  # pixels above a part of a page
EDGE = "document.querySelector('%s').getBoundingClientRect().%s + scrollY"


@dataclass(frozen=True)
class Picture:
    """A picture of a page: what it is of, and which part.

    captures: names of fixtures; of several the page has the negotiations of all. of: the element whose top is the
    picture's top. until: the one whose bottom is its bottom; where there is none it is `height` pixels high. at: the
    fragment of the address.
    """

    name: str
    captures: tuple[str, ...]
    of: str
    until: str = ""
    height: int = 960
    at: str = ""


PAGES = (
    Picture("report.png", ("ikev2-auth-failed-psk",), "body", until=".ladder.wide, .ladder"),
    Picture("explorer.png", ("ikev1-weak-des-md5-modp768",), "#packets", at="frame-5@98+4"),
    Picture("timeline.png", ("ikev2-path-cut",), "#timeline", until="#timeline"),
    Picture(
        "compare.png",
        ("ikev2-raw-esp", "ikev2-udp-4500-blocked"),
        "#compare",
        until="#compare tbody",
        at="compare-1-2",
    ),
)
TERMINAL = "summary.svg"
SUMMARY = ("summary", "fixtures/pcaps/ikev1-main-wrong-psk/capture.pcap")
NAMES = (*(page.name for page in PAGES), TERMINAL)

_LIGHT = TerminalTheme(
    (255, 255, 255),
    (30, 30, 30),
    [(30, 30, 30), (176, 0, 32), (0, 110, 40), (140, 90, 0), (0, 70, 160), (120, 0, 130), (0, 105, 120), (90, 90, 90)],
    [(90, 90, 90), (176, 0, 32), (0, 110, 40), (140, 90, 0), (0, 70, 160), (120, 0, 130), (0, 105, 120), (30, 30, 30)],
)
# rich's own frame asks for a font from elsewhere and draws buttons of a window
_FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px; }}
{styles}
</style>
<defs>{lines}</defs>
<rect width="{width}" height="{height}" rx="6" fill="#ffffff" stroke="#c8c8c8"/>
<g transform="translate({terminal_x}, {terminal_y})">{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def taken(wanted: list[str]) -> None:
    """Write the pictures of these names."""
    sys.path.insert(0, str(ROOT))  # the driver of the browser is one of the tests'
    from tests.browsers.chromium import opened  # noqa: PLC0415

    if TERMINAL in wanted:
        (IMAGES / TERMINAL).write_text(terminal(), "utf-8")
    with TemporaryDirectory() as folder, opened(Path(folder) / "profile", "--hide-scrollbars") as tab:
        tab.media(scheme="light")
        for picture in [page for page in PAGES if page.name in wanted]:
            page = report(picture, Path(folder) / picture.name)
            tab.window(WIDTH, picture.height)
            tab.visit(f"{page.as_uri()}#{picture.at}" if picture.at else page.as_uri())
            if picture.until:
                tab.becomes(f"document.querySelector('{picture.until}') !== null", True)
                bottom, top = tab.at_rest(EDGE % (picture.until, "bottom")), tab.value(EDGE % (picture.of, "top"))
                tab.window(WIDTH, round(bottom - top) + _MARGIN)
            tab.value(f"scrollTo({{top: {EDGE % (picture.of, 'top')} - {_MARGIN}, behavior: 'instant'}})")
            tab.at_rest("scrollY")
            (IMAGES / picture.name).write_bytes(small(tab.picture()))


def report(picture: Picture, folder: Path) -> Path:
    """The page that a picture is of."""
    captures = [f"fixtures/pcaps/{name}/capture.pcap" for name in picture.captures]
    if len(captures) > 1:
        import analyzer  # noqa: PLC0415

        folder.mkdir()
        analyzer.read_pcap(captures).to_html(folder / "report.html")
    else:
        command = [sys.executable, "-m", "analyzer", "report", *captures, "-o", str(folder)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder / "report.html"


def terminal() -> str:
    """What `summary` prints, in colour, as a drawing."""
    command = [sys.executable, "-m", "analyzer", *SUMMARY]
    environment = {**os.environ, "COLUMNS": "100", "FORCE_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    console = Console(record=True, width=100, file=StringIO())
    console.print(Text.from_ansi(f"$ isakmp-analyzer {' '.join(SUMMARY)}\n{done.stdout}"))
    return console.export_svg(theme=_LIGHT, code_format=_FRAME, unique_id="summary", font_aspect_ratio=0.6)


def small(png: bytes) -> bytes:
    """A picture with few colours."""
    out = BytesIO()
    few = Image.open(BytesIO(png)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    os.chdir(ROOT)
    taken(sys.argv[1:] or list(NAMES))
    for name in NAMES:
        size = (IMAGES / name).stat().st_size
        print(f"{name}: {size:,} bytes{', too large' if size > MOST_BYTES else ''}")
