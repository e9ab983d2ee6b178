"""A river's forecast in the window: the fan, its age, its error in words, and what is not shown."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest
from running_server import RunningServer
from steady_river import steady_model
from window_room import GAUGE, log_in_and_sync, register_gauge, texts_of

from tabuah.console.forecast_words import tell_method
from tabuah.console.window.presenting.charts import StationDay, chart_content
from tabuah.console.window.presenting.forecasts import fan_of, forecast_note
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft
from tabuah.operations.forecast.forecast import StageForecast, StagePoint
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.model import Skill
from tabuah.operations.stations.bodies import StationRegistered
from tabuah.operations.stations.readings import Reading, ReadingBatch
from tabuah.operations.stations.station import River
from tabuah.operations.stations.time_series import TimeSeries
from tabuah.resources.catalogue import set_language
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

ISSUED_AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
FORECAST = StageForecast(
    station=GAUGE.code,
    issued_at=ISSUED_AT,
    stage_m=1.2,
    method=Method.RAIN_AND_ABOVE,
    points=(StagePoint(0, 1.2, 1.2, 1.2), StagePoint(3600, 1.6, 2.4, 3.0), StagePoint(21_600, 0.9, 1.4, 2.2)),
    skills=(
        Skill(lead_s=3600, cases=900, rmse_m=0.11, persistence_rmse_m=0.36),
        Skill(lead_s=10_800, cases=900, rmse_m=0.42, persistence_rmse_m=0.66),
    ),
)


@pytest.fixture(autouse=True)
def _indonesian():
    set_language("id")


def test_the_fan_reaches_from_its_issue_to_its_end():
    fan = fan_of(FORECAST, ISSUED_AT)
    assert fan.times_s.tolist() == [ISSUED_AT.timestamp() + lead_s for lead_s in (0, 3600, 21_600)]
    assert (fan.low <= fan.middle).all()
    assert (fan.middle <= fan.high).all()
    assert fan.at(ISSUED_AT.timestamp() + 1800) == pytest.approx((1.4, 1.8, 2.1))
    assert fan.at(ISSUED_AT.timestamp() - 1) is None


def test_the_note_says_when_how_and_how_exact():
    assert forecast_note(FORECAST, ISSUED_AT) == (
        "prakiraan pukul 14.30 WIB · dari hujan dan pos di hulu · galat biasa 0,11 m pada 1 jam, 0,42 m pada 3 jam"
    )
    assert "14.30 WIB (12 mnt yang lalu)" in forecast_note(FORECAST, ISSUED_AT + timedelta(minutes=12))
    assert forecast_note(None, ISSUED_AT) == ""


def test_the_note_says_what_makes_it_less_certain():
    doubtful = msgspec.structs.replace(FORECAST, missing=("SLK-AWLR-02",), beyond_history=True)
    told = forecast_note(doubtful, ISSUED_AT)
    assert "1 stasiun yang diperlukan tidak mengirim" in told
    assert told.endswith("kurang pasti")


def test_an_old_forecast_is_not_drawn_and_said_to_be_old():
    later = ISSUED_AT + timedelta(hours=3)
    assert fan_of(FORECAST, later) is None
    assert forecast_note(FORECAST, later) == "prakiraan pukul 14.30 WIB terlalu lama untuk ditampilkan"


def test_the_chart_makes_room_for_the_fan_and_none_without_it():
    times_s = np.array([ISSUED_AT.timestamp() - 60, ISSUED_AT.timestamp()])
    day = StationDay(station=GAUGE, values=TimeSeries(times_s=times_s, values=np.array([1.1, 1.2])))
    with_fan = chart_content(day, ISSUED_AT, forecast=FORECAST)
    without = chart_content(day, ISSUED_AT)
    assert with_fan.forecast is not None
    assert without.forecast is None
    assert with_fan.to_s - without.to_s >= 5 * 3600
    assert with_fan.to_s >= FORECAST.ends_at.timestamp()


def test_every_method_has_words():
    assert len({tell_method(method) for method in Method}) == len(Method)


def test_the_window_fetches_keeps_shows_and_saves_a_forecast(
    open_console, data: Path, server: RunningServer, tmp_path: Path
):
    register_gauge(server)
    server.service.readings.look()
    server.service.readings.take_model(steady_model(GAUGE.code))
    now = datetime.now(UTC)
    readings = tuple(Reading(GAUGE.code, "stage_m", now - timedelta(minutes=m), 1.2) for m in range(5))
    with server.client("gerbang") as client:
        client.post("/v1/readings", content=msgspec.json.encode(ReadingBatch(readings=readings)))
    log_in_and_sync(data, server, "ani")
    window = open_console()
    stations = window.shell.following.stations
    window.until(lambda: stations.forecast is not None)
    assert stations.forecast == server.service.readings.forecaster.newest[GAUGE.code]
    window.until(lambda: "seolah-olah tetap" in texts_of(window.shell.parts.chart))
    with ReadingsStore(data / FILE_NAME) as kept:
        assert kept.newest_forecast(GAUGE.code) == stations.forecast
    charting = window.shell.doing.charting
    charting.save(tmp_path / "grafik.csv")
    charting.save(tmp_path / "grafik.png")
    window.until((tmp_path / "grafik.png").is_file)
    assert "prakiraan" in (tmp_path / "grafik.csv").read_text("utf-8-sig")
    charting.save(tmp_path / "grafik.gif")
    assert not (tmp_path / "grafik.gif").exists()


def test_gauges_above_are_drawn_and_saved_when_they_are_wanted(
    open_console, data: Path, server: RunningServer, tmp_path: Path
):
    above = msgspec.structs.replace(
        GAUGE, code="SLK-AWLR-02", name="AWLR Cupak", river=River(name="Batang Lembang", downstream=GAUGE.code)
    )
    register_gauge(server)
    body = encode_body(StationRegistered(station=above))
    server.journal.append_own([Draft(subject=f"station/{above.code}", kind="station.registered", body=body)])
    log_in_and_sync(data, server, "ani")
    with ReadingsStore(data / FILE_NAME) as kept:
        now = datetime.now(UTC)
        kept.store([Reading(code, "stage_m", now, 1.2) for code in (GAUGE.code, above.code)])
    window = open_console()
    window.console.services.room.refresh()
    window.shell.selection.choose_station(GAUGE.code)
    stations = window.shell.following.stations
    window.until(lambda: stations.day is not None and stations.day.station.code == GAUGE.code)
    window.shell.doing.charting.compare()
    window.until(lambda: [each.name for each in stations._compared.series] == ["AWLR Cupak"])
    charting = window.shell.doing.charting
    charting.save(tmp_path / "grafik.csv")
    window.until((tmp_path / "grafik.csv").is_file)
    codes = [line.split(";")[2] for line in (tmp_path / "grafik.csv").read_text("utf-8-sig").splitlines()[1:]]
    assert codes == [GAUGE.code, above.code]
    charting.compare()
    window.until(lambda: stations._compared.series == ())
