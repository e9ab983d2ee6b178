"""Names of the forecast methods."""

from typing import Final

from tabuah.operations.forecast.methods import Method
from tabuah.resources.localisation import N_, _

_METHODS: Final = {
    Method.RAIN_AND_ABOVE: N_("from rain and the gauges above"),
    Method.ABOVE: N_("from the gauges above"),
    Method.RAIN: N_("from rain"),
    Method.OWN: N_("from the gauge alone"),
    Method.PERSISTENCE: N_("as if it stayed as it is"),
}


def describe_forecast_method(method: Method) -> str:
    """Describe the inputs of a forecast method."""
    return _(_METHODS[method])
