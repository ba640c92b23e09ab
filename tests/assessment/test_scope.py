import pytest

from analyzer.assessment.scope import Scope, is_global, is_local, scope_of
from analyzer.errors import NetworkError


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


def test_without_networks_private_addresses_lie_inside() -> None:
    scope = Scope()
    assert (scope.is_inside("10.0.0.1"), scope.is_outside("10.0.0.1")) == (True, False)
    assert (scope.is_inside("203.0.113.5"), scope.is_outside("203.0.113.5")) == (False, True)


def test_networks_are_all_that_lies_inside() -> None:
    scope = scope_of(["203.0.113.0/24", " 2001:db8::/32", "198.51.100.7"])
    for ip in ("203.0.113.5", "2001:db8::9", "198.51.100.7"):
        assert (scope.is_inside(ip), scope.is_outside(ip)) == (True, False)
    for ip in ("10.0.0.1", "198.51.100.8", "2001:db9::1"):
        assert (scope.is_inside(ip), scope.is_outside(ip)) == (False, True)
    for ip in ("239.0.0.1", "0.0.0.0", "gateway"):
        assert (scope.is_inside(ip), scope.is_outside(ip)) == (False, False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("203.0.113.5/24", "'203.0.113.5/24' is no network: is 203.0.113.0/24 meant?"),
        ("10.0.0.0/33", "'10.0.0.0/33' is no network. Write it like 192.0.2.0/24 or 2001:db8::/32"),
        ("office", "'office' is no network. Write it like 192.0.2.0/24 or 2001:db8::/32"),
        ("", "'' is no network. Write it like 192.0.2.0/24 or 2001:db8::/32"),
    ],
)
def test_what_is_no_network(text: str, says: str) -> None:
    with pytest.raises(NetworkError) as error:
        scope_of(["10.0.0.0/8", text])
    assert str(error.value) == says
