"""Acknowledgements that can be undone: they are written some seconds after the key, not at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from tabuah.operations.alarms.alarm import Alarm

UNDO_S: Final = 10
NEW_FOR: Final = timedelta(seconds=2)  # too short a time to read an alarm
_TICK_MS: Final = 1_000
_SAVED_WITHIN_S: Final = 5  # until then a written acknowledgement is shown as one


@dataclass(slots=True, eq=False)
class _Batch:
    """The alarms of one key press and the seconds until they are written."""

    alarms: tuple[str, ...]
    left_s: int = UNDO_S

    def count_down(self) -> None:
        self.left_s -= 1

    def end(self) -> None:
        self.left_s = 0


class PendingAcknowledgements(QObject):
    """Counts down the acknowledgements that are not written yet. After a crash the alarms are unacknowledged.

    A written acknowledgement stays here until it is saved, or for some seconds if it cannot be saved.

    Signals:
        changed: acknowledgements were added, undone or written, or a second has passed.
        due: the ids of alarms to acknowledge now.
    """

    changed = Signal()
    due = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._batches: list[_Batch] = []
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self.count_down)

    @property
    def ids(self) -> frozenset[str]:
        """The alarms whose acknowledgement can still be undone."""
        return frozenset(alarm for batch in self._batches if batch.left_s > 0 for alarm in batch.alarms)

    @property
    def shown(self) -> frozenset[str]:
        """The alarms that are shown as acknowledged: pending, or written and not saved yet."""
        return frozenset(alarm for batch in self._batches for alarm in batch.alarms)

    def left_s(self, alarm_id: str) -> int:
        """Return the seconds until the acknowledgement of an alarm is written; 0 if none is pending."""
        return next((max(batch.left_s, 0) for batch in self._batches if alarm_id in batch.alarms), 0)

    def add(self, alarms: Iterable[str]) -> None:
        """Begin the countdown of one acknowledgement of several alarms."""
        self._batches.append(_Batch(tuple(alarms)))
        if not self._clock.isActive():
            self._clock.start()
        self.changed.emit()

    def undo(self, alarms: Iterable[str]) -> bool:
        """Drop the acknowledgement of these alarms; return whether any was still pending."""
        wanted = frozenset(alarms)
        dropped = [batch for batch in self._pending if wanted.intersection(batch.alarms)]
        self._keep([batch for batch in self._batches if batch not in dropped])
        return bool(dropped)

    def write(self, alarms: Iterable[str]) -> None:
        """Write the acknowledgements that contain one of these alarms now."""
        wanted = frozenset(alarms)
        self._write([batch for batch in self._pending if wanted.intersection(batch.alarms)])

    def write_all(self) -> None:
        """Write everything now, such as when the window closes."""
        self._write(self._pending)

    def saved(self, alarms: Iterable[str]) -> None:
        """Forget the written acknowledgements of these alarms, which are in the journal now."""
        known = frozenset(alarms)
        left = [batch for batch in self._batches if batch.left_s > 0 or not known.issuperset(batch.alarms)]
        if len(left) < len(self._batches):
            self._keep(left)

    def count_down(self) -> None:
        """Let a second pass."""
        over = [batch for batch in self._pending if batch.left_s == 1]
        for batch in self._batches:
            if batch not in over:
                batch.count_down()
        self._write(over)
        self._keep([batch for batch in self._batches if batch.left_s > -_SAVED_WITHIN_S])

    @property
    def _pending(self) -> list[_Batch]:
        return [batch for batch in self._batches if batch.left_s > 0]

    def _write(self, batches: list[_Batch]) -> None:
        for batch in batches:
            batch.end()
        if batches:
            self.due.emit(tuple(alarm for batch in batches for alarm in batch.alarms))
            self.changed.emit()

    def _keep(self, batches: list[_Batch]) -> None:
        self._batches = batches
        if not batches:
            self._clock.stop()
        self.changed.emit()


def with_pending(alarms: Mapping[str, Alarm], pending: Iterable[str], *, by: str, now: datetime) -> dict[str, Alarm]:
    """Return the alarms as they will be once the pending acknowledgements are written."""
    shown = dict(alarms)
    for key in pending:
        alarm = alarms.get(key)
        if alarm is not None and alarm.acknowledged_at is None:
            shown[key] = msgspec.structs.replace(alarm, acknowledged_at=now, acknowledged_by=by)
    return shown


class AlarmArrivals:
    """When each alarm was first shown in this window; those of the first state are old."""

    def __init__(self) -> None:
        self._first_shown: dict[str, datetime | None] | None = None

    def note(self, alarms: Iterable[str], now: datetime) -> None:
        """Note the alarms of a state that is shown now."""
        if self._first_shown is None:
            self._first_shown = dict.fromkeys(alarms)
            return
        known = self._first_shown
        self._first_shown = {key: known.get(key, now) for key in alarms}

    def is_new(self, alarm_id: str, now: datetime) -> bool:
        """Return whether an alarm came too recently to have been read; one that was never shown is new."""
        if self._first_shown is None:
            return False
        first = self._first_shown.get(alarm_id, now)
        return first is not None and now - first < NEW_FOR
