"""Data that a page carries for its scripts: JSON, deflated, in base64.

`page.unpack` in templates/scripts/base.js reads it. Nothing of it needs escaping, whatever a capture
says: base64 has no sign that HTML knows.
"""

import base64
import json
import zlib
from typing import Any

from markupsafe import Markup

_RAW = -15  # a stream without header and sum: "deflate-raw" of browsers


def packed(value: Any) -> Markup:
    """What json can say, as text that stands in `<script type="application/octet-stream">`."""
    # A lone surrogate becomes its JSON escape, which is six signs.
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    deflate = zlib.compressobj(6, zlib.DEFLATED, _RAW)
    text = base64.b64encode(deflate.compress(data) + deflate.flush()).decode("ascii")
    return Markup(text)  # noqa: S704  (letters, digits, +, / and =; as any other text it would be cut short)
