import pytest

from analyzer.isakmp.payloads.opaque import Opaque
from tests.isakmp.wire import SUITE_1, body_of, kinds, transform1


@pytest.mark.parametrize("number", [2, 3])
def test_what_belongs_into_an_sa_payload_stays_bytes_outside_of_it(number: int) -> None:
    data = transform1(1, attributes=SUITE_1)[4:]
    body, defects = body_of(number, data, version=1)
    assert body == Opaque(data)
    assert kinds(defects) == ["wire-misplaced-payload"]
