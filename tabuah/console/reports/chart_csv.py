"""CSV of a chart: one reading or forecast value per line, with unit, local time, zone and source."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from tabuah.console.reports.incidents_csv import ZONE, escape_formula
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import N_, _, current_language
from tabuah.resources.time_zone import WIB
from tabuah.text.readings.measurements import parameter_name

_TITLES: Final = (
    N_("Time"), N_("Time zone"), N_("Station code"), N_("Station"), N_("Measured"), N_("Value"), N_("Unit"),
    N_("Kind"), N_("Data source"),
)  # fmt: skip


class ChartedSeries(msgspec.Struct, frozen=True, kw_only=True):
    """A series of a chart; `kind` describes its values."""

    station: Station
    parameter: str
    values: TimeSeries
    kind: str


def encode_chart_csv(series: list[ChartedSeries], forecast: StageForecast | None, station: Station) -> bytes:
    """Return all values of a chart.

    In Indonesian the separator is a semicolon and the decimal sign a comma, as Excel expects there.

    Args:
        series: the measured series.
        forecast: the forecast, if shown.
        station: the station of the forecast.
    """
    indonesian = current_language() == "id"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if indonesian else ",", lineterminator="\r\n")
    writer.writerow([_(title) for title in _TITLES])
    for each in series:
        times = zip(each.values.times_s.tolist(), each.values.values.tolist(), strict=True)
        for time_s, value in times:
            writer.writerow(_row(each.station, each.parameter, time_s, value, each.kind))
    if forecast is not None:
        for time_s, value, kind in _forecast_rows(forecast):
            writer.writerow(_row(station, "stage_m", time_s, value, kind))
    return text.getvalue().encode("utf-8-sig")


def _forecast_rows(forecast: StageForecast) -> Iterator[tuple[float, float, str]]:
    issued = forecast.issued_at.astimezone(WIB).strftime("%Y-%m-%d %H:%M")
    for point in forecast.points[1:]:
        time_s = forecast.issued_at.timestamp() + point.lead_s
        yield time_s, point.low_m, _("forecast of {time}, low (10 %)").format(time=issued)
        yield time_s, point.middle_m, _("forecast of {time}, expected").format(time=issued)
        yield time_s, point.high_m, _("forecast of {time}, high (90 %)").format(time=issued)


def _row(station: Station, parameter: str, time_s: float, value: float, kind: str) -> list[str]:
    measurement = measurement_of(parameter)
    number = f"{value:.{measurement.digits}f}"
    at = datetime.fromtimestamp(time_s, UTC).astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S")
    return [
        at,
        ZONE,
        escape_formula(station.code),
        escape_formula(station.name),
        parameter_name(parameter),
        number.replace(".", ",") if current_language() == "id" else number,
        measurement.unit,
        kind,
        escape_formula(station.owner),
    ]
