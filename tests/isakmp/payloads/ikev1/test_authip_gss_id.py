import pytest

from analyzer.dissect import dissect
from analyzer.isakmp import decode
from analyzer.isakmp.payloads.ikev1.authip_gss_id import GssApiName
from tests.isakmp.wire import find, message


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_names(encoding: str) -> None:
    data = message((134, "host/a.test".encode(encoding)), version=0x10, exchange=243, flags=0)
    body = decode(data).first(134)
    assert isinstance(body, GssApiName)
    assert body.text == "host/a.test"
    assert find(dissect(data), "endpoint_name").meaning == "host/a.test"
