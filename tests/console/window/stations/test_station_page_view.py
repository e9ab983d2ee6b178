"""Station page and charts: gaps, stale states, sums, extremes, maintenance, forecasts."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from support import sensor_samples
from support.window_fixture import GAUGE

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.stations.series_rows import series_rows
from tabuah.console.window.stations.station_charts import requested_span, series_chart_content
from tabuah.console.window.stations.station_history import KeptSeries, SeriesSpan, StationHistory
from tabuah.console.window.stations.station_page_view import station_view
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.readings.reading import ManualReading, Reading, ReadingCorrection, SeriesPoint
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.stations.health import Gap, SeriesHealth, health_of
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.resources.localisation import format_time
from tabuah.storage.readings.manual_readings import ManualReadingOutcome
from tabuah.text.stations.station_text import describe_week
from tabuah.widgets.stations.span_chart import DAY, MONTH, YEAR
from tabuah.widgets.values import Level

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
RAIN = Parameter(code="rain_mm", unit="mm", expected_interval_s=600, valid_min=0, valid_max=100)
RAIN_STATION = Station(
    code="SLK-ARR-07", name="ARR Aie Dingin", kind=StationKind.RAIN, lon_deg=100.7, lat_deg=-1.0, parameters=(RAIN,)
)


def reading(ago: timedelta, value: float) -> Reading:
    return Reading(GAUGE.code, "stage_m", NOW - ago, value)


def corrected_past() -> StationHistory:
    """Return a history in which one value was corrected."""
    correction = ReadingCorrection(
        station=GAUGE.code, parameter="stage_m", at=NOW - HOUR, old_value=27.5, old_quality=0, old_account="gateway",
        new_value=2.75, new_quality=0, new_account="ani", corrected_at=NOW,
    )  # fmt: skip
    return StationHistory(code=GAUGE.code, series={"stage_m": KeptSeries(since=NOW, corrections=(correction,))})


def health(*gaps: Gap, received: int = 1000, since: datetime = NOW - WEEK) -> SeriesHealth:
    found = health_of(GAUGE.parameters[0], np.empty(0), newest=None, qualities={}, since=since, now=NOW)
    return msgspec.structs.replace(found, gaps=gaps, received=received)


@pytest.mark.parametrize(
    ("age", "value", "word", "level"),
    [
        (timedelta(seconds=30), 2.75, "Siaga 2", Level.HIGH),
        (timedelta(seconds=30), 1.2, "Siaga 4", Level.NORMAL),
        (timedelta(minutes=5), 2.75, "terlambat", Level.NO_DATA),
        (timedelta(hours=5), 2.75, "tanpa data", Level.NO_DATA),
    ],
)
def test_station_row_shows_level_only_when_fresh(age: timedelta, value: float, word: str, level: Level) -> None:
    (row,) = series_rows(GAUGE, {(GAUGE.code, "stage_m"): reading(age, value)}, None, NOW)
    assert (row.word, row.level) == (word, level)


def test_station_row_ends_with_interval_which_may_be_cut() -> None:
    (row,) = series_rows(
        GAUGE, {(GAUGE.code, "stage_m"): reading(timedelta(seconds=30), 2.75)}, corrected_past(), NOW
    )
    assert row.about == "data 30 dtk lalu · 1 nilai dikoreksi · seharusnya tiap 1 menit"


def test_station_row_without_readings_is_silent() -> None:
    (row,) = series_rows(GAUGE, {}, StationHistory(code=GAUGE.code, series={"stage_m": KeptSeries(since=NOW)}), NOW)
    assert (row.value, row.word, row.level) == ("–", "tanpa data", Level.NO_DATA)
    assert row.week_words == "belum ada yang tersimpan di sini"


def test_week_text_counts_gaps_and_names_longest() -> None:
    gaps = (Gap(NOW - 50 * HOUR, NOW - 49 * HOUR), Gap(NOW - 30 * HOUR, NOW - 27 * HOUR))
    assert "2 jeda, terpanjang 3 jam mulai 23 Nov 2026 09.00 WIB" in describe_week(health(*gaps), NOW)


def test_week_text_describes_open_gap_as_silence() -> None:
    assert "tanpa data selama 25 menit" in describe_week(health(Gap(NOW - timedelta(minutes=25), NOW)), NOW)


def test_week_text_names_start_of_partial_week() -> None:
    assert "sejak 23 Nov 2026 15.00 WIB" in describe_week(health(received=1438, since=NOW - 24 * HOUR), NOW)
    assert "dalam 7 hari" in describe_week(health(received=10_000), NOW)


def test_week_strip_starts_at_first_known_hour() -> None:
    times_s = np.arange((NOW - 84 * HOUR).timestamp(), NOW.timestamp(), 60)
    kept = KeptSeries(values=TimeSeries(times_s=times_s, values=np.ones(len(times_s))), since=NOW - 84 * HOUR)
    (row,) = series_rows(GAUGE, {}, StationHistory(code=GAUGE.code, series={"stage_m": kept}), NOW)
    assert row.week.begins == pytest.approx(0.5)
    assert row.week.gaps == ()
    assert len(row.week.midnights) == 7
    assert row.day.times_s[0] >= (NOW - 24 * HOUR).timestamp()


def test_manual_readings_show_source_and_verdict() -> None:
    typed = ManualReading(reading(HOUR, 2.42), "ani", "papan duga")
    past = StationHistory(
        code=GAUGE.code,
        typed=(
            ManualReadingOutcome(manual=typed, waits=True),
            ManualReadingOutcome(manual=typed, waits=False, refused="out_of_range"),
        ),
    )
    view = station_view(GAUGE, ConsoleSnapshot(), {}, past=past, rules=(), quarantined=None, now=NOW)
    waiting, refused = view.sections[-1].facts
    assert waiting.value == "2,42 m · papan duga · ani · menunggu server"
    assert refused.level is Level.ATTENTION
    assert "di luar" in refused.value


def test_station_page_dates_value_at_raising() -> None:
    at = sensor_samples.START
    snapshot = ConsoleSnapshot(alarms={"alarm": sensor_samples.alarm(id="alarm", station=GAUGE.code, value=3.35)})
    view = station_view(GAUGE, snapshot, {}, past=None, rules=(), quarantined=None, now=at + HOUR)
    assert f"3,35 m pukul {format_time(at, zone=False)} · " in view.notices[0].text


def test_station_page_shows_quarantined_or_unknown() -> None:
    def said(quarantined: dict[str, int] | None) -> str:
        view = station_view(GAUGE, ConsoleSnapshot(), {}, past=None, rules=(), quarantined=quarantined, now=NOW)
        return next(fact.value for fact in view.sections[0].facts if fact.label == "Disisihkan oleh server")

    assert said(None) == "tidak diketahui tanpa server"
    assert said({}) == "tidak ada"
    assert said({"out_of_range": 1200}).startswith("1.200 × ")
    assert said({"newer_reason": 1}) == "1 × newer_reason"


def read(station: Station, span: str, points: list[SeriesPoint]) -> SeriesSpan:
    asked = requested_span(station, station.parameters[0].code, span, NOW)
    return SeriesSpan(
        station=station,
        parameter=asked.parameter,
        since=asked.since,
        until=asked.until,
        most=asked.most,
        points=tuple(points),
    )


def test_rain_chart_sums_whole_days() -> None:
    points = [SeriesPoint(NOW - n * HOUR, 0.5, 0.0, 1.0, 6) for n in range(48, 0, -1)]
    content = series_chart_content(read(RAIN_STATION, MONTH, points), MONTH)
    assert content is not None
    assert content.values.values[-1] == pytest.approx(48 * 3.0)
    assert content.rain is not None
    assert content.rain.values.tolist() == pytest.approx([16 * 3.0, 24 * 3.0, 8 * 3.0])
    assert content.compared == ()


def test_series_chart_draws_maximum_beside_mean() -> None:
    points = [SeriesPoint(NOW - n * 12 * HOUR, 1.0, 0.8, 3.4, 72) for n in range(20, 0, -1)]
    content = series_chart_content(read(GAUGE, YEAR, points), YEAR)
    assert content is not None
    highest, lowest = content.compared
    assert (highest.name, highest.series.values.max(), lowest.series.values.min()) == ("tertinggi", 3.4, 0.8)
    assert content.spans_days


def test_series_chart_of_single_values_has_no_extremes() -> None:
    points = [SeriesPoint(NOW - n * HOUR, 1.0, 1.0, 1.0, 1) for n in range(20, 0, -1)]
    content = series_chart_content(read(GAUGE, DAY, points), DAY)
    assert content is not None
    assert (content.compared, content.spans_days) == ((), False)
    assert [band.label for band in content.bands] == ["Siaga 3", "Siaga 2", "Siaga 1"]


def test_series_chart_marks_maintenance() -> None:
    work = MaintenanceWindow(
        id="w",
        stations=(GAUGE.code,),
        since=NOW - 5 * HOUR,
        until=NOW - 3 * HOUR,
        reason="kalibrasi",
        planned_by="ani",
        planned_at=NOW - 6 * HOUR,
        exercise=False,
    )
    content = series_chart_content(read(GAUGE, DAY, []), DAY, works=(work,))
    assert content is not None
    assert [(span.from_s, span.to_s) for span in content.spans] == [
        ((NOW - 5 * HOUR).timestamp(), (NOW - 3 * HOUR).timestamp())
    ]


def test_series_chart_of_unmeasured_parameter_is_none() -> None:
    assert series_chart_content(of_unmeasured_parameter(read(GAUGE, DAY, [])), DAY) is None


def of_unmeasured_parameter(span: SeriesSpan) -> SeriesSpan:
    """Return the same period of a parameter that the gauge does not measure."""
    return SeriesSpan(station=span.station, parameter="wind_ms", since=span.since, until=span.until, most=span.most)
