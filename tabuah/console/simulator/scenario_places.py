"""The places, station codes and rivers of the scenarios in the regency in use.

Scenarios are written for Kabupaten Solok. In another regency each of their nagari becomes a village at about the same
place between its borders, and no village twice while others are free. A station code begins with the prefix of the
regency, and a river is named after the village of its last gauge. Readings are computed where they were written.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from tabuah.console.simulator.errors import SimulatorError
from tabuah.operations.simulation.gauges import GAUGES
from tabuah.operations.simulation.station_registry import WRITTEN_PREFIX, SensorPlace, read_places
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency, regency_map_file

_GAUGES_AT_THE_END: Final = {gauge.river: gauge for gauge in GAUGES}  # a river's gauges are listed downstream


def written_places() -> tuple[SensorPlace, ...]:
    """Return the nagari for which the scenarios are written."""
    return read_places(files("tabuah.resources").joinpath("sources", "nagari_points.csv").read_text("utf-8"))


def scenario_places() -> Mapping[str, SensorPlace]:
    """Return the village of the regency in use for each nagari of the scenarios, by the nagari's code.

    Raises:
        SimulatorError: the map of the regency has no villages.
        MapFileError: the map cannot be read.
    """
    return _places_on(regency_map_file())


def placed_code(code: str) -> str:
    """Return the code that a simulated station has in the regency in use; another code is returned unchanged."""
    written, separator, rest = code.partition("-")
    prefix = current_regency().number_prefix if f"{written}{separator}" == WRITTEN_PREFIX else written
    return f"{prefix}{separator}{rest}"


def placed_river(name: str) -> str:
    """Return the name that a river of the scenarios has in the regency in use."""
    last = _GAUGES_AT_THE_END.get(name)
    if last is None or regency_map_file() is None:
        return name
    return f"Sungai {scenario_places()[last.place_code].name}"


def placed_unit(name: str) -> str:
    """Return the name that a unit of the scenarios has in the regency in use: some are named after a place."""
    return name if regency_map_file() is None else name.replace("Talang", current_regency().capital)


@lru_cache(maxsize=4)
def _places_on(map_file: Path | None) -> Mapping[str, SensorPlace]:
    written = written_places()
    if map_file is None:
        return {place.code: place for place in written}
    from tabuah.gis.base_map_file import load_base_map  # noqa: PLC0415 - not where the shipped map is used
    from tabuah.gis.gazetteer import Gazetteer  # noqa: PLC0415 - as above

    villages = [
        SensorPlace(code=n.code, name=n.name, lon_deg=n.lon_deg, lat_deg=n.lat_deg)
        for n in Gazetteer(load_base_map(map_file)).all_nagari
    ]
    if not villages:
        raise SimulatorError(_("The map {path} has no villages for a demonstration.").format(path=map_file))
    return _matched(written, villages)


def _matched(written: Sequence[SensorPlace], villages: Sequence[SensorPlace]) -> dict[str, SensorPlace]:
    """Return the free village nearest to each nagari, both measured between the borders of their regency."""
    own, other = _shares(written), _shares(villages)
    free, found = set(range(len(villages))), {}
    for place, (east, north) in zip(written, own, strict=True):
        free = free or set(range(len(villages)))
        nearest = min(free, key=lambda n: ((other[n][0] - east) ** 2 + (other[n][1] - north) ** 2, n))
        free.remove(nearest)
        found[place.code] = villages[nearest]
    return found


def _shares(places: Sequence[SensorPlace]) -> list[tuple[float, float]]:
    """Return where each place lies from west to east and from south to north, as shares from 0 to 1."""
    lons, lats = [place.lon_deg for place in places], [place.lat_deg for place in places]
    width, height = max(lons) - min(lons) or 1.0, max(lats) - min(lats) or 1.0
    return [((place.lon_deg - min(lons)) / width, (place.lat_deg - min(lats)) / height) for place in places]
