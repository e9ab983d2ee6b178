"""Low battery of a station, while it still reports."""

from typing import Final

PARAMETER: Final = "battery_v"
# Pairs (up to V, low below V): one lithium cell, then lead batteries of 6, 12 and 24 V on a solar
# panel. At rest a lead cell has 2.1 V full and 1.9 V empty: at 1.97 V a third of the charge is
# left, enough for some nights. A lithium cell has as little left at 3.5 V. Rules of thumb: make,
# load and cold shift them.
_LOW_BELOW_V: Final = ((4.5, 3.5), (8.0, 5.9), (16.0, 11.8), (32.0, 23.6))


def is_battery_low(volts: float) -> bool:
    """Return whether a battery is low, in tenths of a volt as shown; the voltage gives its type."""
    volts = round(volts, 1)
    return volts < next((low_v for up_to_v, low_v in _LOW_BELOW_V if volts <= up_to_v), 0.0)
