"""What has changed in the journal and is not learnt yet: told on its thread, taken on that of the readings."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from tabuah.operations.entries import Entry, subject_kind
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)

LONGEST_S: Final = 5.0  # the journal tells within milliseconds, unless it is in trouble
_LEARNT: Final = frozenset({"station", "unit", "rule", "maintenance"})
_OF_FILES: Final = frozenset({"station.attachment_added", "station.attachment_removed"})  # measured as before
_RAISED_OR_CLEARED: Final = frozenset({"alarm.raised", "alarm.cleared"})


class JournalNews:
    """Stations, units, rules and others' alarms that have changed; `begin` and `end` it.

    The journal answers an author before it tells its listeners. A console that has pushed its own alarm may therefore
    send the readings of it before this alarm is told here: whoever takes the news waits for what the journal has now.
    """

    def __init__(self, journal: ServerJournal, on_news: Callable[[], object]) -> None:
        self._journal, self._on_news = journal, on_news
        self._told = threading.Condition()
        self._subjects: dict[str, None] = {}
        self._told_until = 0
        self._listens = False
        self._unsubscribe: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Listen to the journal; what is in it by now is for the caller to read."""
        self._listens = True
        self._unsubscribe = self._journal.subscribe(self._hear)
        self._advance(self._journal.head().seq)

    def end(self) -> None:
        """Listen no more, and let nobody wait."""
        self._unsubscribe()
        with self._told:
            self._listens = False
            self._told.notify_all()

    def take(self) -> tuple[str, ...]:
        """The subjects that have changed since the last time, up to the journal's head of this moment."""
        head = self._journal.head().seq
        with self._told:
            if not self._told.wait_for(lambda: self._told_until >= head or not self._listens, LONGEST_S):
                log.warning("the journal has not told of entry %d", head)
            subjects, self._subjects = tuple(self._subjects), {}
        return subjects

    def _hear(self, records: tuple[Record, ...]) -> None:
        """On the journal's thread."""
        try:
            wanted = [entry.subject for record in records if self._concerns(entry := decode_entry(record.text))]
            with self._told:
                self._subjects |= dict.fromkeys(wanted)
        finally:
            self._advance(records[-1].seq)
        if wanted:
            self._on_news()

    def _advance(self, seq: int) -> None:
        with self._told:
            self._told_until = max(self._told_until, seq)
            self._told.notify_all()

    def _concerns(self, entry: Entry) -> bool:
        if entry.kind in _RAISED_OR_CLEARED:
            return entry.device != self._journal.server_id
        return subject_kind(entry.subject) in _LEARNT and entry.kind not in _OF_FILES
