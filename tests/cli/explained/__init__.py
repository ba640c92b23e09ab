"""What `explain` knows: every word of every kind has a page; near misses and twins have theirs."""

from analyzer.cli.explained import pages_of
from analyzer.report.manual import Page


def only(*words: str) -> Page:
    """The one page of these words."""
    (page,) = pages_of(words)
    return page


def text(page: Page, heading: str) -> str:
    """What stands below a heading; "" where there is none."""
    return next((section.text for section in page.sections if section.heading == heading), "")
