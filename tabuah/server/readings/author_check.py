"""The check of a batch against its author: whose stations these are, and how old the readings may be."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from tabuah.operations.entries import Verdict, subject_of
from tabuah.operations.readings.authorship import (
    MAY_CORRECT_OLD,
    AgeLimits,
    ReadingAuthor,
    may_write_station,
)
from tabuah.operations.readings.reading import Doubt, Reading
from tabuah.operations.stations.station import Station
from tabuah.operations.units.tracker import Tracker
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.wire import decode_entry

_REGISTERED: Final = frozenset({"station.registered", "unit.registered"})


class Registrants:
    """The accounts that registered stations and units, read from the journal when first asked for."""

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        self._known: dict[str, str] = {}

    def __call__(self, subject: str) -> str:
        """Return the account that registered a subject; empty if its registration did not take effect."""
        if subject not in self._known:
            records = self._journal.records_of(subject)
            found = (decode_entry(record.text) for record in records if record.verdict is Verdict.ACCEPTED)
            actor = next((entry.actor for entry in found if entry.kind in _REGISTERED), "")
            if not actor:
                return ""
            self._known[subject] = actor
        return self._known[subject]


class AuthorCheck:
    """The check for one author; it looks at each station once.

    Args of the constructor:
        author: the sender of the readings.
        stations: the known stations by code.
        trackers: the trackers of the known units by code.
        is_exercise: returns whether the readings of a station or tracker are simulated; those may have any age.
        registrant: returns the account that registered a subject.
        limits: the age limits.
        received_at: when the readings arrived.
    """

    def __init__(
        self,
        author: ReadingAuthor,
        *,
        stations: Mapping[str, Station],
        trackers: Mapping[str, Tracker],
        is_exercise: Callable[[str], bool],
        registrant: Callable[[str], str],
        limits: AgeLimits,
        received_at: datetime,
    ) -> None:
        self._author = author
        self._stations, self._trackers = stations, trackers
        self._is_exercise, self._registrant = is_exercise, registrant
        self._oldest = limits.oldest_accepted(author, received_at)
        self._may_explain = author.role in MAY_CORRECT_OLD
        self._by_station: dict[str, tuple[bool, datetime | None]] = {}

    def doubt_about(self, reading: Reading, source: str = "") -> Doubt | None:
        """Return why the author may not send a valid reading; `source` explains a manual one."""
        known = self._by_station.get(reading.station)
        if known is None:
            known = self._by_station[reading.station] = self._look_at(reading.station)
        may_write, oldest = known
        if not may_write:
            return Doubt.NOT_YOUR_STATION
        if oldest is not None and reading.at < oldest and not (source and self._may_explain):
            return Doubt.TOO_LATE
        return None

    def _look_at(self, code: str) -> tuple[bool, datetime | None]:
        station, tracker = self._stations.get(code), self._trackers.get(code)
        subject = subject_of("station", code) if tracker is None else subject_of("unit", tracker.unit)
        source = station or tracker
        registrant = self._registrant(subject) if source is not None and source.exercise else ""
        may_write = source is None or may_write_station(self._author, source, registrant)
        return may_write, None if self._is_exercise(code) else self._oldest
