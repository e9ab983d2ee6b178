"""Low battery detection for the usual battery types."""

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
def test_lead_battery_is_low_at_a_third(volts: float, low: bool) -> None:
    assert is_battery_low(volts) is low


@pytest.mark.parametrize(("volts", "low"), [(3.9, False), (3.5, False), (3.3, True), (0.0, True)])
def test_lithium_cell_has_its_own_limit(volts: float, low: bool) -> None:
    assert is_battery_low(volts) is low


def test_battery_is_compared_in_shown_tenths() -> None:
    assert is_battery_low(11.76) is is_battery_low(11.84) is False
