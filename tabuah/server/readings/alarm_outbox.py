"""The alarm outbox: alarm entries saved with the readings are journalled exactly once, also after a crash."""

import logging

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import Draft
from tabuah.server.errors import DraftRefused
from tabuah.server.journal import ServerJournal
from tabuah.storage.readings.store import ReadingsStore

log = logging.getLogger(__name__)


def journal_pending_alarms(store: ReadingsStore, journal: ServerJournal) -> int:
    """Journal the drafts in the outbox, in order.

    Returns:
        Number of entries written now.

    Raises:
        ServerError: the journal cannot take them now; they stay in the outbox.
    """
    waiting = store.queued_drafts()
    if not waiting:
        return 0
    drafts = [draft for _number, draft in waiting if not _is_journalled(journal, draft)]
    try:
        journal.append_drafts(drafts)
        written = len(drafts)
    except DraftRefused:
        written = sum(_journal_one(journal, draft) for draft in drafts)
    store.drop_queued_drafts(number for number, _draft in waiting)
    return written


def _is_journalled(journal: ServerJournal, draft: Draft) -> bool:
    """Return whether the journal has the draft, written before a crash that kept it in the outbox."""
    alarm = journal.state_of(draft.subject).value
    return isinstance(alarm, Alarm) and (draft.kind == "alarm.raised" or not alarm.is_active)


def _journal_one(journal: ServerJournal, draft: Draft) -> bool:
    """Write one draft of a group that was refused, so that the refused draft does not block the others."""
    try:
        journal.append_drafts([draft])
    except DraftRefused:
        log.exception("%s on %s was refused and is dropped", draft.kind, draft.subject)
        return False
    return True
