"""A battery is low before the station falls silent, whichever of the usual kinds it is."""

import pytest

from tabuah.operations.stations.battery import is_battery_low


@pytest.mark.parametrize(
    ("volts", "low"),
    [
        (12.6, False),
        (11.8, False),
        (11.74, True),
        (11.0, True),
        (24.4, False),
        (23.1, True),
        (6.2, False),
        (5.8, True),
    ],
)
def test_lead_batteries_are_low_with_a_third_left(volts: float, low: bool) -> None:
    assert is_battery_low(volts) is low


@pytest.mark.parametrize(("volts", "low"), [(3.9, False), (3.5, False), (3.3, True), (0.0, True)])
def test_a_cell_of_lithium_is_held_against_its_own_voltage(volts: float, low: bool) -> None:
    assert is_battery_low(volts) is low


def test_what_is_shown_alike_is_judged_alike() -> None:
    assert is_battery_low(11.76) is is_battery_low(11.84) is False
