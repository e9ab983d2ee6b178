"""Ways to forecast, from the one that knows most to the one that only knows where the river stands."""

from enum import StrEnum


class Method(StrEnum):
    """What a forecast reckons with; all but `persistence` know how the gauge itself has moved."""

    RAIN_AND_ABOVE = "rain_and_above"
    ABOVE = "above"
    RAIN = "rain"
    OWN = "own"
    PERSISTENCE = "persistence"

    @property
    def knows_above(self) -> bool:
        """Whether it looks at the gauges above."""
        return self in (Method.RAIN_AND_ABOVE, Method.ABOVE)

    @property
    def knows_rain(self) -> bool:
        """Whether it looks at the rain."""
        return self in (Method.RAIN_AND_ABOVE, Method.RAIN)
