"""Places for the window: suggestions while somebody types, the place of a click, what lies outside."""

from tabuah.console.window.presenting.places import suggestion_of
from tabuah.gis.coordinates import format_decimal_degrees, parse_position
from tabuah.gis.errors import CoordinateError
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.places import Place
from tabuah.operations.places import IncidentPlace, PlaceCertainty
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number
from tabuah.widgets.values import PlaceSuggestion

_POINT = "point"
_NAGARI = "nagari"


class Places:
    """Answers once the map has been read; before that it knows coordinates only."""

    def __init__(self) -> None:
        self.gazetteer: Gazetteer | None = None

    def suggest(self, text: str) -> tuple[PlaceSuggestion, ...]:
        """What a typed text may mean: a position, else names, best first."""
        try:
            return (self.at(*parse_position(text)),)
        except CoordinateError:
            found = self.gazetteer.find(text, limit=6) if self.gazetteer and text else ()
            return tuple(suggestion_of(place) for place in found)

    def at(self, lon_deg: float, lat_deg: float) -> PlaceSuggestion:
        """A point as a form shows it, with the nagari it probably lies in."""
        return PlaceSuggestion(
            id=f"{_POINT}/",
            name=format_decimal_degrees(lon_deg, lat_deg),
            detail=self._told(lon_deg, lat_deg),
            lon_deg=lon_deg,
            lat_deg=lat_deg,
        )

    def question(self, suggestion: PlaceSuggestion) -> str:
        """What must be asked because the place lies outside the regency; empty inside."""
        found = self._locate(suggestion)
        if found is None or found.inside_regency:
            return ""
        where = f" ({found.neighbour})" if found.neighbour else ""
        message = _("Outside Kabupaten Solok{where}, {km} km from its border.").format(
            where=where, km=format_number(found.border_margin_m / 1000, digits=1)
        )
        if found.regency_doubtful:
            message += " " + _("The border here is only an estimate: it may well be inside.")
        return message

    def place_of(self, suggestion: PlaceSuggestion, outside_reason: str = "") -> IncidentPlace:
        """The place as it stands in an incident; a nagari is confirmed by being named, that of a point is not."""
        assert suggestion.lon_deg is not None
        assert suggestion.lat_deg is not None
        kind, _slash, code = suggestion.id.partition("/")
        if kind == _NAGARI and self.gazetteer is not None:
            nagari = self.gazetteer.nagari(code)
            return IncidentPlace(
                lon_deg=nagari.lon_deg,
                lat_deg=nagari.lat_deg,
                nagari_code=nagari.code,
                nagari=nagari.name,
                kecamatan_code=nagari.kecamatan_code,
                kecamatan=nagari.kecamatan_name,
                certainty=PlaceCertainty.CONFIRMED,
            )
        return self.place_at(suggestion.lon_deg, suggestion.lat_deg, outside_reason)

    def place_at(self, lon_deg: float, lat_deg: float, outside_reason: str = "") -> IncidentPlace:
        """The place of a point."""
        found = self.gazetteer.locate(lon_deg, lat_deg) if self.gazetteer else None
        if found is None or not found.inside_regency:
            return IncidentPlace(lon_deg=lon_deg, lat_deg=lat_deg, outside_reason=outside_reason)
        return IncidentPlace(
            lon_deg=lon_deg,
            lat_deg=lat_deg,
            nagari_code=found.nagari_code,
            nagari=found.nagari_name,
            kecamatan_code=found.kecamatan_code,
            kecamatan=found.kecamatan_name,
            certainty=PlaceCertainty(found.certainty.value),
        )

    def _locate(self, suggestion: PlaceSuggestion) -> Place | None:
        if self.gazetteer is None or suggestion.lon_deg is None or suggestion.lat_deg is None:
            return None
        return self.gazetteer.locate(suggestion.lon_deg, suggestion.lat_deg)

    def _told(self, lon_deg: float, lat_deg: float) -> str:
        found = self.gazetteer.locate(lon_deg, lat_deg) if self.gazetteer else None
        if found is None:
            return ""
        if not found.inside_regency:
            return found.neighbour or _("Outside the regency")
        name = _("Nagari {nagari}, {kecamatan}").format(nagari=found.nagari_name, kecamatan=found.kecamatan_name)
        if found.certainty.value == PlaceCertainty.OFFICIAL.value:
            return name
        others = ", ".join(nagari.name for nagari in found.alternatives)
        told = _("{place} (estimate)").format(place=name)
        return _("{place} · or {others}").format(place=told, others=others) if others else told
