"""Scenarios take place in the regency in use: at its villages, with its names."""

from pathlib import Path

import pytest
from support.regencies import eastern_regency, regency_in_use, write_profile_folder

from tabuah.console.simulator.scenario_places import scenario_places, written_places
from tabuah.console.simulator.stations import load_placed_stations, load_simulated_stations
from tabuah.console.simulator.units import load_nagari_places
from tabuah.resources.regency_profile import RegencyProfile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_profile_folder(tmp_path / "profile", eastern_regency())


def is_inside(profile: RegencyProfile, lon_deg: float, lat_deg: float) -> bool:
    west, south, east, north = profile.bounds_deg
    return west < lon_deg < east and south < lat_deg < north


def test_shipped_regency_keeps_the_places_of_the_scenarios():
    assert [place.code for place in scenario_places().values()] == [place.code for place in written_places()]
    assert load_placed_stations(None) == load_simulated_stations(None)


def test_other_regency_gives_each_place_a_village_of_its_own(folder: Path):
    with regency_in_use(eastern_regency(), folder):
        places = scenario_places()
    assert len(places) == len({place.code for place in places.values()}) == 74
    assert {place.code[:5] for place in places.values()} == {"53.99"}


def test_stations_and_units_are_placed_in_the_regency(folder: Path):
    with regency_in_use(eastern_regency(), folder) as profile:
        stations, homes = load_placed_stations(None), load_nagari_places()
    written = load_simulated_stations(None)
    assert [station.code for station in stations] == [station.code.replace("SLK-", "TLH-") for station in written]
    gauges = {station.code: station.river for station in stations if station.river}
    assert all(
        river.downstream in {"", *gauges} and river.name.startswith("Sungai Desa ") for river in gauges.values()
    )
    assert all(is_inside(profile, station.lon_deg, station.lat_deg) for station in stations)
    assert all(station.nagari.startswith("Desa ") and station.nagari in station.name for station in stations)
    assert all(is_inside(profile, home.lon_deg, home.lat_deg) for home in homes)
