"""Registry of simulated stations: gauges and sensors near the points of the nagari."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, count, zip_longest
from typing import Final

import msgspec
import numpy as np

from tabuah.operations.simulation.errors import SimulationError
from tabuah.operations.simulation.gauges import GAUGES
from tabuah.operations.simulation.noise import keys_of, uniform
from tabuah.operations.simulation.sensors import PARAMETERS_OF, SENSORS
from tabuah.operations.stations.station import Station, StationKind

WRITTEN_PREFIX: Final = "SLK-"  # of the codes from which readings are computed, in every regency
_PREFIXES: Final = {
    StationKind.RAIN: ("ARR", "ARR"),
    StationKind.RIVER: ("AWLR", "AWLR"),
    StationKind.SOIL: ("LTN", "Lengas Tanah"),
    StationKind.TILT: ("TLT", "Tiltmeter"),
    StationKind.SEISMIC: ("AKS", "Akselerograf"),
    StationKind.WEATHER: ("AWS", "AWS"),
    StationKind.AIR: ("PMU", "Kualitas Udara"),
}

# Instruments by nagari; with the gauges each of the 74 nagari has at least one.
_PLACES: Final[dict[StationKind, str]] = {
    StationKind.RAIN: (
        "07.2007 06.2002 06.2003 06.2006 19.2002 07.2005 05.2002 08.2005 08.2002 10.2001 "
        "04.2001 04.2003 07.2006 10.2005 10.2007 11.2003 11.2008 12.2001 12.2003 12.2008 "
        "09.2001 09.2004 05.2003 18.2001 18.2003 18.2004 17.2002 03.2001"
    ),
    StationKind.TILT: "06.2002 07.2007 07.2008 08.2003 09.2002 09.2008 12.2002 12.2004 12.2005 10.2003",
    StationKind.SEISMIC: "11.2004 11.2002 13.2001 12.2007 11.2007 07.2002 04.2001 03.2002",
    StationKind.SOIL: "07.2007 06.2001 06.2004 07.2003 08.2004 09.2005 18.2005 12.2009 09.2006 17.2001",
    StationKind.WEATHER: (
        "19.2001 04.2004 05.2001 07.2004 10.2006 11.2006 12.2006 13.2002 18.2002 17.2003 03.2002 04.2002"
    ),
    StationKind.AIR: "10.2001 10.2008 10.2004 11.2005 09.2007 09.2009",
}
_SPREAD_DEG: Final = 0.004  # about 400 m: instruments are not at the nagari's point
_EXTRA_SPREAD_DEG: Final = 0.02


class SensorPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A nagari: Kemendagri code, name, and its point in EPSG:4326."""

    code: str
    name: str
    lon_deg: float
    lat_deg: float


def read_places(text: str) -> tuple[SensorPlace, ...]:
    """Read the places of a CSV with the columns code, name, lon and lat, such as `nagari_points.csv`.

    Raises:
        SimulationError: a column is missing or a number is invalid.
    """
    try:
        return tuple(
            SensorPlace(code=row["code"], name=row["name"], lon_deg=float(row["lon"]), lat_deg=float(row["lat"]))
            for row in csv.DictReader(text.splitlines())
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SimulationError(f"the list of places needs the columns code, name, lon and lat: {error}") from None


def simulated_stations(places: Sequence[SensorPlace], *, how_many: int | None = None) -> tuple[Station, ...]:
    """Return the stations, gauges first, then the other kinds in turn; marked as exercise.

    Args:
        places: the nagari; must include those named in the registry.
        how_many: fewer takes the first ones; more adds second and third instruments near the same
            places.

    Raises:
        SimulationError: a place with an instrument is missing.
    """
    known = {place.code: place for place in places}
    wanted = sum(1 for _ in _named()) if how_many is None else how_many
    stations: list[Station] = []
    names: Counter[tuple[StationKind, str]] = Counter()
    numbers: dict[StationKind, Iterator[int]] = {kind: count(1) for kind in StationKind}
    for kind, place_code in chain(_named(), _extra(places)):
        if len(stations) >= wanted:
            break
        if place_code not in known:
            raise SimulationError(f"place {place_code}, which has a simulated station, is not among the places given")
        place = known[place_code]
        names[kind, place.name] += 1
        stations.append(_station(kind, place, number=next(numbers[kind]), of_name=names[kind, place.name]))
    return tuple(stations)


def _named() -> Iterator[tuple[StationKind, str]]:
    yield from ((StationKind.RIVER, gauge.place_code) for gauge in GAUGES)
    columns = [[(kind, f"13.02.{code}") for code in codes.split()] for kind, codes in _PLACES.items()]
    yield from (cell for row in zip_longest(*columns) for cell in row if cell is not None)


def _extra(places: Sequence[SensorPlace]) -> Iterator[tuple[StationKind, str]]:
    kinds = tuple(_PLACES)
    for number in count():
        place = places[(number * 7) % len(places)]  # 7 spreads neighbours apart
        yield kinds[number % len(kinds)], place.code


def _station(kind: StationKind, place: SensorPlace, *, number: int, of_name: int) -> Station:
    short, long = _PREFIXES[kind]
    code = f"{WRITTEN_PREFIX}{short}-{number:02d}"
    gauge = GAUGES[number - 1] if kind is StationKind.RIVER else None
    east, north = _offset(code, _SPREAD_DEG if of_name == 1 else _EXTRA_SPREAD_DEG)
    return Station(
        code=code,
        name=f"{long} {place.name}" if of_name == 1 else f"{long} {place.name} {of_name}",
        kind=kind,
        lon_deg=round(place.lon_deg + east, 5),
        lat_deg=round(place.lat_deg + north, 5),
        parameters=tuple(SENSORS[parameter].parameter for parameter in PARAMETERS_OF[kind]),
        river=gauge.as_river if gauge else None,
        nagari=place.name,
        owner="Simulasi",
        exercise=True,
    )


def _offset(code: str, spread_deg: float) -> tuple[float, float]:
    keys = keys_of([code, code], seed=0, purpose="position")
    east, north = (uniform(keys, np.array([0, 1], dtype=np.int64)) * 2 - 1) * spread_deg
    return float(east), float(north)
