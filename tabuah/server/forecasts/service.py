"""The forecasts of the server, as its routes ask for them; learns beside the thread that takes readings."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tabuah.operations.forecast.inputs import STAGE
from tabuah.operations.forecast.model import GaugeModel, TooLittleHistory
from tabuah.operations.forecast.verifying import verify
from tabuah.operations.levels import RiverLevel
from tabuah.operations.stations.station import Station
from tabuah.server.forecasts.forecaster import Forecaster
from tabuah.server.forecasts.learning import Learner, Learnt
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.service import ReadingsService, told_as_server_error
from tabuah.storage.journal.protocol import ForecastReply, LevelVerification, ModelReply, VerificationReply
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

VERIFIED_WITHIN: Final = timedelta(hours=3)  # a level counts as forecast when it was to be reached so soon


class ForecastService:
    """May be called from any thread. `start` after the readings service, `stop` before it."""

    def __init__(self, journal: ServerJournal, readings: ReadingsService, data_dir: Path) -> None:
        self._journal, self._readings = journal, readings
        self._path = data_dir / FILE_NAME
        self._unlearnt: dict[str, TooLittleHistory] = {}
        self._learner = Learner(
            self._path,
            clock=journal.clock,
            stations=self._stations,
            known=lambda: self._forecaster.models,
            on_learnt=self._take,
        )

    def start(self) -> None:
        """Begin to learn, a little later."""
        self._learner.start()

    def stop(self) -> None:
        """Learn no more."""
        self._learner.stop()

    def learn(self) -> None:
        """Learn every gauge that is due now, and wait for it."""
        self._learner.learn_all()

    def newest(self, station: str) -> ForecastReply:
        """The newest forecast of a gauge, or why there is none."""
        return ForecastReply(
            station=station,
            forecast=self._forecaster.newest.get(station),
            too_little_history=None if station in self._forecaster.models else self._unlearnt.get(station),
        )

    def model(self, station: str) -> ModelReply:
        """What a gauge's forecasts rest on."""
        return ModelReply(
            station=station,
            model=self._forecaster.models.get(station),
            too_little_history=self._unlearnt.get(station),
        )

    def verification(self, station: str, since: datetime, until: datetime) -> VerificationReply:
        """How the forecasts of a gauge have done, level by level.

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
            raise told_as_server_error(error) from error
        values = [(reading.at, reading.value) for reading in readings]
        within_s = VERIFIED_WITHIN.total_seconds()
        levels = tuple(
            LevelVerification(level=level, result=verify(forecasts, values, limit_m=limit_m, within_s=within_s))
            for level, limit_m in sorted(limits.items())
        )
        return VerificationReply(station=station, within_s=within_s, levels=levels)

    @property
    def _forecaster(self) -> Forecaster:
        return self._readings.forecaster

    def _stations(self) -> dict[str, Station]:
        states = self._journal.states_of_kind("station").values()
        return {state.value.code: state.value for state in states if isinstance(state.value, Station)}

    def _take(self, learnt: Learnt) -> None:
        """On the learner's thread; one that knows too little leaves the model before it in force."""
        if isinstance(learnt, GaugeModel):
            self._unlearnt.pop(learnt.inputs.station, None)
            self._readings.take_model(learnt)
        else:
            self._unlearnt[learnt.station] = learnt
