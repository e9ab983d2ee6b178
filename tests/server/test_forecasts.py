"""Forecasts on the server: issued with the readings, judged by rules, kept to be verified, given to consoles."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from readings_room import Clock, Room, open_room
from river_season import KOTO_BARU, STORM_AT, first_at, flood, inputs, measured, model
from running_server import RunningServer

from tabuah.operations.authority.roles import Role
from tabuah.operations.forecast.inputs import RAIN, STAGE
from tabuah.operations.levels import AlarmSeverity, RiverLevel
from tabuah.operations.rules.rule import Forecast, Rule
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.storm import storm
from tabuah.operations.stations.readings import Reading
from tabuah.server.forecasts.learning import Learner, learn_gauge
from tabuah.server.forecasts.memory import RecentReadings
from tabuah.storage.journal.protocol import ForecastReply, ModelReply, VerificationReply
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

SIAGA_2_M = 2.6
RULE = Rule(
    id="ramalan-siaga-2",
    name="Ramalan Siaga 2",
    parameter="stage_m",
    condition=Forecast(level=RiverLevel.SIAGA_2, within_s=10_800),
    severity=AlarmSeverity.ATTENTION,
    stations=(KOTO_BARU,),
)


@cache
def scenario() -> Scenario:
    return storm(measured(), STORM_AT)


def readings(since: datetime, until: datetime) -> list[Reading]:
    """What the river's stations measure in the storm."""
    found = scenario().readings_between(since, until)
    return [reading for reading in found if reading.parameter in (STAGE, RAIN)]


def play(room: Room, since_min: float, until_min: float, *, step_min: float = 5.0) -> None:
    at_min = since_min
    while at_min < until_min:
        until = STORM_AT + timedelta(minutes=at_min + step_min)
        room.clock.now = until
        room.send(*readings(until - timedelta(minutes=step_min), until))
        at_min += step_min


def prepare(room: Room) -> None:
    """The stations and a day and a half of dry weather."""
    room.register(*measured())
    room.write_rules(RULE)
    room.service.take_model(model())
    room.clock.now = STORM_AT
    past = readings(STORM_AT - timedelta(hours=31), STORM_AT)
    for start in range(0, len(past), 5000):
        room.send(*past[start : start + 5000])


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with open_room(tmp_path, Clock(STORM_AT), rules=False) as room:
        prepare(room)
        yield room


def test_the_storm_alarms_the_room_before_the_river_comes_and_the_alarm_ends_when_it_is_there(room: Room):
    play(room, 0, 160)
    (alarm,) = room.alarms_of(RULE.id)
    reached_at = first_at(flood(), SIAGA_2_M)
    assert timedelta(minutes=20) < reached_at - alarm.onset_at < timedelta(minutes=120)
    assert abs(alarm.expected.at - reached_at) < timedelta(minutes=60)
    assert alarm.expected.earliest_at <= alarm.expected.at
    assert (alarm.limit, alarm.is_active, alarm.exercise) == (SIAGA_2_M, False, True)
    assert alarm.cleared_at >= reached_at


def test_one_forecast_a_minute_is_issued_and_one_in_ten_minutes_kept(room: Room, tmp_path: Path):
    before = room.service.forecaster.newest[KOTO_BARU]
    play(room, 0, 20, step_min=0.25)
    newest = room.service.forecaster.newest[KOTO_BARU]
    assert newest.issued_at > before.issued_at
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        kept = store.forecasts_between(KOTO_BARU, STORM_AT, STORM_AT + timedelta(hours=1))
        assert [f.issued_at.minute // 10 for f in kept] == [0, 1]
        assert store.newest_forecast(KOTO_BARU) == newest
        assert store.newest_forecast("SLK-AWLR-09") is None


def test_history_that_is_sent_late_is_remembered_and_not_forecast(tmp_path: Path):
    with open_room(tmp_path, Clock(STORM_AT), rules=False) as room:
        room.register(*measured())
        room.service.take_model(model())
        room.send(*readings(STORM_AT - timedelta(hours=4), STORM_AT - timedelta(hours=2)))
        assert room.service.forecaster.newest == {}


def test_a_restart_keeps_the_model_the_forecast_and_the_alarm(tmp_path: Path):
    clock = Clock(STORM_AT)
    with open_room(tmp_path, clock, rules=False) as room:
        prepare(room)
        play(room, 0, 100)
        (before,) = room.alarms_of(RULE.id)
        newest = room.service.forecaster.newest[KOTO_BARU]
    with open_room(tmp_path, clock, rules=False) as room:
        assert room.service.forecaster.newest[KOTO_BARU] == newest
        assert room.service.forecaster.models[KOTO_BARU] == model()
        play(room, 100, 110)
        assert room.service.forecaster.newest[KOTO_BARU].method is newest.method
        assert room.alarms_of(RULE.id) == [before]
        play(room, 110, 150)
        assert not room.alarms_of(RULE.id)[0].is_active
        assert len(room.alarms_of(RULE.id)) == 1


def test_a_gauge_that_is_worked_on_issues_nothing(room: Room):
    from tabuah.server.readings.keeper import Keeper

    def take(keeper: Keeper) -> None:
        forecaster = keeper.forecaster
        before = dict(forecaster.newest)
        at = STORM_AT + timedelta(minutes=5)
        marked = [Reading(KOTO_BARU, STAGE, at, 9.0, 16)]
        forecaster.take(keeper._new_round(), keeper._registry, marked, at)
        assert forecaster.newest == before

    room.service._submit(take).result()


def test_a_late_value_takes_its_place_and_a_corrected_one_the_place_of_the_old():
    series = ("G", STAGE)
    recent = RecentReadings()
    assert recent.want([series]) == [series]
    assert recent.want([series]) == []
    for time_s, value in ((60.0, 1.0), (180.0, 3.0), (120.0, 2.0), (180.0, 4.0)):
        recent.add(series, time_s, value)
    recent.add(("stranger", STAGE), 60.0, 1.0)
    known = recent.records([series, ("stranger", STAGE)])[series]
    assert (known.times_s.tolist(), known.values.tolist()) == ([60.0, 120.0, 180.0], [1.0, 2.0, 4.0])
    recent.add(series, 10 * 86_400.0, 5.0)
    assert recent.records([series])[series].times_s.tolist() == [10 * 86_400.0]


def test_the_server_learns_from_what_it_has_kept_and_says_when_that_is_too_little(tmp_path: Path):
    with open_room(tmp_path, Clock(STORM_AT), rules=False) as room:
        room.send()
    learnt = learn_gauge(tmp_path / FILE_NAME, inputs(), now=STORM_AT)
    assert (learnt.station, learnt.days, learnt.rises) == (KOTO_BARU, 0.0, 0)


def test_a_gauge_is_learnt_once_a_day(tmp_path: Path):
    clock, learnt = Clock(STORM_AT), []
    known = {station.code: station for station in measured()}
    with ReadingsStore(tmp_path / FILE_NAME):
        pass
    learner = Learner(tmp_path / FILE_NAME, clock=clock, stations=lambda: known, known=dict, on_learnt=learnt.append)
    learner.learn_all()
    learner.learn_all()
    assert len(learnt) == sum(station.river is not None for station in measured())
    clock.go(24 * 60)
    learner.learn_all()
    assert len(learnt) == 2 * sum(station.river is not None for station in measured())


def test_consoles_ask_for_the_newest_forecast_its_model_and_how_forecasts_have_done(running_server: RunningServer):
    running_server.add_user("petugas", Role.OPERATOR)
    running_server.add_user("gerbang", Role.GATEWAY)
    running_server.service.readings.take_model(model())
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
    running_server.service.forecasts.learn()
    with running_server.client("petugas") as client:
        assert decode(client.get("/v1/forecasts/SLK-AWLR-99"), ForecastReply).too_little_history is None


def decode(reply, shape):
    import msgspec

    return msgspec.json.decode(reply.content, type=shape)
