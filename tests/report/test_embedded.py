import base64
import json
import zlib

from analyzer.report.embedded import packed


def test_what_is_packed_can_be_read_again() -> None:
    value = {"a": ["</script>", None, 1, "\u00fc", "\ud800"]}
    text = packed(value)
    assert not set(text) & set("<>&\"'")
    assert json.loads(zlib.decompress(base64.b64decode(text), -15)) == value
