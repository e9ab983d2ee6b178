"""Forecast methods, from the one with most inputs to plain persistence."""

from enum import StrEnum


class Method(StrEnum):
    """Inputs of a forecast; all methods but `persistence` use the gauge's own motion."""

    RAIN_AND_ABOVE = "rain_and_above"
    ABOVE = "above"
    RAIN = "rain"
    OWN = "own"
    PERSISTENCE = "persistence"

    @property
    def uses_gauges_above(self) -> bool:
        """Return whether it uses the gauges above."""
        return self in (Method.RAIN_AND_ABOVE, Method.ABOVE)

    @property
    def uses_rain(self) -> bool:
        """Return whether it uses rain."""
        return self in (Method.RAIN_AND_ABOVE, Method.RAIN)
