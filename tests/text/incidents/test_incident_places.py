"""Texts of incident places."""

import msgspec

from tabuah.console.reports.report_text import describe_place_certainty, format_position
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.text.incidents.incident_text import certainty_text, place_text, position_text

CENTRE = IncidentPlace(lon_deg=100.65, lat_deg=-0.85, nagari="Koto Baru", certainty=PlaceCertainty.CONFIRMED)
POINT = msgspec.structs.replace(CENTRE, certainty=PlaceCertainty.OFFICIAL)


def test_place_outside_shows_coordinates() -> None:
    place = IncidentPlace(lon_deg=100.35, lat_deg=-0.95, outside_reason="warga kita")
    assert place_text(place) == "Di luar wilayah · 100,3500° BT 0,9500° LS"
    assert place_text(None) == "Lokasi belum diketahui"


def test_named_nagari_is_shown_as_its_centre() -> None:
    assert certainty_text(CENTRE) == "titik tengah nagari, ± 3 km"
    assert position_text(CENTRE) == "titik tengah nagari, ± 3 km (100,65° BT 0,85° LS)"
    assert (certainty_text(POINT), position_text(POINT)) == ("", "100,6500° BT 0,8500° LS")


def test_named_nagari_is_printed_as_its_centre() -> None:
    assert "titik tengah nagari, ± 3 km" in format_position(CENTRE)
    assert "UTM" not in format_position(CENTRE)
    assert "UTM" in format_position(POINT)
    assert describe_place_certainty(CENTRE) == "titik tengah nagari, ± 3 km"
