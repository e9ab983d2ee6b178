"""The exercise of a simulation, and readings with the codes that its stations have in it."""

from datetime import datetime

import msgspec

from tabuah.console.simulator.errors import NoExercise
from tabuah.console.simulator.playback import ReadingSource
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.readings.reading import Reading
from tabuah.resources.localisation import _
from tabuah.storage.journal.protocol import ExercisesReply, ExerciseSummary
from tabuah.storage.sync.client import ServerClient


def choose_exercise(client: ServerClient, name: str) -> ExerciseSummary:
    """Return the running exercise with a name or id.

    Without a name it is the only one that runs, if the server has no real stations.

    Raises:
        NoExercise: there is none, or it must be named.
    """
    reply = client.call("GET", "/v1/exercises", ExercisesReply)
    running = [each for each in reply.exercises if each.ended_at is None and each.wiped_at is None]
    wanted = " ".join(name.split()).casefold()
    if wanted:
        running = [each for each in running if wanted in (each.id, each.name.casefold())]
    elif reply.real_stations:
        raise NoExercise(_("This server has real stations: name an exercise with --exercise."))
    if not running:
        raise NoExercise(_("No such exercise is running. A supervisor starts one with “tabuah exercise start NAME”."))
    if len(running) > 1 and not wanted:
        raise NoExercise(_("Several exercises are running: name one with --exercise."))
    return running[0]


class ExerciseSource:
    """The readings of a source, with the codes of an exercise."""

    def __init__(self, source: ReadingSource, exercise_id: str) -> None:
        self._source, self._exercise_id = source, exercise_id

    def readings_between(self, from_at: datetime, to_at: datetime) -> list[Reading]:
        """Return the readings in [from_at, to_at), oldest first."""
        found = self._source.readings_between(from_at, to_at)
        return [msgspec.structs.replace(r, station=code_in_exercise(r.station, self._exercise_id)) for r in found]
