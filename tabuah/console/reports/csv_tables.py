"""CSV files for Excel: incidents, charts, series and alarm performance.

Each file has a byte order mark, local times with a zone column, and no formulas. In Indonesian the separator is a
semicolon and the decimal sign a comma, as Excel expects there; in English they are comma and point.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from tabuah.console.readings.span_records import SpanLine, SpansRecord
from tabuah.console.reports.incident_columns import (
    COLUMNS,
    ColumnType,
    ListedIncident,
    Value,
    format_value,
    read_value,
)
from tabuah.console.reports.performance_tables import FigureTable
from tabuah.console.reports.printable import clean_text
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.import_table import guard_formula, visible_cell
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.reading import ReadingCorrection
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import N_, _, current_language
from tabuah.resources.time_zone import home_zone, zone_label
from tabuah.text.alarms.performance import PerformanceFigure
from tabuah.text.alarms.titles import severity_label
from tabuah.text.readings.corrections import describe_correction
from tabuah.text.readings.measurements import parameter_name

_SPAN_DIGITS: Final = 6

_CHART_TITLES: Final = (
    N_("Time"), N_("Time zone"), N_("Station code"), N_("Station"), N_("Measured"), N_("Value"), N_("Unit"),
    N_("Kind"), N_("Data source"), N_("Correction"),
)  # fmt: skip
_SPAN_TITLES: Final = (
    N_("Time"), N_("Time zone"), N_("Station code"), N_("Measured"), N_("Unit"), N_("Lowest"), N_("Highest"),
    N_("Mean"), N_("Sum"), N_("Readings"), N_("Newest"), N_("Age of the newest (s)"),
)  # fmt: skip


class ChartedSeries(msgspec.Struct, frozen=True, kw_only=True):
    """A series of a chart; `kind` describes its values."""

    station: Station
    parameter: str
    values: TimeSeries
    kind: str
    corrections: tuple[ReadingCorrection, ...] = ()


def encode_incidents_csv(items: Sequence[ListedIncident]) -> bytes:
    """Return all `items`, one per line."""
    return _encode(
        [
            [*(_(column.title) for column in COLUMNS), _("Time zone")],
            *(_incident_row(item) for item in items),
        ]
    )


def encode_chart_csv(series: list[ChartedSeries], forecast: StageForecast | None, station: Station) -> bytes:
    """Return all values of a chart, one reading or forecast value per line.

    Args:
        series: the measured series.
        forecast: the forecast, if shown.
        station: the station of the forecast.
    """
    rows = [[_(title) for title in _CHART_TITLES]]
    for each in series:
        times = zip(each.values.times_s.tolist(), each.values.values.tolist(), strict=True)
        notes = {round(c.at.timestamp(), 3): describe_correction(c) for c in each.corrections}
        rows += [
            _chart_row(each.station, each.parameter, time_s, value, each.kind, notes.get(round(time_s, 3), ""))
            for time_s, value in times
        ]
    if forecast is not None:
        rows += [
            _chart_row(station, "stage_m", time_s, value, kind) for time_s, value, kind in _forecast_values(forecast)
        ]
    return _encode(rows)


def encode_spans_csv(record: SpansRecord) -> bytes:
    """Return all minutes, hours or days of a record, one per line."""
    return _encode([[_(title) for title in _SPAN_TITLES], *(_span_row(line, record) for line in record.spans)])


def encode_alarm_performance_csv(
    figures: Sequence[PerformanceFigure], alarms: Iterable[Alarm], *, mark: str = ""
) -> bytes:
    """Return the figures with their recommended values, an empty line, and the alarms they count.

    `mark` names their exercise in a first line.
    """
    kept = {True: _("yes"), False: _("no"), None: ""}
    return _encode(
        [
            *([[escape_formula(mark)]] if mark else []),
            [_("Figure"), _("Value"), _("Recommended"), _("met")],
            *([*map(escape_formula, (f.label, f.value_with_note, f.recommended)), kept[f.is_kept]] for f in figures),
            [],
            [
                _("Raised"),
                _("Cleared"),
                _("Acknowledged"),
                _("By"),
                _("Level"),
                _("Station"),
                _("Rule"),
                _("Time zone"),
            ],
            *map(_alarm_row, alarms),
        ]
    )


def encode_performance_csv(tables: Iterable[FigureTable], items: Sequence[ListedIncident]) -> bytes:
    """Return the tables with their names, divided by empty lines; the last one has the incidents behind them."""
    rows: list[list[str]] = []
    for table in tables:
        rows += [[table.name], [column.title for column in table.columns]]
        forms = [column.form for column in table.columns]
        rows += [[_format_cell(value, form) for value, form in zip(row, forms, strict=True)] for row in table.rows]
        rows.append([])
    rows += [[_("Incidents")], [*(_(column.title) for column in COLUMNS), _("Time zone")], *map(_incident_row, items)]
    return _encode(rows)


def escape_formula(text: str) -> str:
    """Return the text without direction characters, and with a replacement character for each control character.

    A text that a spreadsheet would read as a formula is prefixed with an apostrophe.
    """
    return guard_formula(clean_text(visible_cell(text)))


def _encode(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    delimiter = ";" if _is_decimal_comma() else ","
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(map(visible_cell, row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _is_decimal_comma() -> bool:
    return current_language() == "id"


def _localise_number(number: str) -> str:
    return number.replace(".", ",") if _is_decimal_comma() else number


def _format_time(moment: datetime | None) -> str:
    return moment.astimezone(home_zone()).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _incident_row(item: ListedIncident) -> list[str]:
    values = [format_value(column, read_value(column, item)) for column in COLUMNS]
    return [*(_format_cell(value, column.form) for value, column in zip(values, COLUMNS, strict=True)), zone_label()]


def _format_cell(value: Value, form: ColumnType) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return _format_time(value)
        case float() if form is ColumnType.DECIMAL:
            return _localise_number(f"{value:.1f}")
        case float():
            return _localise_number(f"{value:.6f}")
        case str() if form is ColumnType.TEXT:
            return escape_formula(value)
    return str(value)


def _chart_row(
    station: Station, parameter: str, time_s: float, value: float, kind: str, correction: str = ""
) -> list[str]:
    measurement = measurement_of(parameter)
    return [
        _format_time(datetime.fromtimestamp(time_s, UTC)),
        zone_label(),
        escape_formula(station.code),
        escape_formula(station.name),
        parameter_name(parameter),
        _localise_number(f"{value:.{measurement.digits}f}"),
        measurement.unit,
        kind,
        escape_formula(station.owner),
        escape_formula(correction),
    ]


def _forecast_values(forecast: StageForecast) -> Iterator[tuple[float, float, str]]:
    issued = forecast.issued_at.astimezone(home_zone()).strftime("%Y-%m-%d %H:%M")
    for point in forecast.points[1:]:
        time_s = forecast.issued_at.timestamp() + point.lead_s
        yield time_s, point.low_m, _("forecast of {time}, low (10 %)").format(time=issued)
        yield time_s, point.middle_m, _("forecast of {time}, expected").format(time=issued)
        yield time_s, point.high_m, _("forecast of {time}, high (90 %)").format(time=issued)


def _span_row(line: SpanLine, record: SpansRecord) -> list[str]:
    def number(value: float) -> str:
        return _localise_number(f"{value:.{_SPAN_DIGITS}f}".rstrip("0").rstrip("."))

    return [
        _format_time(line.at),
        zone_label(),
        escape_formula(record.station),
        escape_formula(record.parameter),
        escape_formula(record.unit),
        *(number(value) for value in (line.low, line.high, line.mean)),
        number(line.total) if record.adds_up else "",
        str(line.count),
        _format_time(line.newest_at),
        number(line.age_s),
    ]


def _alarm_row(alarm: Alarm) -> list[str]:
    moments = (alarm.raised_at, alarm.cleared_at, alarm.acknowledged_at)
    words = (
        alarm.acknowledged_by,
        severity_label(alarm.severity),
        plain_code(alarm.station) or alarm.title,
        alarm.rule,
    )
    return [*map(_format_time, moments), *map(escape_formula, words), zone_label()]
