"""The last resort: what is caught, counted and told, and what is let through."""

import logging

import pytest

from analyzer import net


@pytest.fixture(autouse=True)
def empty_net() -> None:
    net.faults.clear()


def fallen(error: BaseException) -> None:
    try:
        raise error
    except BaseException as caught:
        net.catch(caught, "the message is not decoded")


def test_a_fault_becomes_a_defect_with_its_place_and_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    try:
        net.catch(None, "")  # type: ignore[arg-type]
    except AttributeError as error:
        with caplog.at_level(logging.DEBUG, "analyzer"):
            defect = net.catch(error, "the message is not decoded", 7)
    assert (defect.kind, defect.frame_number, defect.effect) == ("internal", 7, "the message is not decoded")
    assert defect.found.startswith("AttributeError at ")
    assert net.faults == {defect.found: 1}
    assert "Traceback" in caplog.text


def test_equal_faults_are_counted_together() -> None:
    for _ in range(3):
        fallen(ValueError())
    fallen(KeyError())
    assert sorted(net.faults.values()) == [1, 3]


def test_a_panic_of_a_library_is_a_fault_too() -> None:
    class PanicError(BaseException):
        pass

    fallen(PanicError())
    assert net.faults.total() == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(2), MemoryError()])
def test_what_is_no_fault_of_a_message_is_raised_again(error: BaseException) -> None:
    with pytest.raises(type(error)):
        fallen(error)
    assert not net.faults
