"""What the layers of the map are called in a list of what was found."""

from tabuah.resources.catalogue import _
from tabuah.widgets.map.content import AREA, CLOSED_INCIDENTS, INCIDENTS, UNITS


def layer_title(name: str) -> str:
    """The title of a layer; an imported one is called as its file calls it."""
    known = {
        INCIDENTS: _("Incidents"),
        CLOSED_INCIDENTS: _("Closed incidents"),
        "stations": _("Stations"),
        UNITS: _("Units"),
        AREA: _("Affected area"),
        "regency": _("Regency"),
        "neighbours": _("Neighbouring regencies"),
        "kecamatan": _("Kecamatan"),
        "nagari": _("Nagari"),
        "rivers": _("Rivers"),
        "lakes": _("Lakes"),
        "volcanoes": _("Volcanoes"),
        "places": _("Towns"),
    }
    return known.get(name, name)
