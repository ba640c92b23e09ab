"""What the writers of pages share: Markdown's small forms."""

WIDTH = 100
WRITTEN = "<!-- Written by docs/generate.py: change the code, then run it. -->\n"


def cell(text: str) -> str:
    """Text that may hold the sign which ends a cell."""
    return text.replace("|", "\\|")
