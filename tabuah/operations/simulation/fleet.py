"""Simulated units on the road: the position at any time is a pure function of time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil, cos, pi, sin
from typing import Final

import msgspec

from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.simulation.errors import SimulationError
from tabuah.operations.simulation.station_registry import SensorPlace
from tabuah.operations.units.entry_bodies import UnitRegistered
from tabuah.operations.units.tracker import LAT, LON
from tabuah.operations.units.unit import Post, UnitKind

INTERVAL_S: Final = 15
START_MIN: Final = -30.0  # no positions are requested earlier
_WANDER_DEG: Final = 0.00002  # about 2 m, the drift of a good receiver at rest
_BEND_DEG: Final = 0.003  # curves in place of roads, which are not shipped


class Driver(msgspec.Struct, frozen=True, kw_only=True):
    """A unit and its drive: minutes of the scenario with places (Kemendagri codes), in order."""

    id: str
    name: str
    kind: UnitKind
    opd: str
    members: int
    home: str
    drive: tuple[tuple[float, str], ...] = ()


# The names match the units to which the field office of the demonstration assigns its incidents.
STORM_DRIVERS: Final = (
    Driver(id="TRC-1", name="TRC BPBD 1", kind=UnitKind.QUICK_RESPONSE, opd="BPBD", members=6, home="13.02.07.2006",
           drive=((109, "13.02.07.2006"), (114, "13.02.07.2003"), (121, "13.02.07.2005"), (128, "13.02.06.2005"))),
    Driver(id="TRC-2", name="TRC BPBD 2", kind=UnitKind.QUICK_RESPONSE, opd="BPBD", members=5, home="13.02.07.2003",
           drive=((131, "13.02.07.2003"), (138, "13.02.07.2002"), (147, "13.02.07.2001"), (156, "13.02.08.2001"))),
    Driver(id="TRC-3", name="TRC BPBD 3", kind=UnitKind.QUICK_RESPONSE, opd="BPBD", members=5, home="13.02.10.2001"),
    Driver(id="DMK-1", name="Damkar Talang", kind=UnitKind.FIRE, opd="Satpol PP dan Damkar", members=6,
           home="13.02.07.2001",
           drive=((126, "13.02.07.2005"), (133, "13.02.07.2003"), (141, "13.02.07.2002"), (149, "13.02.07.2001"))),
    Driver(id="PMI-1", name="Ambulans PMI", kind=UnitKind.AMBULANCE, opd="PMI", members=3, home="13.02.10.2002",
           drive=((140, "13.02.10.2002"), (152, "13.02.10.2001"), (164, "13.02.08.2001"), (180, "13.02.10.2002"))),
)  # fmt: skip


def unit_cards(drivers: Sequence[Driver], places: Sequence[SensorPlace]) -> tuple[UnitRegistered, ...]:
    """Return the registrations of the units.

    Raises:
        SimulationError: a place of a unit is missing.
    """
    known = _known(drivers, places)
    return tuple(
        UnitRegistered(
            id=each.id,
            name=each.name,
            kind=each.kind,
            opd=each.opd,
            members=each.members,
            tracker=tracker_code(each),
            home=Post(lon_deg=known[each.home].lon_deg, lat_deg=known[each.home].lat_deg, name=known[each.home].name),
        )
        for each in drivers
    )


def tracker_code(driver: Driver) -> str:
    """Return the tracker code of a unit."""
    return f"GPS-{driver.id}"


class Fleet:
    """GPS positions of all units during a scenario."""

    def __init__(self, drivers: Sequence[Driver], places: Sequence[SensorPlace], *, start_at: datetime) -> None:
        self._start_at = start_at.replace(microsecond=0)
        known = _known(drivers, places)
        self._ways = {tracker_code(each): _way(each, known) for each in drivers}

    def readings_between(self, from_at: datetime, to_at: datetime) -> list[Reading]:
        """Return all readings in [from_at, to_at), oldest first, marked as simulated."""
        quality = int(Quality.SIMULATED)
        found = []
        for second in self._seconds(from_at, to_at):
            at = self._start_at + timedelta(seconds=second)
            for tracker, way in self._ways.items():
                lon_deg, lat_deg = _where(way, second)
                found += [Reading(tracker, LON, at, lon_deg, quality), Reading(tracker, LAT, at, lat_deg, quality)]
        return found

    def _seconds(self, from_at: datetime, to_at: datetime) -> Iterator[int]:
        """Yield the seconds of the scenario at which positions are sent."""
        begin_s = max((from_at - self._start_at).total_seconds(), START_MIN * 60)
        return iter(range(ceil(begin_s / INTERVAL_S) * INTERVAL_S, _before(to_at - self._start_at), INTERVAL_S))


_Way = tuple[tuple[float, float, float], ...]  # second of the scenario, longitude and latitude in degrees


def _known(drivers: Sequence[Driver], places: Sequence[SensorPlace]) -> Mapping[str, SensorPlace]:
    known = {place.code: place for place in places}
    wanted = {code for each in drivers for code in (each.home, *(code for _minute, code in each.drive))}
    if missing := sorted(wanted - known.keys()):
        raise SimulationError(f"the place {missing[0]} of a simulated unit is not among the given places")
    return known


def _way(driver: Driver, known: Mapping[str, SensorPlace]) -> _Way:
    stops = driver.drive or ((0.0, driver.home),)
    return tuple((60 * minute, known[code].lon_deg, known[code].lat_deg) for minute, code in stops)


def _where(way: _Way, second: float) -> tuple[float, float]:
    """Return longitude and latitude: first place before the drive, last place after it, curves in between."""
    after = next((number for number, stop in enumerate(way) if stop[0] > second), len(way))
    if after in (0, len(way)):
        _second, lon_deg, lat_deg = way[min(after, len(way) - 1)]
        return _rounded(lon_deg + _WANDER_DEG * sin(second), lat_deg + _WANDER_DEG * cos(1.7 * second))
    (begin_s, lon_deg, lat_deg), (end_s, to_lon_deg, to_lat_deg) = way[after - 1], way[after]
    share = (second - begin_s) / (end_s - begin_s)
    aside = _BEND_DEG * sin(2 * pi * share) * sin(pi * share)
    east, north = to_lon_deg - lon_deg, to_lat_deg - lat_deg
    length = (east**2 + north**2) ** 0.5 or 1.0
    return _rounded(lon_deg + share * east - aside * north / length, lat_deg + share * north + aside * east / length)


def _rounded(lon_deg: float, lat_deg: float) -> tuple[float, float]:
    return round(lon_deg, 6), round(lat_deg, 6)


def _before(since_start: timedelta) -> int:
    return ceil(since_start.total_seconds())
