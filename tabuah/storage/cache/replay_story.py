"""The replay story, read from a console's journal: all incidents, alarms and units since a moment."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import Entry, Verdict, subject_kind
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.replay.state_history import DatedEntry, StateHistory, StateStep, state_steps
from tabuah.operations.subject_state import EMPTY, SubjectState, clamp_state
from tabuah.storage.cache.archive import CLOSED_STATUSES
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.feature_tables import gpkg_datetime
from tabuah.storage.cache.predicted_verdict import predict_pending, rebase
from tabuah.storage.journal.wire import decode_entry

KINDS: Final = ("incident", "alarm", "unit")
_LAST: Final = "SELECT max(seq) FROM journal"
_RECEIVED: Final = "SELECT seq, received_at FROM journal WHERE seq >= ? ORDER BY seq LIMIT 1"
_TOUCHED: Final = "SELECT DISTINCT subject FROM journal WHERE seq >= ? OR seq IS NULL"
_HISTORY: Final = """SELECT received_at, verdict, text FROM journal
    WHERE subject = ? AND seq IS NOT NULL ORDER BY seq"""
_IN_PERIOD: Final = """SELECT DISTINCT subject FROM journal WHERE (seq >= ? OR seq IS NULL)
    AND ((at >= ? AND at < ?) OR (received_at >= ? AND received_at < ?))"""
_MISSING: Final = "SELECT subject FROM subjects WHERE missing_until > 0"
_ALL: Final = """SELECT subject FROM subjects WHERE kind IN (SELECT value FROM json_each(?)) AND subject NOT IN
    (SELECT 'incident/' || id FROM incidents WHERE status IN (SELECT value FROM json_each(?)) AND updated_at < ?)"""
_CLOSED_MARGIN: Final = timedelta(days=2)  # a closed incident stays on the map for a day


class JournalStory(msgspec.Struct, frozen=True, kw_only=True):
    """The story between two moments.

    Of `incomplete` subjects older entries are not here, so they appear in their current state.
    """

    story: StateHistory
    since: datetime
    until: datetime
    incomplete: int


class JournalReplay:
    """Reads replay stories. Belongs to the thread of its store."""

    def __init__(self, session: CacheSession) -> None:
        self._session = session

    def story_since(self, since: datetime) -> JournalStory:
        """Return the states known from `since` until now; the last ones equal the states shown."""
        touched = self._touched_since(since)
        missing = {row[0] for row in self._session.connection.execute(_MISSING)} & touched
        before, steps = self._untouched(touched, since), list[StateStep]()
        for subject in sorted(touched):
            state, taken = self._as_now(subject, since) if subject in missing else self._folded(subject, since)
            if state.value is not None:
                before[subject] = clamp_state(state)
            steps += [replace(step, state=clamp_state(step.state)) for step in taken]
        until = max([self._session.now(), *(step.at for step in steps)])
        return JournalStory(story=StateHistory(before, steps), since=since, until=until, incomplete=len(missing))

    def _touched_since(self, since: datetime) -> set[str]:
        """Return the incidents, alarms and units with entries received after `since` or pending."""
        rows = self._session.connection.execute(_TOUCHED, (self._first_seq_after(since),))
        subjects = {row[0] for row in rows} | set(self._carried())
        return {subject for subject in subjects if subject_kind(subject) in KINDS}

    def _first_seq_after(self, since: datetime) -> int:
        """Return the first seq received after `since`.

        This is a binary search, as the server's clock hardly ever goes back.
        """
        low, high = 1, int(self._session.connection.execute(_LAST).fetchone()[0] or 0) + 1
        while low < high:
            middle = (low + high) // 2
            row = self._session.connection.execute(_RECEIVED, (middle,)).fetchone()
            if row is None or row[0] > high or datetime.fromisoformat(row[1]) > since:
                high = middle
            else:
                low = row[0] + 1
        return low

    def _carried(self) -> Iterable[str]:
        return (
            row[0] for row in self._session.connection.execute("SELECT DISTINCT subject FROM carried WHERE shown > 0")
        )

    def _untouched(self, touched: set[str], since: datetime) -> dict[str, SubjectState]:
        """Return the subjects unchanged since then; incidents closed long before are left out."""
        kinds, over_before = msgspec.json.encode(KINDS).decode(), gpkg_datetime(since - _CLOSED_MARGIN)
        rows = self._session.connection.execute(_ALL, (kinds, CLOSED_STATUSES, over_before)).fetchall()
        wanted = [row[0] for row in rows if row[0] not in touched]
        found = self._session.subjects.confirmed_of(wanted)
        return {subject: clamp_state(state) for subject, state in found.items() if state.value is not None}

    def dated_entries(self, subject: str) -> tuple[DatedEntry, ...]:
        """Return the entries of a subject in journal order, then the pending ones that would not be rejected."""
        received = self._received(subject)
        waiting = self._session.waiting_among((subject,)).get(subject, [])
        if not waiting:
            return received
        confirmed = self._session.subjects.confirmed(subject)
        _state, kept = predict_pending(confirmed, waiting, self._session.prediction_authority())
        verdicts, now = dict(kept), self._session.now()
        pending = (
            DatedEntry(known_at=min(entry.at, now), entry=entry, verdict=verdicts[text], text=text, pending=True)
            for entry, text in waiting
            if text in verdicts
        )
        return (*received, *pending)

    def subjects_written(self, since: datetime, until: datetime, kinds: Collection[str]) -> tuple[str, ...]:
        """Return the subjects of some kinds with an entry that was written or received in a period, sorted."""
        first = self._first_seq_after(since)
        period = (gpkg_datetime(since), gpkg_datetime(until))
        rows = self._session.connection.execute(_IN_PERIOD, (first, *period, *period))
        return tuple(sorted(subject for (subject,) in rows if subject_kind(subject) in kinds))

    def count_incomplete(self, subjects: Collection[str]) -> int:
        """Return how many of these subjects have older entries that are not here."""
        return sum(row[0] in subjects for row in self._session.connection.execute(_MISSING))

    def _received(self, subject: str) -> tuple[DatedEntry, ...]:
        rows = self._session.connection.execute(_HISTORY, (subject,))
        return tuple(
            DatedEntry(
                known_at=datetime.fromisoformat(at), entry=decode_entry(text), verdict=Verdict(verdict), text=text
            )
            for at, verdict, text in rows
        )

    def _folded(self, subject: str, since: datetime) -> tuple[SubjectState, list[StateStep]]:
        before, steps = state_steps(subject, self._received(subject), since=since)
        waiting = self._session.waiting_among((subject,)).get(subject, [])
        return before, [*steps, *self._waiting_steps(subject, steps, waiting, since)]

    def _waiting_steps(
        self, subject: str, steps: list[StateStep], waiting: Sequence[tuple[Entry, str]], since: datetime
    ) -> list[StateStep]:
        """Return steps for the pending entries on top of the confirmed state, from their time of writing."""
        confirmed, authority = self._session.subjects.confirmed(subject), self._session.prediction_authority()
        at, found = steps[-1].at if steps else since, []
        for number in range(1, len(waiting) + 1):
            at = max(at, min(waiting[number - 1][0].at, self._session.now()))
            found.append(StateStep(at=at, subject=subject, state=rebase(confirmed, waiting[:number], authority)))
        return found

    def _as_now(self, subject: str, since: datetime) -> tuple[SubjectState, list[StateStep]]:
        state = self._session.subjects.read(subject).state
        value = state.value
        began = since
        if isinstance(value, Incident | Alarm):
            began = value.reported_at if isinstance(value, Incident) else value.raised_at
        began = min(began, self._session.now())
        if began <= since:
            return state, []
        return EMPTY, [StateStep(at=began, subject=subject, state=state)]
