"""Tests of the registry of simulated stations."""

from functools import cache
from importlib.resources import files

import msgspec
import pytest

from tabuah.operations.simulation.errors import SimulationError
from tabuah.operations.simulation.station_registry import SensorPlace, read_places, simulated_stations
from tabuah.operations.stations.station import Station, StationKind


@cache
def places() -> tuple[SensorPlace, ...]:
    return read_places(files("tabuah.resources").joinpath("sources", "nagari_points.csv").read_text(encoding="utf-8"))


@cache
def stations() -> tuple[Station, ...]:
    return simulated_stations(places())


def test_every_nagari_has_uniquely_coded_stations() -> None:
    codes = [station.code for station in stations()]
    assert len(codes) == len(set(codes)) == 89
    assert {station.nagari for station in stations()} == {place.name for place in places()}
    assert {station.kind for station in stations()} == set(StationKind)
    assert all(station.exercise for station in stations())


def test_station_round_trips_through_wire_form() -> None:
    for station in stations():
        assert msgspec.json.decode(msgspec.json.encode(station), type=Station) == station


@pytest.mark.parametrize("how_many", [0, 1, 20, 89, 400])
def test_station_count_follows_request(how_many: int) -> None:
    some = simulated_stations(places(), how_many=how_many)
    assert len(some) == how_many
    assert some[:89] == stations()[:how_many]
    assert len({station.name for station in some}) == how_many


def test_missing_place_is_named_in_error() -> None:
    with pytest.raises(SimulationError, match=r"13\.02\.06\.2003"):
        simulated_stations([place for place in places() if place.code != "13.02.06.2003"])


@pytest.mark.parametrize("text", ["code,name\n1,2", "code,name,lon,lat\na,b,c,d", "code,name,lon,lat\na"])
def test_invalid_place_list_is_rejected(text: str) -> None:
    with pytest.raises(SimulationError):
        read_places(text)
