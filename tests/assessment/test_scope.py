import pytest

from analyzer.assessment.scope import is_global, is_local


@pytest.mark.parametrize(
    "ip",
    ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.9.9", "100.127.0.1", "127.0.0.1", "169.254.0.1", "fd12::1"],
)
def test_inside(ip: str) -> None:
    assert (is_local(ip), is_global(ip)) == (True, False)


@pytest.mark.parametrize("ip", ["172.32.0.1", "100.128.0.1", "8.8.8.8", "203.0.113.5", "2001:db8::1", "2606:4700::1"])
def test_everywhere(ip: str) -> None:
    assert (is_local(ip), is_global(ip)) == (False, True)


@pytest.mark.parametrize("ip", ["0.0.0.0", "::", "239.0.0.1", "ff02::1", "", "gateway"])
def test_no_host(ip: str) -> None:
    assert (is_local(ip), is_global(ip)) == (False, False)
