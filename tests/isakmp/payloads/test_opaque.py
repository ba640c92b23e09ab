from analyzer.isakmp.payloads.opaque import Opaque
from tests.isakmp.wire import body_of, kinds


def test_bytes_are_kept() -> None:
    assert body_of(49, b"anything") == (Opaque(b"anything"), [])
    assert body_of(49, b"") == (Opaque(b""), [])


def test_the_other_versions_numbers_are_kept_and_said() -> None:
    body, defects = body_of(39, b"sig", version=1)
    assert body == Opaque(b"sig")
    assert kinds(defects) == ["wire-foreign-payload"]
