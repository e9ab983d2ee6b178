"""The station that the readings of an unknown sender suggest."""

from datetime import UTC, datetime, timedelta
from math import isnan

import pytest

from tabuah.operations.stations.station import StationKind
from tabuah.operations.stations.unregistered import UnregisteredSeries, UnregisteredStation, suggest_station

START = datetime(2026, 11, 24, tzinfo=UTC)


def series(parameter: str, *, count: int = 7, every_s: float = 600) -> UnregisteredSeries:
    last_at = START + timedelta(seconds=every_s * (count - 1))
    return UnregisteredSeries(parameter=parameter, count=count, first_at=START, last_at=last_at, low=0, high=1)


def station(*sent: UnregisteredSeries) -> UnregisteredStation:
    return UnregisteredStation(code="SLK-90", account="bws", series=sent, received_at=START)


def test_suggestion_has_code_gateway_kind_and_parameters():
    found = suggest_station(station(series("battery_v", every_s=3_600), series("stage_m"), series("ph")))
    assert (found.code, found.gateway, found.kind) == ("SLK-90", "bws", StationKind.RIVER)
    assert [(p.code, p.expected_interval_s) for p in found.parameters] == [("stage_m", 600), ("battery_v", 3_600)]
    assert isnan(found.lon_deg)


@pytest.mark.parametrize(("count", "every_s", "interval_s"), [(3, 60, 300), (50, 58, 60), (50, 950, 900), (9, 0, 30)])
def test_suggested_interval_is_the_usual_one_nearest_to_what_was_sent(count: int, every_s: float, interval_s: float):
    (parameter,) = suggest_station(station(series("rain_mm", count=count, every_s=every_s))).parameters
    assert parameter.expected_interval_s == interval_s


def test_suggestion_of_unknown_parameters_has_none():
    found = suggest_station(station(series("lon_deg"), series("x")))
    assert (found.kind, found.parameters) == (StationKind.WEATHER, ())
