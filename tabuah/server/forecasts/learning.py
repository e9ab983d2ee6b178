"""Learning: once a day every gauge's model is fitted anew on what the server has kept, one gauge after another."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tabuah.operations.forecast.fitting import FittingGivenUp, fit_gauge
from tabuah.operations.forecast.inputs import GaugeInputs
from tabuah.operations.forecast.model import GaugeModel, TooLittleHistory
from tabuah.operations.forecast.rivers import inputs_of
from tabuah.operations.forecast.steps import STEP_S, steps_of
from tabuah.operations.stations.station import Station
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.store import ReadingsStore

log = logging.getLogger(__name__)

HISTORY: Final = timedelta(days=90)
AGAIN_AFTER: Final = timedelta(days=1)
_FIRST_AFTER_S: Final = 60.0  # a server that has just begun has more urgent things to do
_LOOK_EVERY_S: Final = 600.0
_BREATH_S: Final = 2.0  # between two gauges, so that readings never wait for long

Learnt = GaugeModel | TooLittleHistory


def learn_gauge(
    path: Path, inputs: GaugeInputs, *, now: datetime, given_up: Callable[[], bool] = lambda: False
) -> Learnt:
    """Fit one gauge's model on the last three months of a readings store.

    Raises:
        FittingGivenUp: `given_up` said so.
        ReadingsError: the store cannot be read.
    """
    since = now - HISTORY
    with ReadingsStore(path) as store:
        records = {series: store.time_series(*series, since, now) for series in inputs.series}
    count = round(HISTORY.total_seconds() / STEP_S)
    return fit_gauge(
        inputs, steps_of(inputs, records, end_s=now.timestamp(), count=count), fitted_at=now, given_up=given_up
    )


class Learner:
    """A thread of its own that reads beside the writer.

    Args of the constructor:
        path: of the readings store.
        clock: the present moment (UTC).
        stations: all that are registered, by code.
        known: the models in force, by gauge.
        on_learnt: called on this thread with each result.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime],
        stations: Callable[[], Mapping[str, Station]],
        known: Callable[[], Mapping[str, GaugeModel]],
        on_learnt: Callable[[Learnt], None],
    ) -> None:
        self._path, self._clock = path, clock
        self._stations, self._known, self._on_learnt = stations, known, on_learnt
        self._tried_at: dict[str, datetime] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-forecasts", daemon=True)

    def start(self) -> None:
        """Begin, a little later."""
        self._thread.start()

    def stop(self) -> None:
        """End at once; the gauge that is being learnt is learnt after the next start."""
        self._stopping.set()
        self._thread.join()

    def learn_all(self, *, breath_s: float = 0.0) -> None:
        """Learn every gauge whose model is missing, old, or made for other inputs."""
        stations = self._stations()
        for inputs in _gauges(stations):
            if self._stopping.is_set():
                return
            if self._is_due(inputs):
                self._tried_at[inputs.station] = self._clock()
                self._learn(inputs)
                self._stopping.wait(breath_s)

    def _is_due(self, inputs: GaugeInputs) -> bool:
        model, tried_at = self._known().get(inputs.station), self._tried_at.get(inputs.station)
        if model is not None and model.inputs != inputs:
            return tried_at is None or self._clock() - tried_at >= timedelta(hours=1)
        last_at = max((at for at in (model.fitted_at if model else None, tried_at) if at is not None), default=None)
        return last_at is None or self._clock() - last_at >= AGAIN_AFTER

    def _learn(self, inputs: GaugeInputs) -> None:
        try:
            learnt = learn_gauge(self._path, inputs, now=self._clock(), given_up=self._stopping.is_set)
            if not self._stopping.is_set():
                self._on_learnt(learnt)
        except FittingGivenUp:
            return
        except ReadingsError as error:
            log.warning("the river at %s cannot be learnt now: %s", inputs.station, error)
        except Exception:
            log.exception("learning the river at %s failed", inputs.station)

    def _run(self) -> None:
        wait_s = _FIRST_AFTER_S
        while not self._stopping.wait(wait_s):
            self.learn_all(breath_s=_BREATH_S)
            wait_s = _LOOK_EVERY_S


def _gauges(stations: Mapping[str, Station]) -> Iterable[GaugeInputs]:
    found = (inputs_of(station, stations) for station in stations.values())
    return [inputs for inputs in found if inputs is not None]
