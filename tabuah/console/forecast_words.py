"""How a forecast was made, in words, for windows and commands."""

from typing import Final

from tabuah.operations.forecast.methods import Method
from tabuah.resources.catalogue import N_, _

_METHODS: Final = {
    Method.RAIN_AND_ABOVE: N_("from rain and the gauges above"),
    Method.ABOVE: N_("from the gauges above"),
    Method.RAIN: N_("from rain"),
    Method.OWN: N_("from the gauge alone"),
    Method.PERSISTENCE: N_("as if it stayed as it is"),
}


def tell_method(method: Method) -> str:
    """What a method reckons with, in words."""
    return _(_METHODS[method])
