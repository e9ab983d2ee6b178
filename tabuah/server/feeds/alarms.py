"""The alarms about what agencies told and about feeds: what is up, compared with what should be up now."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.alarms.gestures import clear_alarm, raise_alarm
from tabuah.operations.bulletins.alarm_titles import KINDS
from tabuah.operations.bulletins.alarming import is_same_alarm
from tabuah.operations.entries import Draft, subject_kind
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.identifiers import new_uuid

_FEED = "feed"


class Wanted(msgspec.Struct, frozen=True):
    """What should be up for a subject, or None."""

    alarm: AlarmRaised | None
    exercise: bool = False


class BulletinAlarms:
    """Belongs to the thread that settles; learns from the journal what a server before it has raised."""

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        self._open: dict[str, Alarm] = {}

    @property
    def subjects(self) -> tuple[str, ...]:
        """What alarms are up about."""
        return tuple(self._open)

    def load(self) -> None:
        """Know what is up."""
        for state in self._journal.states_of_kind("alarm").values():
            if isinstance(state.value, Alarm):
                self._know(state.value)

    def settle(self, wanted: Mapping[str, Wanted], now: datetime) -> tuple[Draft, ...]:
        """Journal what has to be raised and cleared; what is up about any other subject is over.

        Raises:
            ServerError: it could not be saved; the next time tries again.
        """
        ended = [alarm for subject, alarm in self._open.items() if subject not in wanted]
        begun: list[tuple[AlarmRaised, bool]] = []
        for subject, want in wanted.items():
            up = self._open.get(subject)
            if up is not None and (want.alarm is None or not is_same_alarm(up, want.alarm)):
                ended.append(up)
                up = None
            if up is None and want.alarm is not None:
                begun.append((want.alarm, want.exercise))
        drafts = self._drafts(ended, begun, now)
        if drafts:
            self._journal.append_own(drafts)
            self._learn(drafts)
        return drafts

    def _drafts(
        self, ended: Iterable[Alarm], begun: Iterable[tuple[AlarmRaised, bool]], now: datetime
    ) -> tuple[Draft, ...]:
        over = (clear_alarm(a.id, cleared_at=now, value=None, exercise=a.exercise) for a in ended)
        up = (raise_alarm(new_uuid(now), body, exercise=exercise) for body, exercise in begun)
        return (*over, *up)

    def _learn(self, drafts: Iterable[Draft]) -> None:
        for subject in dict.fromkeys(draft.subject for draft in drafts):
            value = self._journal.state_of(subject).value
            if isinstance(value, Alarm):
                self._know(value)

    def _know(self, alarm: Alarm) -> None:
        if subject_kind(alarm.parameter) not in (*KINDS, _FEED) or "/" not in alarm.parameter:
            return
        if alarm.is_active:
            self._open[alarm.parameter] = alarm
        elif (up := self._open.get(alarm.parameter)) is not None and up.id == alarm.id:
            del self._open[alarm.parameter]
