"""The exercise of a simulation: its choice, its end, and readings with its station codes in this regency."""

import time
from datetime import datetime
from typing import Final

import msgspec

from tabuah.console.simulator.errors import NoExercise
from tabuah.console.simulator.playback import ReadingSource
from tabuah.console.simulator.scenario_places import placed_code
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.readings.reading import Reading
from tabuah.resources.localisation import _
from tabuah.storage.journal.protocol import ExercisesReply, ExerciseSummary
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import SyncError
from tabuah.text.exercises.exercise_text import describe_wipe

_INTERVAL_S: Final = 10.0


def choose_exercise(client: ServerClient, name: str) -> ExerciseSummary:
    """Return the running exercise with a name or id.

    Without a name, return the only running exercise, provided that the server has no real stations.

    Raises:
        NoExercise: no such exercise runs, or the name is required.
    """
    reply = client.call("GET", "/v1/exercises", ExercisesReply)
    running = [each for each in reply.exercises if each.ended_at is None and each.wiped_at is None]
    wanted = " ".join(name.split()).casefold()
    if wanted:
        named = [each for each in reply.exercises if wanted in (each.id, each.name.casefold())]
        running = [each for each in running if each in named]
        if not running and named and named[0].wiped_at is not None:
            raise NoExercise(describe_wipe(named[0].name, named[0].wiped_at))
    elif reply.real_stations:
        raise NoExercise(_("This server has real stations: name an exercise with --exercise."))
    if not running:
        raise NoExercise(_("No such exercise is running. A supervisor starts one with “tabuah exercise start NAME”."))
    if len(running) > 1 and not wanted:
        raise NoExercise(_("Several exercises are running: name one with --exercise."))
    return running[0]


class ExerciseMonitor:
    """Polls the server for the end of an exercise: it quarantines readings that arrive later."""

    def __init__(self, client: ServerClient, exercise_id: str, *, interval_s: float = _INTERVAL_S) -> None:
        self._client, self._exercise_id, self._interval_s = client, exercise_id, interval_s
        self._asked_at_s = time.monotonic()

    def has_ended(self) -> bool:
        """Return whether the exercise has ended; False between two polls and while the server does not answer."""
        if time.monotonic() - self._asked_at_s < self._interval_s:
            return False
        self._asked_at_s = time.monotonic()
        try:
            reply = self._client.call("GET", "/v1/exercises", ExercisesReply)
        except SyncError:
            return False
        return any(each.ended_at or each.wiped_at for each in reply.exercises if each.id == self._exercise_id)


class ExerciseSource:
    """The readings of a source with the station codes of the regency in use and of an exercise."""

    def __init__(self, source: ReadingSource, exercise_id: str) -> None:
        self._source, self._exercise_id = source, exercise_id

    def readings_between(self, from_at: datetime, to_at: datetime) -> list[Reading]:
        """Return the readings in [from_at, to_at), oldest first."""
        found = self._source.readings_between(from_at, to_at)
        codes = {r.station: code_in_exercise(placed_code(r.station), self._exercise_id) for r in found}
        return [msgspec.structs.replace(r, station=codes[r.station]) for r in found]
