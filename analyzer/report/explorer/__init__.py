"""The explorer of a page: a list of its packets, the fields of one and its bytes, as Wireshark shows them.

The page carries what it needs, packed (`data.py`); templates/scripts/explorer.js draws it. `frames_inside` says before
anything is read again which frames there will be, so that links are made to those alone.
"""

from analyzer.report.explorer.choice import MOST_BYTES, NOTHING, Inside, frames_inside
from analyzer.report.explorer.data import Explorer, explorer

__all__ = ["MOST_BYTES", "NOTHING", "Explorer", "Inside", "explorer", "frames_inside"]
