"""Present values of the quantities that alarms measured: readings, and sums and changes computed from them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.state.console_state import ConsoleState
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.operations.alarms.measured_values import MeasuredQuantity, PresentValue, compute_present
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.rules.watches import interval_s
from tabuah.operations.stations.station import Station
from tabuah.storage.readings.store import ReadingsStore
from tabuah.text.alarms.then_and_now import Present

_SOON_MS: Final = 1_000  # new readings of this time cause one computation
_AT_ONCE: Final = 50  # quantities in one query
_MOST: Final = 1_000  # quantities that are kept up to date
_FETCH_AGAIN: Final = timedelta(minutes=10)

Computed = dict[MeasuredQuantity, PresentValue | None]


def newest_readings(latest: LatestReadings) -> Present:
    """Return the present values of single series; sums and changes are unknown."""

    def of(quantity: MeasuredQuantity) -> PresentValue | None:
        reading = None if quantity.is_derived else latest.get((quantity.station, quantity.parameter))
        return None if reading is None else PresentValue(reading.at, reading.value)

    return of


class PresentValues(QObject):
    """Computes a sum or a change when it is first asked for, and again after new readings.

    Where the readings of its window have a gap, they are fetched from the server.

    Signals:
        changed: a computed value is new.
    """

    changed = Signal()

    def __init__(self, state: ConsoleState, readings: ConsoleReadings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._readings = state, readings
        self._computed: Computed = {}  # the longest unasked first
        self._stale: dict[MeasuredQuantity, None] = {}
        self._fetched_at: dict[MeasuredQuantity, datetime] = {}
        self._is_computing = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._compute)
        readings.stored.connect(self._on_stored)

    def of(self, quantity: MeasuredQuantity) -> PresentValue | None:
        """Return the present value; None while it is not known."""
        if not quantity.is_derived:
            return newest_readings(self._state.latest)(quantity)
        if quantity.measure is None:
            return None
        known = quantity in self._computed
        found = self._computed.pop(quantity, None)
        self._computed[quantity] = found
        if not known:
            self._stale[quantity] = None
            self._begin_soon(0)
        return found

    def _on_stored(self, stations: frozenset[str]) -> None:
        stale = [quantity for quantity in self._computed if quantity.station in stations]
        if stale:
            self._stale.update(dict.fromkeys(stale))
            self._begin_soon(_SOON_MS)

    def _begin_soon(self, delay_ms: int) -> None:
        if not self._is_computing and (not self._soon.isActive() or self._soon.remainingTime() > delay_ms):
            self._soon.start(delay_ms)

    def _compute(self) -> None:
        quantities = list(self._stale)[:_AT_ONCE]
        if not quantities:
            return
        for quantity in quantities:
            del self._stale[quantity]
        self._is_computing = True
        stations, now = self._state.snapshot.stations, self._state.now()
        self._readings.query(
            lambda store: _compute_all(store, quantities, stations, now),
            self._on_computed,
            on_error=self._on_failed,
        )

    def _on_computed(self, computed: Computed) -> None:
        self._is_computing = False
        before = {quantity: self._computed.get(quantity) for quantity in computed}
        self._computed.update(computed)
        while len(self._computed) > _MOST:
            self._computed.pop(next(iter(self._computed)))
        self._fetch(quantity for quantity, found in computed.items() if found is None or not found.is_whole)
        if self._stale:
            self._begin_soon(_SOON_MS)
        if before != computed:
            self.changed.emit()

    def _on_failed(self, _error: Exception) -> None:
        """Leave the values unknown: the readings of the window report the same failure."""
        self._is_computing = False

    def _fetch(self, quantities: Iterable[MeasuredQuantity]) -> None:
        now = self._state.now()
        for quantity in quantities:
            before = self._fetched_at.get(quantity)
            if before is None or now - before >= _FETCH_AGAIN:
                self._fetched_at[quantity] = now
                series = (quantity.station, quantity.parameter)
                self._readings.fetch_span((series,), span=timedelta(seconds=quantity.window_s))


def _compute_all(
    store: ReadingsStore, quantities: Iterable[MeasuredQuantity], stations: Mapping[str, Station], now: datetime
) -> Computed:
    return {quantity: _compute_one(store, quantity, stations, now) for quantity in quantities}


def _compute_one(
    store: ReadingsStore, quantity: MeasuredQuantity, stations: Mapping[str, Station], now: datetime
) -> PresentValue | None:
    since = now - 2 * timedelta(seconds=quantity.window_s)  # the newest reading may be as old as the window
    series: TimeSeries = store.time_series(quantity.station, quantity.parameter, since, now)
    station = stations.get(quantity.station)
    interval = interval_s(station, quantity.parameter) if station else 0.0
    return compute_present(quantity, series, interval_s=interval, now=now)
