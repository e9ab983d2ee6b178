"""The forecast service: serves forecasts to the routes and fits the gauges' models in the background, daily."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tabuah.operations.forecast.features import STEP_S, steps_of
from tabuah.operations.forecast.gauge_model import STAGE, GaugeInputs, GaugeModel, TooLittleHistory
from tabuah.operations.forecast.input_selection import select_inputs
from tabuah.operations.forecast.model_fit import FitCancelled, fit_gauge
from tabuah.operations.forecast.verification import verify_forecasts
from tabuah.operations.levels import RiverLevel
from tabuah.operations.stations.station import Station
from tabuah.server.forecast.forecaster import Forecaster
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.service import ReadingsService, translate_readings_error
from tabuah.storage.journal.protocol import ForecastReply, LevelVerification, ModelReply, VerificationReply
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

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

    @property
    def is_running(self) -> bool:
        """Whether the thread runs; callable from any thread."""
        return self._thread.is_alive()

    def fit_all(self, *, pause_s: float = 0.0) -> None:
        """Fit every gauge in service whose model is missing, old, or made for other inputs."""
        stations = {code: station for code, station in self._stations().items() if station.retired is None}
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


VERIFIED_WITHIN: Final = timedelta(hours=3)  # a level counts as forecast if it was expected within this time


class ForecastService:
    """May be called from any thread. Call `start` after the readings service starts, and `stop` before it stops."""

    def __init__(self, journal: ServerJournal, readings: ReadingsService, data_dir: Path) -> None:
        self._journal, self._readings = journal, readings
        self._path = data_dir / FILE_NAME
        self._too_little_history: dict[str, TooLittleHistory] = {}
        self._fitter = ModelFitter(
            self._path,
            clock=journal.clock,
            stations=self._stations,
            known=lambda: self._forecaster.models,
            on_result=self._take,
        )

    def start(self) -> None:
        """Start fitting models, after a short delay."""
        self._fitter.start()

    def stop(self) -> None:
        """Stop fitting models."""
        self._fitter.stop()

    @property
    def is_running(self) -> bool:
        """Whether models are fitted; callable from any thread."""
        return self._fitter.is_running

    def fit_models(self) -> None:
        """Fit every model that is due now, and wait."""
        self._fitter.fit_all()

    def newest(self, station: str) -> ForecastReply:
        """Return the newest forecast of a gauge, or why there is none."""
        return ForecastReply(
            station=station,
            forecast=self._forecaster.newest.get(station),
            too_little_history=None if station in self._forecaster.models else self._too_little_history.get(station),
        )

    def model(self, station: str) -> ModelReply:
        """Return the forecast model of a gauge."""
        return ModelReply(
            station=station,
            model=self._forecaster.models.get(station),
            too_little_history=self._too_little_history.get(station),
        )

    def verification(self, station: str, since: datetime, until: datetime) -> VerificationReply:
        """Verify the forecasts of a gauge, level by level.

        Raises:
            StorageFailed: the store cannot be read.
        """
        known = self._stations().get(station)
        limits: Mapping[RiverLevel, float] = known.river.thresholds_m if known and known.river else {}
        try:
            with ReadingsStore(self._path) as store:
                forecasts = store.forecasts.between(station, since, until)
                readings = store.between(station, STAGE, since, until + VERIFIED_WITHIN)
        except ReadingsError as error:
            raise translate_readings_error(error) from error
        values = [(reading.at, reading.value) for reading in readings]
        within_s = VERIFIED_WITHIN.total_seconds()
        levels = tuple(
            LevelVerification(
                level=level, result=verify_forecasts(forecasts, values, limit_m=limit_m, within_s=within_s)
            )
            for level, limit_m in sorted(limits.items())
        )
        return VerificationReply(station=station, within_s=within_s, levels=levels)

    @property
    def _forecaster(self) -> Forecaster:
        return self._readings.forecaster

    def _stations(self) -> dict[str, Station]:
        states = self._journal.states_of_kind("station").values()
        return {state.value.code: state.value for state in states if isinstance(state.value, Station)}

    def _take(self, result: FitResult) -> None:
        """Use a fitted model; with too little history keep the previous one. Runs on the fitter's thread."""
        if isinstance(result, GaugeModel):
            self._too_little_history.pop(result.inputs.station, None)
            self._readings.use_model(result)
        else:
            self._too_little_history[result.station] = result
