"""Place search: suggestions for forms, the nagari of a point, places outside the regency."""

from collections.abc import Sequence

from tabuah.gis.coordinates import format_decimal_degrees, parse_position
from tabuah.gis.errors import CoordinateError, PlaceError
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.map_links import parse_map_link
from tabuah.gis.places import FoundPlace, Place
from tabuah.operations.contacts.places import PlaceNames, place_names
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.resources.regency import current_regency
from tabuah.text.incidents.places import describe_located_place, describe_outside_place, place_kind_label
from tabuah.widgets.values import PlaceSuggestion

_POINT = "point"
_NAGARI = "nagari"


class Places:
    """Answers place questions. Until the map is loaded it knows only coordinates."""

    def __init__(self) -> None:
        self.gazetteer: Gazetteer | None = None

    def use_gazetteer(self, gazetteer: Gazetteer) -> None:
        """Answer from this gazetteer from now on."""
        self.gazetteer = gazetteer

    def names(self) -> PlaceNames:
        """Return the names of kecamatan and nagari; none until the map is loaded."""
        if self.gazetteer is None:
            return PlaceNames()
        return place_names(self.gazetteer.all_kecamatan, self.gazetteer.all_nagari)

    def suggest(self, text: str) -> tuple[PlaceSuggestion, ...]:
        """Return the places that a typed text may mean, best first: a position, or places by name.

        If nothing matches, the search drops the last words: "Koto Baru dekat jembatan".
        """
        try:
            return (self.suggestion_at(*parse_position(text)),)
        except CoordinateError:
            found, rest = self._find(text)
            return tuple(place_suggestion(place, rest=rest) for place in found)

    def link_problem(self, text: str) -> str:
        """Return why a pasted link of a map names no place; empty for a text that is no link."""
        try:
            parse_map_link(text)
        except CoordinateError as error:
            return str(error)
        return ""

    def _find(self, text: str) -> tuple[Sequence[FoundPlace], str]:
        """Return the places of the longest beginning of a text that names any, and the rest of it."""
        words = text.split()
        hamlets = {"jorong", current_regency().levels.hamlet.casefold()}
        most = next((n for n, word in enumerate(words) if n and word.casefold() in hamlets), len(words))
        for count in range(most, 0, -1):
            if self.gazetteer and (found := self.gazetteer.find(" ".join(words[:count]), limit=6)):
                return found, " ".join(words[count:])
        return (), ""

    def suggestion_at(self, lon_deg: float, lat_deg: float) -> PlaceSuggestion:
        """Return a point as a form shows it, with the probable nagari."""
        return PlaceSuggestion(
            id=f"{_POINT}/",
            name=format_decimal_degrees(lon_deg, lat_deg),
            detail=self._describe_point(lon_deg, lat_deg),
            lon_deg=lon_deg,
            lat_deg=lat_deg,
        )

    def outside_question(self, suggestion: PlaceSuggestion) -> str:
        """Return the question about a place outside the regency; empty for a place inside."""
        found = self._locate(suggestion)
        if found is None or found.inside_regency:
            return ""
        return describe_outside_place(found)

    def is_known(self, suggestion: PlaceSuggestion) -> bool:
        """Return whether the map has this place; a kept draft may name a nagari of another map."""
        kind, _slash, code = suggestion.id.partition("/")
        if kind != _NAGARI or self.gazetteer is None:
            return True
        try:
            self.gazetteer.nagari(code)
        except PlaceError:
            return False
        return True

    def place_of(self, suggestion: PlaceSuggestion, outside_reason: str = "") -> IncidentPlace:
        """Return a place as an incident stores it.

        A nagari that was named counts as confirmed; one derived from a point does not.

        Raises:
            UnknownPlaceError: the map has no such nagari; see `is_known`.
        """
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
        """Return the place of a point."""
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

    def _describe_point(self, lon_deg: float, lat_deg: float) -> str:
        found = self.gazetteer.locate(lon_deg, lat_deg) if self.gazetteer else None
        return describe_located_place(found) if found else ""


def place_suggestion(found: FoundPlace, *, rest: str = "") -> PlaceSuggestion:
    """Return a gazetteer result as a form suggestion; `id` is "<kind>/<code>"."""
    detail = " · ".join(part for part in (place_kind_label(found.kind), found.within) if part)
    return PlaceSuggestion(
        id=f"{found.kind.value}/{found.code}",
        name=found.name,
        detail=detail,
        rest=rest,
        lon_deg=found.lon_deg,
        lat_deg=found.lat_deg,
    )
