"""The progress of replays on disk, so that a stopped replay can be continued."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.reports.atomic_write import write_file
from tabuah.operations.exercises.past_day import ReplaySchedule
from tabuah.storage.cache.data_directory import read_private

FILE_NAME: Final = "replays.json"


class ReplayProgress(msgspec.Struct, frozen=True, kw_only=True):
    """The schedule of a replay, and the past time up to which everything was sent (`played`)."""

    since: datetime
    until: datetime
    begins_at: datetime
    speed: float
    history_s: float
    incidents: bool
    played: datetime

    @property
    def schedule(self) -> ReplaySchedule:
        return ReplaySchedule(
            since=self.since,
            until=self.until,
            begins_at=self.begins_at,
            speed=self.speed,
            history=timedelta(seconds=self.history_s),
        )

    @property
    def is_finished(self) -> bool:
        return self.played >= self.until

    def continues(self, wanted: ReplaySchedule, *, incidents: bool) -> bool:
        """Return whether a command with this schedule continues the replay."""
        own = (self.since, self.until, self.speed, self.history_s, self.incidents)
        return own == (wanted.since, wanted.until, wanted.speed, wanted.history.total_seconds(), incidents)


def new_progress(schedule: ReplaySchedule, *, incidents: bool) -> ReplayProgress:
    return ReplayProgress(
        since=schedule.since,
        until=schedule.until,
        begins_at=schedule.begins_at,
        speed=schedule.speed,
        history_s=schedule.history.total_seconds(),
        incidents=incidents,
        played=schedule.first_at,
    )


class ReplayFile:
    """The replays of a data directory by exercise. An unreadable file is ignored, as replays can be repeated."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE_NAME

    def find(self, exercise_id: str) -> ReplayProgress | None:
        return self._read().get(exercise_id)

    def all(self) -> dict[str, ReplayProgress]:
        return self._read()

    def save(self, exercise_id: str, progress: ReplayProgress) -> None:
        """Save the progress of a replay.

        Raises:
            FileNotWritten: the disk is full or read-only.
        """
        write_file(self._path, msgspec.json.encode(self._read() | {exercise_id: progress}))

    def _read(self) -> dict[str, ReplayProgress]:
        try:
            return read_private(self._path, dict[str, ReplayProgress])
        except (OSError, msgspec.DecodeError):
            return {}
