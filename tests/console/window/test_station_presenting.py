"""A station's page in words and as a chart: gaps, states without a fresh value, sums, extremes, works, forecasts."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from window_room import GAUGE

from tabuah.console.window.presenting.span_charts import asked_span, span_content
from tabuah.console.window.presenting.station_page import station_view
from tabuah.console.window.presenting.station_rows import series_rows, week_words
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.console.window.station_past import KeptSeries, SeriesSpan, StationPast
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.stations.health import Gap, SeriesHealth, health_of
from tabuah.operations.stations.readings import Reading, SeriesPoint
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.operations.stations.time_series import TimeSeries
from tabuah.operations.stations.typing_in import TypedReading
from tabuah.storage.readings.typed import TypedOutcome
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


def health(*gaps: Gap, received: int = 1000, since: datetime = NOW - WEEK) -> SeriesHealth:
    found = health_of(GAUGE.parameters[0], np.empty(0), newest=None, qualities={}, since=since, now=NOW)
    return msgspec.structs.replace(found, gaps=gaps, received=received)


@pytest.mark.parametrize(
    ("age", "value", "word", "level"),
    [
        (timedelta(seconds=30), 2.75, "Siaga 2", Level.HIGH),
        (timedelta(seconds=30), 1.2, "Siaga 4", Level.NORMAL),
        (timedelta(minutes=5), 2.75, "terlambat", Level.NO_DATA),
        (timedelta(hours=5), 2.75, "diam", Level.NO_DATA),
    ],
)
def test_a_level_is_told_only_while_the_value_speaks_for_the_present(
    age: timedelta, value: float, word: str, level: Level
) -> None:
    (row,) = series_rows(GAUGE, {(GAUGE.code, "stage_m"): reading(age, value)}, None, NOW)
    assert (row.word, row.level) == (word, level)


def test_a_station_that_never_spoke_is_silent_and_has_no_value() -> None:
    (row,) = series_rows(GAUGE, {}, StationPast(code=GAUGE.code, series={"stage_m": KeptSeries(since=NOW)}), NOW)
    assert (row.value, row.word, row.level) == ("–", "diam", Level.NO_DATA)
    assert row.week_words == "belum ada yang tersimpan di sini"


def test_gaps_are_told_by_number_and_the_longest_with_its_time() -> None:
    gaps = (Gap(NOW - 50 * HOUR, NOW - 49 * HOUR), Gap(NOW - 30 * HOUR, NOW - 27 * HOUR))
    assert "2 celah, terpanjang 3 jam mulai 23 Nov 2026 09.00 WIB" in week_words(health(*gaps), NOW)


def test_a_gap_that_goes_on_is_told_as_silence_of_now() -> None:
    assert "kini diam selama 25 menit" in week_words(health(Gap(NOW - timedelta(minutes=25), NOW)), NOW)


def test_a_week_that_is_not_whole_says_since_when() -> None:
    assert "sejak 23 Nov 2026 15.00 WIB" in week_words(health(received=1438, since=NOW - 24 * HOUR), NOW)
    assert "dalam 7 hari" in week_words(health(received=10_000), NOW)


def test_the_strip_begins_where_something_is_known() -> None:
    times_s = np.arange((NOW - 84 * HOUR).timestamp(), NOW.timestamp(), 60)
    kept = KeptSeries(values=TimeSeries(times_s=times_s, values=np.ones(len(times_s))), since=NOW - 84 * HOUR)
    (row,) = series_rows(GAUGE, {}, StationPast(code=GAUGE.code, series={"stage_m": kept}), NOW)
    assert row.week.begins == pytest.approx(0.5)
    assert row.week.gaps == ()
    assert len(row.week.midnights) == 7
    assert row.day.times_s[0] >= (NOW - 24 * HOUR).timestamp()


def test_typed_readings_tell_their_source_and_what_became_of_them() -> None:
    typed = TypedReading(reading(HOUR, 2.42), "ani", "papan duga")
    past = StationPast(
        code=GAUGE.code,
        typed=(
            TypedOutcome(typed=typed, waits=True),
            TypedOutcome(typed=typed, waits=False, refused="out_of_range"),
        ),
    )
    view = station_view(GAUGE, RoomSnapshot(), {}, past=past, rules=(), asides=None, now=NOW)
    waiting, refused = view.sections[-1].facts
    assert waiting.value == "2,42 m · papan duga · ani · menunggu server"
    assert refused.level is Level.ATTENTION
    assert "di luar" in refused.value


def test_what_the_server_set_aside_is_told_or_said_to_be_unknown() -> None:
    def said(asides: dict[str, int] | None) -> str:
        view = station_view(GAUGE, RoomSnapshot(), {}, past=None, rules=(), asides=asides, now=NOW)
        return next(fact.value for fact in view.sections[0].facts if fact.label == "Disisihkan server")

    assert said(None) == "tidak diketahui tanpa server"
    assert said({}) == "tidak ada"
    assert said({"out_of_range": 1200}).startswith("1.200 × ")
    assert said({"newer_reason": 1}) == "1 × newer_reason"


def read(station: Station, span: str, points: list[SeriesPoint]) -> SeriesSpan:
    asked = asked_span(station, station.parameters[0].code, span, NOW)
    return SeriesSpan(
        station=station,
        parameter=asked.parameter,
        since=asked.since,
        until=asked.until,
        most=asked.most,
        points=tuple(points),
    )


def test_rain_adds_up_and_hangs_in_whole_days() -> None:
    points = [SeriesPoint(NOW - n * HOUR, 0.5, 0.0, 1.0, 6) for n in range(48, 0, -1)]
    content = span_content(read(RAIN_STATION, MONTH, points), MONTH)
    assert content is not None
    assert content.values.values[-1] == pytest.approx(48 * 3.0)
    assert content.rain is not None
    assert content.rain.values.tolist() == pytest.approx([16 * 3.0, 24 * 3.0, 8 * 3.0])
    assert content.compared == ()


def test_the_highest_of_each_bucket_is_drawn_beside_the_mean() -> None:
    points = [SeriesPoint(NOW - n * 12 * HOUR, 1.0, 0.8, 3.4, 72) for n in range(20, 0, -1)]
    content = span_content(read(GAUGE, YEAR, points), YEAR)
    assert content is not None
    highest, lowest = content.compared
    assert (highest.name, highest.series.values.max(), lowest.series.values.min()) == ("tertinggi", 3.4, 0.8)
    assert content.spans_days


def test_single_values_have_no_extremes_and_a_day_needs_no_date() -> None:
    points = [SeriesPoint(NOW - n * HOUR, 1.0, 1.0, 1.0, 1) for n in range(20, 0, -1)]
    content = span_content(read(GAUGE, DAY, points), DAY)
    assert content is not None
    assert (content.compared, content.spans_days) == ((), False)
    assert [band.label for band in content.bands] == ["Siaga 3", "Siaga 2", "Siaga 1"]


def test_work_on_the_station_is_marked_in_its_chart() -> None:
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
    content = span_content(read(GAUGE, DAY, []), DAY, works=(work,))
    assert content is not None
    assert [(span.from_s, span.to_s) for span in content.spans] == [
        ((NOW - 5 * HOUR).timestamp(), (NOW - 3 * HOUR).timestamp())
    ]


def test_what_a_station_does_not_measure_has_no_chart() -> None:
    assert span_content(of_the_wind(read(GAUGE, DAY, [])), DAY) is None


def of_the_wind(span: SeriesSpan) -> SeriesSpan:
    """The same question about something that the gauge does not measure."""
    return SeriesSpan(station=span.station, parameter="wind_ms", since=span.since, until=span.until, most=span.most)
