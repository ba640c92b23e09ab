"""Two negotiations side by side: what differs, what is equal, and what cannot be known on one side.

`case.py` gathers what one side shows, the modules beside it ask one topic each, `compared.py` puts the answers
together. Terminal (`lines.py`), JSON and page draw the same `Compared`.
"""

from analyzer.report.compare.compared import compare
from analyzer.report.compare.model import Answer, Aspect, Compared, Party

__all__ = ["Answer", "Aspect", "Compared", "Party", "compare"]
