"""The registry of simulated stations."""

from functools import cache
from importlib.resources import files

import msgspec
import pytest

from tabuah.operations.simulation.errors import SimulationError
from tabuah.operations.simulation.registry import SensorPlace, places_in, simulated_stations
from tabuah.operations.stations.station import Station, StationKind


@cache
def places() -> tuple[SensorPlace, ...]:
    return places_in(files("tabuah.resources").joinpath("sources", "nagari_points.csv").read_text(encoding="utf-8"))


@cache
def stations() -> tuple[Station, ...]:
    return simulated_stations(places())


def test_every_nagari_has_a_station_and_every_code_is_used_once() -> None:
    codes = [station.code for station in stations()]
    assert len(codes) == len(set(codes)) == 89
    assert {station.nagari for station in stations()} == {place.name for place in places()}
    assert {station.kind for station in stations()} == set(StationKind)
    assert all(station.exercise for station in stations())


def test_a_registered_station_survives_its_wire_form() -> None:
    for station in stations():
        assert msgspec.json.decode(msgspec.json.encode(station), type=Station) == station


@pytest.mark.parametrize("how_many", [0, 1, 20, 89, 400])
def test_as_many_stations_come_as_are_asked_for(how_many: int) -> None:
    some = simulated_stations(places(), how_many=how_many)
    assert len(some) == how_many
    assert some[:89] == stations()[:how_many]
    assert len({station.name for station in some}) == how_many


def test_a_missing_place_is_named() -> None:
    with pytest.raises(SimulationError, match=r"13\.02\.06\.2003"):
        simulated_stations([place for place in places() if place.code != "13.02.06.2003"])


@pytest.mark.parametrize("text", ["code,name\n1,2", "code,name,lon,lat\na,b,c,d", "code,name,lon,lat\na"])
def test_a_broken_list_of_places_is_refused(text: str) -> None:
    with pytest.raises(SimulationError):
        places_in(text)
