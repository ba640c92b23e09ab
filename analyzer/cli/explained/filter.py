"""The filter language, which is one page."""

from typing import Final

from analyzer.cli.explained.kind import Kind
from analyzer.report.language import filter_lines

KIND: Final = Kind(11, "filter", "where", "the language of --where", "filter", dict, lambda _: [], filter_lines)
