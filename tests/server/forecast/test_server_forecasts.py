"""Forecasts on the server: issued with readings, evaluated by rules, verified, and served to consoles."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.readings_fixture import Clock, ReadingsFixture, open_readings_fixture
from support.river_season import KOTO_BARU, STORM_AT, first_at, flood, inputs, measured, model
from support.running_server import RunningServer

from tabuah.operations.forecast.gauge_model import RAIN, STAGE
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.rule import ForecastLevel, Rule
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.scenarios import storm
from tabuah.operations.stations.station import Retirement
from tabuah.resources.fault_isolation import take_faults
from tabuah.server.forecast.forecaster import RecentReadings
from tabuah.server.forecast.service import ModelFitter, fit_gauge_model
from tabuah.storage.journal.protocol import ForecastReply, ModelReply, VerificationReply
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

SIAGA_2_M = 2.6
RULE = Rule(
    id="ramalan-siaga-2",
    name="Ramalan Siaga 2",
    parameter="stage_m",
    condition=ForecastLevel(level=RiverLevel.SIAGA_2, within_s=10_800),
    severity=AlarmSeverity.ATTENTION,
    stations=(KOTO_BARU,),
)


@cache
def scenario() -> Scenario:
    return storm(measured(), STORM_AT)


def readings(since: datetime, until: datetime) -> list[Reading]:
    """The readings of the river's stations in the storm."""
    found = scenario().readings_between(since, until)
    return [reading for reading in found if reading.parameter in (STAGE, RAIN)]


def play(room: ReadingsFixture, since_min: float, until_min: float, *, step_min: float = 5.0) -> None:
    at_min = since_min
    while at_min < until_min:
        until = STORM_AT + timedelta(minutes=at_min + step_min)
        room.clock.now = until
        room.send(*readings(until - timedelta(minutes=step_min), until))
        at_min += step_min


def prepare(room: ReadingsFixture) -> None:
    """The stations, and a day and a half of dry weather."""
    room.register(*measured())
    room.write_rules(RULE)
    room.service.use_model(model())
    room.clock.now = STORM_AT
    past = readings(STORM_AT - timedelta(hours=31), STORM_AT)
    for start in range(0, len(past), 5000):
        room.send(*past[start : start + 5000])


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ReadingsFixture]:
    with open_readings_fixture(tmp_path, Clock(STORM_AT), rules=False) as room:
        prepare(room)
        yield room


def test_forecast_alarm_precedes_the_flood(room: ReadingsFixture):
    play(room, 0, 160)
    (alarm,) = room.alarms_of(RULE.id)
    reached_at = first_at(flood(), SIAGA_2_M)
    assert timedelta(minutes=20) < reached_at - alarm.onset_at < timedelta(minutes=120)
    assert abs(alarm.expected.at - reached_at) < timedelta(minutes=60)
    assert alarm.expected.earliest_at <= alarm.expected.at
    assert (alarm.limit, alarm.is_active, alarm.exercise) == (SIAGA_2_M, False, True)
    assert alarm.cleared_at >= reached_at


def test_forecasts_are_issued_minutely_and_thinned(room: ReadingsFixture, tmp_path: Path):
    before = room.service.forecaster.newest[KOTO_BARU]
    play(room, 0, 20, step_min=0.25)
    newest = room.service.forecaster.newest[KOTO_BARU]
    assert newest.issued_at > before.issued_at
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        kept = store.forecasts.between(KOTO_BARU, STORM_AT, STORM_AT + timedelta(hours=1))
        assert [f.issued_at.minute // 10 for f in kept] == [0, 1]
        assert store.forecasts.newest_of(KOTO_BARU) == newest
        assert store.forecasts.newest_of("SLK-AWLR-09") is None


def test_forecaster_issues_nothing_for_late_history(tmp_path: Path):
    with open_readings_fixture(tmp_path, Clock(STORM_AT), rules=False) as room:
        room.register(*measured())
        room.service.use_model(model())
        room.send(*readings(STORM_AT - timedelta(hours=4), STORM_AT - timedelta(hours=2)))
        assert room.service.forecaster.newest == {}


def test_forecaster_restores_state_after_restart(tmp_path: Path):
    clock = Clock(STORM_AT)
    with open_readings_fixture(tmp_path, clock, rules=False) as room:
        prepare(room)
        play(room, 0, 100)
        (before,) = room.alarms_of(RULE.id)
        newest = room.service.forecaster.newest[KOTO_BARU]
    with open_readings_fixture(tmp_path, clock, rules=False) as room:
        assert room.service.forecaster.newest[KOTO_BARU] == newest
        assert room.service.forecaster.models[KOTO_BARU] == model()
        play(room, 100, 110)
        assert room.service.forecaster.newest[KOTO_BARU].method is newest.method
        assert room.alarms_of(RULE.id) == [before]
        play(room, 110, 150)
        assert not room.alarms_of(RULE.id)[0].is_active
        assert len(room.alarms_of(RULE.id)) == 1


def test_forecaster_ignores_gauge_under_maintenance(room: ReadingsFixture):
    from tabuah.server.readings.processor import ReadingsProcessor

    def take(keeper: ReadingsProcessor) -> None:
        forecaster = keeper.forecaster
        before = dict(forecaster.newest)
        at = STORM_AT + timedelta(minutes=5)
        marked = [Reading(KOTO_BARU, STAGE, at, 9.0, 16)]
        forecaster.take(keeper._new_evaluation(), keeper._registry, marked, at)
        assert forecaster.newest == before

    room.service._submit(take).result()


def test_faulty_model_keeps_the_readings(room: ReadingsFixture):
    lines = tuple(replace(line, weights={"of no station": 1.0}) for line in model().methods[0].lines)
    faulty = replace(model(), methods=(replace(model().methods[0], lines=lines),))
    room.service.use_model(faulty)
    play(room, 0, 5)
    newest = max(reading.at for reading in room.service.latest() if reading.station == KOTO_BARU)
    assert newest > STORM_AT
    assert take_faults()["forecast"] >= 1


def test_recent_series_sorts_late_and_corrected_values():
    series = ("G", STAGE)
    recent = RecentReadings()
    assert recent.track([series]) == [series]
    assert recent.track([series]) == []
    for time_s, value in ((60.0, 1.0), (180.0, 3.0), (120.0, 2.0), (180.0, 4.0)):
        recent.add(series, time_s, value)
    recent.add(("stranger", STAGE), 60.0, 1.0)
    known = recent.records([series, ("stranger", STAGE)])[series]
    assert (known.times_s.tolist(), known.values.tolist()) == ([60.0, 120.0, 180.0], [1.0, 2.0, 4.0])
    recent.add(series, 10 * 86_400.0, 5.0)
    assert recent.records([series])[series].times_s.tolist() == [10 * 86_400.0]


def test_model_fitter_reports_too_little_history(tmp_path: Path):
    with open_readings_fixture(tmp_path, Clock(STORM_AT), rules=False) as room:
        room.send()
    learnt = fit_gauge_model(tmp_path / FILE_NAME, inputs(), now=STORM_AT)
    assert (learnt.station, learnt.days, learnt.rises) == (KOTO_BARU, 0.0, 0)


def test_model_fitter_fits_each_gauge_daily(tmp_path: Path):
    clock, learnt = Clock(STORM_AT), []
    known = {station.code: station for station in measured()}
    with ReadingsStore(tmp_path / FILE_NAME):
        pass
    learner = ModelFitter(
        tmp_path / FILE_NAME, clock=clock, stations=lambda: known, known=dict, on_result=learnt.append
    )
    learner.fit_all()
    learner.fit_all()
    assert len(learnt) == sum(station.river is not None for station in measured())
    clock.go(24 * 60)
    learner.fit_all()
    assert len(learnt) == 2 * sum(station.river is not None for station in measured())


def test_model_fitter_leaves_out_retired_gauges(tmp_path: Path):
    learnt: list[object] = []
    retired = Retirement(by="admin", at=STORM_AT, reason="hanyut")
    known = {station.code: replace(station, retired=retired) for station in measured()}
    with ReadingsStore(tmp_path / FILE_NAME):
        pass
    path, clock = tmp_path / FILE_NAME, Clock(STORM_AT)
    ModelFitter(path, clock=clock, stations=lambda: known, known=dict, on_result=learnt.append).fit_all()
    assert learnt == []


def test_forecast_verification_takes_extreme_dates(running_server: RunningServer):
    running_server.add_user("petugas", Role.OPERATOR)
    span = {"from": "0001-01-01T00:00:00+14:00", "to": "9999-12-31T23:59:59-12:00"}
    with running_server.client("petugas") as client:
        for path in (f"/v1/forecasts/{KOTO_BARU}/verification", "/v1/readings"):
            series = {"station": KOTO_BARU, "parameter": "stage_m"} if path == "/v1/readings" else {}
            assert client.get(path, params=span | series).status_code == 200


def test_forecast_routes_serve_forecast_model_and_verification(running_server: RunningServer):
    running_server.add_user("petugas", Role.OPERATOR)
    running_server.add_user("gerbang", Role.GATEWAY)
    running_server.service.readings.use_model(model())
    with running_server.client("petugas") as client:
        nothing = client.get(f"/v1/forecasts/{KOTO_BARU}")
        assert (nothing.status_code, nothing.json()["forecast"]) == (200, None)
        asked = client.get(f"/v1/forecasts/{KOTO_BARU}/model")
        assert decode(asked, ModelReply).model == model()
        span = {"from": "2026-06-01T00:00:00Z", "to": "2026-06-02T00:00:00Z"}
        done = client.get(f"/v1/forecasts/{KOTO_BARU}/verification", params=span)
        assert decode(done, VerificationReply).within_s == 10_800
        assert client.get(f"/v1/forecasts/{KOTO_BARU}/verification").status_code == 400
        bad = client.get(f"/v1/forecasts/{KOTO_BARU}/verification", params=span | {"to": "yesterday"})
        assert bad.status_code == 400
    with running_server.client() as client:
        assert client.get(f"/v1/forecasts/{KOTO_BARU}").status_code == 401
    running_server.service.forecasts.fit_models()
    with running_server.client("petugas") as client:
        assert decode(client.get("/v1/forecasts/SLK-AWLR-99"), ForecastReply).too_little_history is None


def decode(reply, shape):
    import msgspec

    return msgspec.json.decode(reply.content, type=shape)
