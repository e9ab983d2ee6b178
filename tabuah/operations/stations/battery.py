"""When a station's battery is low: while it still speaks, so that somebody can go there before it falls silent."""

from typing import Final

PARAMETER: Final = "battery_v"
# By (up to so many volts, low below so many): one lithium cell; then lead batteries of 6, 12 and 24 V behind a solar
# panel. At rest a lead cell has 2.1 V full and 1.9 V empty, so at 1.97 V a third of its charge is left, which lasts
# some nights; one of lithium has as little left at 3.5 V. Rules of thumb: makes, loads and cold shift them.
_LOW_BELOW_V: Final = ((4.5, 3.5), (8.0, 5.9), (16.0, 11.8), (32.0, 23.6))


def is_battery_low(volts: float) -> bool:
    """Whether a battery has little left, in tenths of a volt as it is shown; its voltage tells which kind it is."""
    volts = round(volts, 1)
    return volts < next((low_v for up_to_v, low_v in _LOW_BELOW_V if volts <= up_to_v), 0.0)
