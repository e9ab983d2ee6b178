"""The forecast service: serves forecasts to the routes and fits models in the background."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tabuah.operations.forecast.gauge_model import GaugeModel, TooLittleHistory
from tabuah.operations.forecast.inputs import STAGE
from tabuah.operations.forecast.verification import verify_forecasts
from tabuah.operations.levels import RiverLevel
from tabuah.operations.stations.station import Station
from tabuah.server.forecast.forecaster import Forecaster
from tabuah.server.forecast.model_fitter import FitResult, ModelFitter
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.service import ReadingsService, translate_readings_error
from tabuah.storage.journal.protocol import ForecastReply, LevelVerification, ModelReply, VerificationReply
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

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
                forecasts = store.forecasts_between(station, since, until)
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
