"""Daily fitting of the forecast models on the server's readings, one gauge after another."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tabuah.operations.forecast.gauge_model import GaugeModel, TooLittleHistory
from tabuah.operations.forecast.input_selection import select_inputs
from tabuah.operations.forecast.inputs import GaugeInputs
from tabuah.operations.forecast.model_fit import FitCancelled, fit_gauge
from tabuah.operations.forecast.river_steps import STEP_S, steps_of
from tabuah.operations.stations.station import Station
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.store import ReadingsStore

log = logging.getLogger(__name__)

HISTORY: Final = timedelta(days=90)
REFIT_AFTER: Final = timedelta(days=1)
_FIRST_AFTER_S: Final = 60.0  # lets a starting server finish its other work first
_LOOK_EVERY_S: Final = 600.0
_PAUSE_S: Final = 2.0  # pause between two gauges, so that readings never wait for long

FitResult = GaugeModel | TooLittleHistory


def fit_gauge_model(
    path: Path, inputs: GaugeInputs, *, now: datetime, is_cancelled: Callable[[], bool] = lambda: False
) -> FitResult:
    """Fit the model of one gauge on the last three months of a readings store.

    Raises:
        FitCancelled: `is_cancelled` returned true.
        ReadingsError: the store cannot be read.
    """
    since = now - HISTORY
    with ReadingsStore(path) as store:
        records = {series: store.time_series(*series, since, now) for series in inputs.series}
    count = round(HISTORY.total_seconds() / STEP_S)
    return fit_gauge(
        inputs,
        steps_of(inputs, records, end_s=now.timestamp(), count=count),
        fitted_at=now,
        is_cancelled=is_cancelled,
    )


class ModelFitter:
    """A thread that reads the store in parallel to the writer and fits models.

    Args of the constructor:
        path: the readings store.
        clock: the present (UTC).
        stations: all registered stations, by code.
        known: the models in use, by gauge.
        on_result: called on this thread with each result.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime],
        stations: Callable[[], Mapping[str, Station]],
        known: Callable[[], Mapping[str, GaugeModel]],
        on_result: Callable[[FitResult], None],
    ) -> None:
        self._path, self._clock = path, clock
        self._stations, self._known, self._on_result = stations, known, on_result
        self._tried_at: dict[str, datetime] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-forecasts", daemon=True)

    def start(self) -> None:
        """Start the thread; fitting begins after a short delay."""
        self._thread.start()

    def stop(self) -> None:
        """Stop at once; an unfinished model is fitted after the next start."""
        self._stopping.set()
        self._thread.join()

    def fit_all(self, *, pause_s: float = 0.0) -> None:
        """Fit every gauge whose model is missing, old, or made for other inputs."""
        stations = self._stations()
        for inputs in _gauges(stations):
            if self._stopping.is_set():
                return
            if self._is_due(inputs):
                self._tried_at[inputs.station] = self._clock()
                self._fit(inputs)
                self._stopping.wait(pause_s)

    def _is_due(self, inputs: GaugeInputs) -> bool:
        model, tried_at = self._known().get(inputs.station), self._tried_at.get(inputs.station)
        if model is not None and model.inputs != inputs:
            return tried_at is None or self._clock() - tried_at >= timedelta(hours=1)
        last_at = max((at for at in (model.fitted_at if model else None, tried_at) if at is not None), default=None)
        return last_at is None or self._clock() - last_at >= REFIT_AFTER

    def _fit(self, inputs: GaugeInputs) -> None:
        try:
            result = fit_gauge_model(self._path, inputs, now=self._clock(), is_cancelled=self._stopping.is_set)
            if not self._stopping.is_set():
                self._on_result(result)
        except FitCancelled:
            return
        except ReadingsError as error:
            log.warning("the model of gauge %s cannot be fitted now: %s", inputs.station, error)
        except Exception:
            log.exception("fitting the model of gauge %s failed", inputs.station)

    def _run(self) -> None:
        wait_s = _FIRST_AFTER_S
        while not self._stopping.wait(wait_s):
            self.fit_all(pause_s=_PAUSE_S)
            wait_s = _LOOK_EVERY_S


def _gauges(stations: Mapping[str, Station]) -> Iterable[GaugeInputs]:
    found = (select_inputs(station, stations) for station in stations.values())
    return [inputs for inputs in found if inputs is not None]
