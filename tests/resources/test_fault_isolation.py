"""A faulty item is logged once, counted and left out; other errors pass."""

import logging

import pytest

from tabuah.resources.fault_isolation import fault_counts, handle_each, isolated, take_faults


def half(number: int) -> float:
    return 10 / number


@pytest.fixture(autouse=True)
def fresh_counts():
    take_faults()
    yield
    take_faults()


def test_faulty_item_is_left_out_and_counted(caplog: pytest.LogCaptureFixture):
    for _round in range(2):
        assert handle_each("number", [1, 0, 5], half, name=str) == [10, 2]
    assert fault_counts() == {"number": 2}
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_faulty_item_is_replaced():
    assert handle_each("number", [1, 0], half, name=str, instead=lambda _n: -1.0) == [10, -1]


def test_error_of_disk_is_not_isolated():
    with pytest.raises(OSError, match="disk"), isolated("file", "a"):
        raise OSError("disk")
    assert fault_counts() == {}
