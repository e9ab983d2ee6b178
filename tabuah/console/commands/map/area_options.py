"""The options of commands that take an area of the map: a file, a warning, a circle, a kecamatan or a nagari."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tabuah.resources.localisation import N_, _

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tabuah.storage.cache.map.maps import DirectoryMaps

_OPTIONS = (
    click.option("--area", type=click.Path(path_type=Path), metavar="FILE", help=N_("Use the areas of a map file.")),
    click.option("--layer", metavar="NAME", help=N_("Layer of the file, if it has several.")),
    click.option(
        "--cap", type=click.Path(path_type=Path), metavar="FILE.xml", help=N_("Use the area of a CAP warning.")
    ),
    click.option("--around", metavar="PLACE|POSITION", help=N_("Use a circle around a place.")),
    click.option(
        "--radius",
        "radius_km",
        type=click.FloatRange(0.01, 500),
        default=1.0,
        metavar="KM",
        help=N_("Radius of the circle; 1 km."),
    ),
    click.option("--in", "unit", metavar="CODE|NAGARI", help=N_("Use a kecamatan (by code) or a nagari.")),
)


class ChosenArea(msgspec.Struct, frozen=True, kw_only=True):
    """The area that the options name."""

    area: Path | None
    layer: str | None
    cap: Path | None
    around: str | None
    radius_km: float
    unit: str | None

    @property
    def count(self) -> int:
        """The number of areas that were given."""
        return sum(one is not None for one in (self.area, self.cap, self.around, self.unit))

    @property
    def is_one(self) -> bool:
        """Whether exactly one area was given."""
        return self.count == 1

    def shape(self, maps: "DirectoryMaps") -> "BaseGeometry":
        """Return the area (EPSG:4326).

        Raises:
            click.UsageError: the borders of the nagari are not known.
            TabuahError: a file cannot be read, or there is no such place.
        """
        from tabuah.console.map.query_inputs import find_query_place, read_area, read_warning_area
        from tabuah.gis.queries.feature_index import circle_polygon

        if self.unit is not None:
            return _unit_shape(maps, self.unit)
        if self.around is not None:
            place = find_query_place(self.around, maps.gazetteer())
            return circle_polygon(place.lon_deg, place.lat_deg, radius_m=self.radius_km * 1000)
        if self.cap is not None:
            return read_warning_area(self.cap)
        assert self.area is not None
        return read_area(self.area, self.layer)


def area_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of an area; the command gets them as `chosen`."""

    @wraps(command)
    def with_area(*args: Any, **given: Any) -> None:
        names = ("area", "layer", "cap", "around", "radius_km", "unit")
        chosen = ChosenArea(**{name: given.pop(name) for name in names})
        command(*args, chosen=chosen, **given)

    for option in reversed(_OPTIONS):
        option(with_area)
    return with_area


def _unit_shape(maps: "DirectoryMaps", unit: str) -> "BaseGeometry":
    from tabuah.gis.queries.coverage import AdministrativeAreas

    gazetteer = maps.gazetteer()
    named = next((k for k in gazetteer.all_kecamatan if unit.casefold() in (k.code, k.name.casefold())), None)
    code = named.code if named else gazetteer.nagari(unit).code
    shape = AdministrativeAreas(maps.base_map).shape_of(code)
    if shape is None:
        message = _(
            "The borders of nagari {name} are not known; import official boundaries with: tabuah map import FILE"
        )
        raise click.UsageError(message.format(name=unit))
    return shape
