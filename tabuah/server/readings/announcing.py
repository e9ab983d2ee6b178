"""Bringing what was decided about alarms into the journal, once each, also after a crash between the two stores."""

import logging

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import Draft
from tabuah.server.errors import DraftRefused
from tabuah.server.journal import ServerJournal
from tabuah.storage.readings.store import ReadingsStore

log = logging.getLogger(__name__)


def announce_waiting(store: ReadingsStore, journal: ServerJournal) -> int:
    """Write the drafts that wait into the journal, in order.

    Returns:
        How many were written now.

    Raises:
        ServerError: the journal cannot take them now; they keep waiting.
    """
    waiting = store.announcements()
    if not waiting:
        return 0
    drafts = [draft for _number, draft in waiting if not _is_known(journal, draft)]
    try:
        journal.append_own(drafts)
        written = len(drafts)
    except DraftRefused:
        written = sum(_announce_alone(journal, draft) for draft in drafts)
    store.drop_announcements(number for number, _draft in waiting)
    return written


def _is_known(journal: ServerJournal, draft: Draft) -> bool:
    """Whether the journal has it: written before a crash, and forgotten here only after it."""
    alarm = journal.state_of(draft.subject).value
    return isinstance(alarm, Alarm) and (draft.kind == "alarm.raised" or not alarm.is_active)


def _announce_alone(journal: ServerJournal, draft: Draft) -> bool:
    """One draft of a group of which some draft is against the rules; it must not hold up the others."""
    try:
        journal.append_own([draft])
    except DraftRefused:
        log.exception("%s on %s was refused and is given up", draft.kind, draft.subject)
        return False
    return True
