"""Reads the past out of a console's journal: the story of all incidents, alarms and units since a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import Entry, Verdict, subject_kind
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.replay.story import Judged, Step, Story, steps_of
from tabuah.operations.subjects import EMPTY, SubjectState
from tabuah.storage.cache.archive import OVER
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.forecast import replay
from tabuah.storage.cache.layers import moment_text
from tabuah.storage.journal.wire import decode_entry

KINDS: Final = ("incident", "alarm", "unit")
_LAST: Final = "SELECT max(seq) FROM journal"
_RECEIVED: Final = "SELECT seq, received_at FROM journal WHERE seq >= ? ORDER BY seq LIMIT 1"
_TOUCHED: Final = "SELECT DISTINCT subject FROM journal WHERE seq >= ? OR seq IS NULL"
_HISTORY: Final = """SELECT received_at, verdict, text FROM journal
    WHERE subject = ? AND seq IS NOT NULL ORDER BY seq"""
_MISSING: Final = "SELECT subject FROM subjects WHERE missing_until > 0"
_ALL: Final = """SELECT subject FROM subjects WHERE kind IN (SELECT value FROM json_each(?)) AND subject NOT IN
    (SELECT 'incident/' || id FROM incidents WHERE status IN (SELECT value FROM json_each(?)) AND updated_at < ?)"""
_LONG_OVER: Final = timedelta(days=2)  # an incident that is over is on the map for a day


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStory:
    """The story between two moments; of `incomplete` subjects older entries are not here, so they stand as now."""

    story: Story
    since: datetime
    until: datetime
    incomplete: int


class Past:
    """Belongs to the thread of its store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def story_since(self, since: datetime) -> PastStory:
        """What was known from `since` until now; at its end all that may be on a map of this time is as shown."""
        touched = self._touched_since(since)
        missing = {row[0] for row in self._desk.connection.execute(_MISSING)} & touched
        before, steps = self._untouched(touched, since), list[Step]()
        for subject in sorted(touched):
            state, taken = self._as_now(subject, since) if subject in missing else self._folded(subject, since)
            if state.value is not None:
                before[subject] = state
            steps += taken
        until = max([self._desk.now(), *(step.at for step in steps)])
        return PastStory(story=Story(before, steps), since=since, until=until, incomplete=len(missing))

    def _touched_since(self, since: datetime) -> set[str]:
        """Incidents, alarms and units with entries that came after `since`, or that wait for the server."""
        rows = self._desk.connection.execute(_TOUCHED, (self._first_seq_after(since),))
        subjects = {row[0] for row in rows} | set(self._carried())
        return {subject for subject in subjects if subject_kind(subject) in KINDS}

    def _first_seq_after(self, since: datetime) -> int:
        """The first entry that the server took after `since`: halving, for its clock hardly ever goes back."""
        low, high = 1, int(self._desk.connection.execute(_LAST).fetchone()[0] or 0) + 1
        while low < high:
            middle = (low + high) // 2
            row = self._desk.connection.execute(_RECEIVED, (middle,)).fetchone()
            if row is None or row[0] > high or datetime.fromisoformat(row[1]) > since:
                high = middle
            else:
                low = row[0] + 1
        return low

    def _carried(self) -> Iterable[str]:
        return (
            row[0] for row in self._desk.connection.execute("SELECT DISTINCT subject FROM carried WHERE shown > 0")
        )

    def _untouched(self, touched: set[str], since: datetime) -> dict[str, SubjectState]:
        """What has not changed since then stands as it is now; incidents that were over long before are left out."""
        kinds, over_before = msgspec.json.encode(KINDS).decode(), moment_text(since - _LONG_OVER)
        rows = self._desk.connection.execute(_ALL, (kinds, OVER, over_before)).fetchall()
        wanted = [row[0] for row in rows if row[0] not in touched]
        found = self._desk.subjects.confirmed_of(wanted)
        return {subject: state for subject, state in found.items() if state.value is not None}

    def _folded(self, subject: str, since: datetime) -> tuple[SubjectState, list[Step]]:
        rows = self._desk.connection.execute(_HISTORY, (subject,))
        judged = [
            Judged(known_at=datetime.fromisoformat(at), entry=decode_entry(text), verdict=Verdict(verdict), text=text)
            for at, verdict, text in rows
        ]
        before, steps = steps_of(subject, judged, since=since)
        waiting = self._desk.waiting_among((subject,)).get(subject, [])
        return before, [*steps, *self._waiting_steps(subject, steps, waiting, since)]

    def _waiting_steps(
        self, subject: str, steps: list[Step], waiting: Sequence[tuple[Entry, str]], since: datetime
    ) -> list[Step]:
        """What waits for the server, on top of what is confirmed, from the time at which it was written here."""
        confirmed, authority = self._desk.subjects.confirmed(subject), self._desk.forecast_authority()
        at, found = steps[-1].at if steps else since, []
        for number in range(1, len(waiting) + 1):
            at = max(at, min(waiting[number - 1][0].at, self._desk.now()))
            found.append(Step(at=at, subject=subject, state=replay(confirmed, waiting[:number], authority)))
        return found

    def _as_now(self, subject: str, since: datetime) -> tuple[SubjectState, list[Step]]:
        state = self._desk.subjects.read(subject).state
        value = state.value
        began = since
        if isinstance(value, Incident | Alarm):
            began = value.reported_at if isinstance(value, Incident) else value.raised_at
        if began <= since:
            return state, []
        return EMPTY, [Step(at=began, subject=subject, state=state)]
