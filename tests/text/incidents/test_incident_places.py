"""Texts of incident places."""

from tabuah.operations.incidents.place import IncidentPlace
from tabuah.text.incidents.incident_text import place_text


def test_place_outside_shows_coordinates() -> None:
    place = IncidentPlace(lon_deg=100.35, lat_deg=-0.95, outside_reason="warga kita")
    assert place_text(place) == "Di luar wilayah · 100,3500° BT 0,9500° LS"
    assert place_text(None) == "Lokasi belum diketahui"
