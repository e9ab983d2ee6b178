"""The alarm about backups: active while the newest one is too old."""

import logging
from datetime import datetime
from typing import Final

from tabuah.operations.alarms.alarm import BACKUP_SUBJECT, Alarm, is_backup_alarm
from tabuah.operations.alarms.drafts import clear_alarm, raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.levels import AlarmSeverity
from tabuah.server.errors import ServerError
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.identifiers import new_uuid

log = logging.getLogger(__name__)

RULE: Final = "backup"
LONGEST_REASON: Final = 400


def update_backup_alarm(
    journal: ServerJournal, *, is_old: bool, since: datetime, alarm_after_h: int, reason: str
) -> None:
    """Raise the alarm, or clear it; do nothing where it is as it should be. The journal is the only memory.

    Args:
        journal: receives the entries.
        is_old: whether the newest backup is too old.
        since: the time of the newest backup, or since when one is expected.
        alarm_after_h: the age in hours from which on a backup is too old.
        reason: why the last backup failed; may be empty.
    """
    now = journal.clock()
    active = active_backup_alarm(journal)
    try:
        if active is not None and not is_old:
            journal.append_drafts([clear_alarm(active.id, cleared_at=now, value=None, exercise=False)])
        elif active is None and is_old:
            body = AlarmRaised(
                rule=RULE,
                station="",
                parameter=BACKUP_SUBJECT,
                severity=AlarmSeverity.HIGH,
                onset_at=min(since, now),
                limit=float(alarm_after_h),
                unit="h",
                cause=BACKUP_SUBJECT,
                reason=reason[:LONGEST_REASON],
            )
            journal.append_drafts([raise_alarm(new_uuid(now), body, exercise=False)])
    except ServerError as error:
        log.warning("the alarm about backups waits: %s", error)


def active_backup_alarm(journal: ServerJournal) -> Alarm | None:
    """Return the active alarm about backups."""
    values = (state.value for state in journal.states_of_kind("alarm").values())
    found = (value for value in values if isinstance(value, Alarm) and is_backup_alarm(value))
    return next((alarm for alarm in found if alarm.is_active), None)
