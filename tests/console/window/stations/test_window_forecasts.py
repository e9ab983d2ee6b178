"""A river's forecast in the window: fan, age, error text, and when it is hidden."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest
from support.running_server import RunningServer
from support.steady_river import steady_model
from support.window_fixture import GAUGE, log_in_and_sync, register_gauge, visible_texts

from tabuah.console.window.shared.day_readings import DayReadings
from tabuah.console.window.stations.station_charts import chart_content, forecast_fan
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.forecast.gauge_model import Skill
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.stage_forecast import StageForecast, StagePoint
from tabuah.operations.readings.reading import Reading, ReadingBatch
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import River
from tabuah.resources.localisation import set_language
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.text.forecast.forecasts import describe_forecast_method, forecast_note

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


def test_forecast_fan_spans_issue_to_end():
    fan = forecast_fan(FORECAST, ISSUED_AT)
    assert fan.times_s.tolist() == [ISSUED_AT.timestamp() + lead_s for lead_s in (0, 3600, 21_600)]
    assert (fan.low <= fan.middle).all()
    assert (fan.middle <= fan.high).all()
    assert fan.at(ISSUED_AT.timestamp() + 1800) == pytest.approx((1.4, 1.8, 2.1))
    assert fan.at(ISSUED_AT.timestamp() - 1) is None


def test_forecast_note_states_time_method_and_error():
    assert forecast_note(FORECAST, ISSUED_AT) == (
        "prakiraan pukul 14.30 WIB · dari hujan dan pos di hulu · galat (RMSE) 0,11 m pada 1 jam, 0,42 m pada 3 jam"
    )
    assert "14.30 WIB (12 mnt yang lalu)" in forecast_note(FORECAST, ISSUED_AT + timedelta(minutes=12))
    assert forecast_note(None, ISSUED_AT) == ""


def test_forecast_note_states_causes_of_uncertainty():
    doubtful = msgspec.structs.replace(FORECAST, missing=("SLK-AWLR-02",), beyond_history=True)
    told = forecast_note(doubtful, ISSUED_AT)
    assert "1 stasiun yang diperlukan tanpa data" in told
    assert told.endswith("kurang pasti")


def test_old_forecast_is_not_drawn():
    later = ISSUED_AT + timedelta(hours=3)
    assert forecast_fan(FORECAST, later) is None
    assert forecast_note(FORECAST, later) == "prakiraan pukul 14.30 WIB terlalu lama untuk ditampilkan"


def test_chart_range_extends_only_for_fan():
    times_s = np.array([ISSUED_AT.timestamp() - 60, ISSUED_AT.timestamp()])
    day = DayReadings(station=GAUGE, values=TimeSeries(times_s=times_s, values=np.array([1.1, 1.2])))
    with_fan = chart_content(day, ISSUED_AT, forecast=FORECAST)
    without = chart_content(day, ISSUED_AT)
    assert with_fan.forecast is not None
    assert without.forecast is None
    assert with_fan.to_s - without.to_s >= 5 * 3600
    assert with_fan.to_s >= FORECAST.ends_at.timestamp()


def test_forecast_methods_all_have_text():
    assert len({describe_forecast_method(method) for method in Method}) == len(Method)


def test_forecast_is_fetched_shown_and_exported(open_console, data: Path, server: RunningServer, tmp_path: Path):
    register_gauge(server)
    server.service.readings.check_silence()
    server.service.readings.use_model(steady_model(GAUGE.code))
    now = datetime.now(UTC)
    readings = tuple(Reading(GAUGE.code, "stage_m", now - timedelta(minutes=m), 1.2) for m in range(5))
    with server.client("gerbang") as client:
        client.post("/v1/readings", content=msgspec.json.encode(ReadingBatch(readings=readings)))
    log_in_and_sync(data, server, "ani")
    window = open_console()
    stations = window.updates.stations
    window.until(lambda: stations.forecast is not None)
    assert stations.forecast == server.service.readings.forecaster.newest[GAUGE.code]
    window.until(lambda: "persistensi" in visible_texts(window.shell.parts.chart))
    with ReadingsStore(data / FILE_NAME) as kept:
        assert kept.forecasts.newest_of(GAUGE.code) == stations.forecast
    chart_export = window.commands.stations.chart_export
    chart_export.save(tmp_path / "grafik.csv")
    chart_export.save(tmp_path / "grafik.png")
    window.until((tmp_path / "grafik.png").is_file)
    assert "prakiraan" in (tmp_path / "grafik.csv").read_text("utf-8-sig")
    chart_export.save(tmp_path / "grafik.gif")
    assert not (tmp_path / "grafik.gif").exists()


def test_upstream_gauges_are_drawn_and_exported(open_console, data: Path, server: RunningServer, tmp_path: Path):
    above = msgspec.structs.replace(
        GAUGE, code="SLK-AWLR-02", name="AWLR Cupak", river=River(name="Batang Lembang", downstream=GAUGE.code)
    )
    register_gauge(server)
    body = encode_body(StationRegistered(station=above))
    server.journal.append_drafts([Draft(subject=f"station/{above.code}", kind="station.registered", body=body)])
    log_in_and_sync(data, server, "ani")
    with ReadingsStore(data / FILE_NAME) as kept:
        now = datetime.now(UTC)
        kept.store([Reading(code, "stage_m", now, 1.2) for code in (GAUGE.code, above.code)])
    window = open_console()
    window.console.services.state.refresh()
    window.selection.choose_station(GAUGE.code)
    stations = window.updates.stations
    window.until(lambda: stations.day is not None and stations.day.station.code == GAUGE.code)
    window.commands.stations.chart_export.compare()
    window.until(lambda: [each.name for each in stations._compared.series] == ["AWLR Cupak"])
    chart_export = window.commands.stations.chart_export
    chart_export.save(tmp_path / "grafik.csv")
    window.until((tmp_path / "grafik.csv").is_file)
    codes = [line.split(";")[2] for line in (tmp_path / "grafik.csv").read_text("utf-8-sig").splitlines()[1:]]
    assert codes == [GAUGE.code, above.code]
    chart_export.compare()
    window.until(lambda: stations._compared.series == ())
