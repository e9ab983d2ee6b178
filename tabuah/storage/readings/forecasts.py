"""Issued stage forecasts, one per gauge and ten minutes, and the gauge models behind them."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.forecast.gauge_model import GaugeModel
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.storage.readings.connection import expected_errors, transaction
from tabuah.storage.readings.timestamps import to_ms

_SLOT_MS: Final = 600_000
_ENCODER: Final = msgspec.json.Encoder()
_FORECAST: Final = msgspec.json.Decoder(StageForecast)
_MODEL: Final = msgspec.json.Decoder(GaugeModel)
_KEEP: Final = """INSERT INTO forecasts VALUES (?, ?, ?, ?)
    ON CONFLICT (station, slot) DO UPDATE SET issued = excluded.issued, forecast = excluded.forecast
    WHERE excluded.issued > issued"""


def delete_forecasts_before(connection: sqlite3.Connection, before: datetime) -> None:
    """Delete forecasts issued before a moment."""
    connection.execute("DELETE FROM forecasts WHERE issued < ?", (to_ms(before),))


class ForecastRecords:
    """The issued forecasts of a store, and the models behind them."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    def keep(self, forecasts: Iterable[StageForecast]) -> None:
        """Store issued forecasts; of each ten minutes only the newest is kept."""
        rows = [
            (f.station, to_ms(f.issued_at) // _SLOT_MS, to_ms(f.issued_at), _ENCODER.encode(f)) for f in forecasts
        ]
        with transaction(self._connection, self._path):
            self._connection.executemany(_KEEP, rows)

    def newest(self) -> list[StageForecast]:
        """Return the newest forecast of each gauge."""
        query = "SELECT forecast, max(slot) FROM forecasts GROUP BY station"
        with expected_errors(self._path):
            return [_FORECAST.decode(text) for text, _slot in self._connection.execute(query)]

    def newest_of(self, station: str) -> StageForecast | None:
        """Return the newest forecast of one gauge, None if there is none."""
        query = "SELECT forecast FROM forecasts WHERE station = ? ORDER BY slot DESC LIMIT 1"
        with expected_errors(self._path):
            row = self._connection.execute(query, (station,)).fetchone()
        return _FORECAST.decode(row[0]) if row else None

    def between(self, station: str, since: datetime, until: datetime) -> list[StageForecast]:
        """Return the forecasts of one gauge issued in [`since`, `until`], oldest first."""
        query = "SELECT forecast FROM forecasts WHERE station = ? AND slot BETWEEN ? AND ? ORDER BY slot"
        slots = (to_ms(since) // _SLOT_MS, to_ms(until) // _SLOT_MS)
        with expected_errors(self._path):
            rows = self._connection.execute(query, (station, *slots)).fetchall()
        found = [_FORECAST.decode(text) for (text,) in rows]
        return [forecast for forecast in found if since <= forecast.issued_at <= until]

    def keep_model(self, model: GaugeModel) -> None:
        """Store the model of a gauge, replacing its last one."""
        row = (model.inputs.station, to_ms(model.fitted_at), _ENCODER.encode(model))
        with transaction(self._connection, self._path):
            self._connection.execute("INSERT OR REPLACE INTO forecast_models VALUES (?, ?, ?)", row)

    def models(self) -> list[GaugeModel]:
        """Return the models of all gauges.

        A model that an older version stored in another shape is skipped, and so is fitted again.
        """
        with expected_errors(self._path):
            rows = self._connection.execute("SELECT model FROM forecast_models ORDER BY station").fetchall()
        found: list[GaugeModel] = []
        for (text,) in rows:
            try:
                found.append(_MODEL.decode(text))
            except msgspec.ValidationError:
                continue
        return found
