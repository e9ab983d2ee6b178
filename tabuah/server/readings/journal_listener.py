"""The journal listener of the readings service: collects changed subjects for the readings thread."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from tabuah.operations.entries import Entry, subject_kind
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)

MAX_WAIT_S: Final = 5.0  # normally the journal notifies within milliseconds
_FOLLOWED_KINDS: Final = frozenset({"station", "unit", "rule", "maintenance", "exercise"})
_ATTACHMENT_KINDS: Final = frozenset(
    {"station.attachment_added", "station.attachment_removed"}
)  # no effect on readings
_RAISED_OR_CLEARED: Final = frozenset({"alarm.raised", "alarm.cleared"})


class JournalListener:
    """Collects changed stations, units, rules, maintenance windows and other devices' alarms.

    The journal answers an author before it notifies its listeners. A console that has pushed its own
    alarm may therefore send the readings of that alarm before this listener knows it, so `take` waits
    for the journal's current head.
    """

    def __init__(self, journal: ServerJournal, on_change: Callable[[], object]) -> None:
        self._journal, self._on_change = journal, on_change
        self._condition = threading.Condition()
        self._subjects: dict[str, None] = {}
        self._heard_until = 0
        self._listens = False
        self._unsubscribe: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Subscribe to the journal; the caller reads the earlier entries."""
        self._listens = True
        self._unsubscribe = self._journal.subscribe(self._on_records)
        self._advance(self._journal.head().seq)

    def end(self) -> None:
        """Unsubscribe, and release waiting threads."""
        self._unsubscribe()
        with self._condition:
            self._listens = False
            self._condition.notify_all()

    def take(self) -> tuple[str, ...]:
        """Return the subjects that changed since the last call, up to the journal's current head."""
        head = self._journal.head().seq
        with self._condition:
            if not self._condition.wait_for(lambda: self._heard_until >= head or not self._listens, MAX_WAIT_S):
                log.warning("no notification of entry %d from the journal", head)
            subjects, self._subjects = tuple(self._subjects), {}
        return subjects

    def _on_records(self, records: tuple[Record, ...]) -> None:
        """Collect changed subjects; runs on the journal's thread."""
        try:
            wanted = [e.subject for record in records if self._concerns(e := decode_entry(record.text), record.seq)]
            with self._condition:
                self._subjects |= dict.fromkeys(wanted)
        finally:
            self._advance(records[-1].seq)
        if wanted:
            self._on_change()

    def _advance(self, seq: int) -> None:
        with self._condition:
            self._heard_until = max(self._heard_until, seq)
            self._condition.notify_all()

    def _concerns(self, entry: Entry, seq: int) -> bool:
        if entry.kind in _RAISED_OR_CLEARED:
            is_own = entry.device == self._journal.key.device_id and not entry.again  # not issued again by a command
            return not is_own or seq <= self._journal.returned_until
        return subject_kind(entry.subject) in _FOLLOWED_KINDS and entry.kind not in _ATTACHMENT_KINDS
