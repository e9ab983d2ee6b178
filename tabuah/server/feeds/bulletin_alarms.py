"""Alarms about bulletins and feeds: compares the active alarms with the expected ones."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tabuah.operations.alarms.alarm import BULLETIN_KINDS, Alarm
from tabuah.operations.alarms.drafts import clear_alarm, raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.bulletins.alarms import is_same_alarm
from tabuah.operations.entries import Draft, subject_kind
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.resources.fault_isolation import isolated
from tabuah.server.errors import DraftRefused
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.identifiers import new_uuid

_FEED = "feed"


class ExpectedAlarm(msgspec.Struct, frozen=True):
    """The alarm that a subject should have now, or None."""

    alarm: AlarmRaised | None
    world: SubjectWorld = SubjectWorld()


class BulletinAlarms:
    """Belongs to the feeds thread; loads alarms raised before a restart from the journal."""

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        self._open: dict[str, Alarm] = {}

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects with an active alarm."""
        return tuple(self._open)

    def load(self) -> None:
        """Load the active alarms."""
        self._open.clear()
        for state in self._journal.states_of_kind("alarm").values():
            if isinstance(state.value, Alarm):
                self._know(state.value)

    def update_alarms(self, expected: Mapping[str, ExpectedAlarm], now: datetime) -> tuple[Draft, ...]:
        """Journal the alarms to raise and clear; clear the alarms of all other subjects.

        Raises:
            ServerError: they could not be saved; the next call tries again.
        """
        ended = [alarm for subject, alarm in self._open.items() if subject not in expected]
        begun: list[tuple[AlarmRaised, SubjectWorld]] = []
        for subject, expected_alarm in expected.items():
            up = self._open.get(subject)
            if up is not None and (expected_alarm.alarm is None or not is_same_alarm(up, expected_alarm.alarm)):
                ended.append(up)
                up = None
            if up is None and expected_alarm.alarm is not None:
                begun.append((expected_alarm.alarm, expected_alarm.world))
        drafts = self._drafts(ended, begun, now)
        if drafts:
            self._write(drafts)
            self._learn(drafts)
        return drafts

    def _write(self, drafts: tuple[Draft, ...]) -> None:
        """Journal the drafts, or each alone where one is refused: it must not hold up the others."""
        try:
            self._journal.append_drafts(drafts)
        except DraftRefused:
            for draft in drafts:
                with isolated("bulletin alarm", draft.subject, catch=(DraftRefused,)):
                    self._journal.append_drafts([draft])

    def _drafts(
        self, ended: Iterable[Alarm], begun: Iterable[tuple[AlarmRaised, SubjectWorld]], now: datetime
    ) -> tuple[Draft, ...]:
        over = (
            clear_alarm(a.id, cleared_at=now, value=None, exercise=a.exercise, exercise_id=a.exercise_id)
            for a in ended
        )
        up = (
            raise_alarm(new_uuid(now), body, exercise=world.exercise, exercise_id=world.exercise_id)
            for body, world in begun
        )
        return (*over, *up)

    def _learn(self, drafts: Iterable[Draft]) -> None:
        for subject in dict.fromkeys(draft.subject for draft in drafts):
            value = self._journal.state_of(subject).value
            if isinstance(value, Alarm):
                self._know(value)

    def _know(self, alarm: Alarm) -> None:
        if subject_kind(alarm.parameter) not in (*BULLETIN_KINDS, _FEED) or "/" not in alarm.parameter:
            return
        if alarm.is_active:
            self._open[alarm.parameter] = alarm
        elif (up := self._open.get(alarm.parameter)) is not None and up.id == alarm.id:
            del self._open[alarm.parameter]
