"""Issued stage forecasts, one per gauge and ten minutes, and the gauge models behind them."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.forecast.gauge_model import GaugeModel
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.storage.readings.timestamps import to_ms

_SLOT_MS: Final = 600_000
_ENCODER: Final = msgspec.json.Encoder()
_FORECAST: Final = msgspec.json.Decoder(StageForecast)
_MODEL: Final = msgspec.json.Decoder(GaugeModel)
_KEEP: Final = """INSERT INTO forecasts VALUES (?, ?, ?, ?)
    ON CONFLICT (station, slot) DO UPDATE SET issued = excluded.issued, forecast = excluded.forecast
    WHERE excluded.issued > issued"""


def keep_forecasts(connection: sqlite3.Connection, forecasts: Iterable[StageForecast]) -> None:
    """Store forecasts; of each ten minutes only the newest is kept."""
    rows = [(f.station, to_ms(f.issued_at) // _SLOT_MS, to_ms(f.issued_at), _ENCODER.encode(f)) for f in forecasts]
    connection.executemany(_KEEP, rows)


def newest_forecasts(connection: sqlite3.Connection) -> list[StageForecast]:
    """Return the newest forecast of each gauge."""
    query = "SELECT forecast, max(slot) FROM forecasts GROUP BY station"
    return [_FORECAST.decode(text) for text, _slot in connection.execute(query)]


def newest_forecast(connection: sqlite3.Connection, station: str) -> StageForecast | None:
    """Return the newest forecast of one gauge, None if there is none."""
    query = "SELECT forecast FROM forecasts WHERE station = ? ORDER BY slot DESC LIMIT 1"
    row = connection.execute(query, (station,)).fetchone()
    return _FORECAST.decode(row[0]) if row else None


def forecasts_between(
    connection: sqlite3.Connection, station: str, since: datetime, until: datetime
) -> list[StageForecast]:
    """Return the forecasts of one gauge issued in [`since`, `until`], oldest first."""
    query = "SELECT forecast FROM forecasts WHERE station = ? AND slot BETWEEN ? AND ? ORDER BY slot"
    slots = (to_ms(since) // _SLOT_MS, to_ms(until) // _SLOT_MS)
    found = [_FORECAST.decode(text) for (text,) in connection.execute(query, (station, *slots))]
    return [forecast for forecast in found if since <= forecast.issued_at <= until]


def delete_forecasts_before(connection: sqlite3.Connection, before: datetime) -> None:
    """Delete forecasts issued before a moment."""
    connection.execute("DELETE FROM forecasts WHERE issued < ?", (to_ms(before),))


def keep_model(connection: sqlite3.Connection, model: GaugeModel) -> None:
    """Store the model of a gauge, replacing its last one."""
    row = (model.inputs.station, to_ms(model.fitted_at), _ENCODER.encode(model))
    connection.execute("INSERT OR REPLACE INTO forecast_models VALUES (?, ?, ?)", row)


def read_models(connection: sqlite3.Connection) -> list[GaugeModel]:
    """Return the models of all gauges.

    A model that an older version stored in another shape is skipped, and so is fitted again.
    """
    found: list[GaugeModel] = []
    for (text,) in connection.execute("SELECT model FROM forecast_models ORDER BY station"):
        try:
            found.append(_MODEL.decode(text))
        except msgspec.ValidationError:
            continue
    return found
