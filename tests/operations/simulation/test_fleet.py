"""Tests of simulated units: plausible drives, and positions as a pure function of time."""

from datetime import UTC, datetime, timedelta

import pytest

from tabuah.console.simulator.stations import load_simulated_stations
from tabuah.console.simulator.units import load_nagari_places
from tabuah.operations.readings.reading import Quality
from tabuah.operations.simulation.errors import SimulationError
from tabuah.operations.simulation.fleet import INTERVAL_S, START_MIN, STORM_DRIVERS, Fleet, tracker_code, unit_cards
from tabuah.operations.units.tracker import LAT, LON, PARAMETERS
from tabuah.operations.units.tracks import heading_of, track_of

START = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PLACES = load_nagari_places()


def fleet() -> Fleet:
    return Fleet(STORM_DRIVERS, PLACES, start_at=START)


def track(tracker: str, readings):
    own = [reading for reading in readings if reading.station == tracker]
    return track_of([r for r in own if r.parameter == LON], [r for r in own if r.parameter == LAT])


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def test_positions_are_independent_of_interval():
    whole = fleet().readings_between(at(100), at(160))
    pieces = [fleet().readings_between(at(m), at(m + 7.3)) for m in (100, 107.3, 114.6, 121.9, 129.2, 136.5, 143.8)]
    assert [r for piece in pieces for r in piece] == [r for r in whole if r.at < at(151.1)]


def test_fleet_sends_nothing_before_start():
    readings = fleet().readings_between(at(-600), at(0))
    assert min(reading.at for reading in readings) == at(START_MIN)
    assert all(reading.quality == Quality.SIMULATED for reading in readings)


def test_positions_are_valid_for_trackers():
    ranges = {parameter.code: parameter for parameter in PARAMETERS}
    for reading in fleet().readings_between(at(100), at(180)):
        assert ranges[reading.parameter].valid_min <= reading.value <= ranges[reading.parameter].valid_max


@pytest.mark.parametrize("driver", STORM_DRIVERS, ids=lambda driver: driver.id)
def test_units_never_jump(driver):
    readings = fleet().readings_between(at(90), at(200))
    assert len(track(tracker_code(driver), readings)) == 110 * 60 / INTERVAL_S


def test_unit_drives_and_then_stops():
    readings = fleet().readings_between(at(90), at(140))
    moving = track("GPS-TRC-1", [r for r in readings if r.at < at(120)])
    standing = track("GPS-TRC-1", readings)
    assert heading_of(moving) is not None
    assert heading_of(standing) is None


def test_unit_cards_state_home_and_opd():
    cards = {card.id: card for card in unit_cards(STORM_DRIVERS, PLACES)}
    assert cards["TRC-1"].tracker == "GPS-TRC-1"
    assert all(card.home and card.home.name for card in cards.values())
    codes = {station.code for station in load_simulated_stations(None)}
    assert not codes & {card.tracker for card in cards.values()}


def test_missing_place_is_named():
    with pytest.raises(SimulationError, match=r"13\.02\."):
        unit_cards(STORM_DRIVERS, PLACES[:1])
