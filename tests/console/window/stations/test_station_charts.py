"""The chart of a day: bands, gaps, rain and maintenance."""

from datetime import timedelta

import msgspec
import numpy as np
from support.window_fixture import GAUGE
from support.window_values import NOW

from tabuah.console.window.shared.day_readings import DayReadings
from tabuah.console.window.stations.station_charts import chart_content, level_bands, maintenance_spans
from tabuah.operations.levels import RiverLevel
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.stations.changes import RangeChange, StationChanges, ThresholdChange
from tabuah.operations.stations.station import River


def time_series(*values: tuple[float, float]) -> TimeSeries:
    return TimeSeries(
        times_s=np.array([(NOW - timedelta(minutes=ago)).timestamp() for ago, _value in values]),
        values=np.array([value for _ago, value in values]),
    )


def test_day_chart_has_bands_gaps_and_clock() -> None:
    day = DayReadings(
        station=msgspec.structs.replace(GAUGE, exercise=True),
        values=time_series((30, 1.0), (29, 1.1), (5, 3.3)),
        rain={"A": time_series((20, 4.0)), "B": TimeSeries()},
    )
    content = chart_content(day, NOW)
    assert [(band.label, band.low, band.high) for band in content.bands] == [
        ("Siaga 3", 2.0, 2.6),
        ("Siaga 2", 2.6, 3.2),
        ("Siaga 1", 3.2, None),
    ]
    assert content.rain is not None
    assert np.nansum(content.rain.values) == 4.0
    assert np.isnan(content.rain.values).sum() == len(content.rain) - 1, "a quarter without a word is not 0 mm"
    assert "1 pos" in content.note
    assert content.now_s == NOW.timestamp()
    assert content.exercise


def work(since_min: int, until_min: int, *, station: str = GAUGE.code) -> MaintenanceWindow:
    """Return a maintenance window between two times, in minutes from now."""
    return MaintenanceWindow(
        id="w",
        stations=(station,),
        since=NOW + timedelta(minutes=since_min),
        until=NOW + timedelta(minutes=until_min),
        reason="kalibrasi",
        planned_by="ani",
        planned_at=NOW,
        exercise=False,
    )


def test_day_chart_joins_overlapping_maintenance() -> None:
    content = chart_content(DayReadings(station=GAUGE), NOW)
    windows = [work(-90, -60), work(-70, -30), work(-10, 20), work(-9, -8, station="OTHER"), work(-9000, -8000)]
    spans = maintenance_spans(GAUGE.code, windows, content)
    told = [((span.from_s - NOW.timestamp()) / 60, (span.to_s - NOW.timestamp()) / 60) for span in spans]
    assert told == [(-90, -30), (-10, 20)]
    assert {span.name for span in spans} == {"pemeliharaan"}
    ended = msgspec.structs.replace(work(-90, 60), ended_at=NOW - timedelta(minutes=80))
    assert [span.to_s for span in maintenance_spans(GAUGE.code, [ended], content)] == [NOW.timestamp() - 4800]


def test_rain_mean_covers_only_reporting_gauges() -> None:
    rain = {"A": time_series((20, 4.0)), "B": time_series((200, 2.0))}
    content = chart_content(DayReadings(station=GAUGE, rain=rain), NOW)
    assert content.rain is not None
    assert sorted(value for value in content.rain.values if value == value) == [2.0, 4.0]


def test_level_bands_of_gauge_without_thresholds_are_empty():
    assert level_bands(River(name="Batang Lembang")) == ()


def test_day_chart_marks_changed_limits_with_their_reason() -> None:
    changed = ThresholdChange(
        entry="e", by="ani", at=NOW - timedelta(hours=3), reason="penampang diukur ulang",
        before={RiverLevel.SIAGA_1: 3.2}, after={RiverLevel.SIAGA_1: 3.5},
    )  # fmt: skip
    other = RangeChange(entry="f", by="ani", at=NOW, reason="baterai", parameter="battery_v")
    station = msgspec.structs.replace(GAUGE, changes=StationChanges(thresholds=(changed,), ranges=(other,)))
    (mark,) = chart_content(DayReadings(station=station), NOW).limit_changes
    assert mark.time_s == changed.at.timestamp()
    assert all(part in mark.text for part in ("3,20 m → 3,50 m", "ani", "penampang diukur ulang"))
