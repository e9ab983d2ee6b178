"""The texts of planned notices, made from the facts of the journal."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup, group_alarms
from tabuah.operations.entries import subject_key, subject_of
from tabuah.operations.notices.flood_limits import Mention, PlannedNotice
from tabuah.operations.notices.settings import NoticeOccasion, NoticeSettings
from tabuah.operations.tasks.due_clocks import DueClock
from tabuah.operations.tasks.task import Task
from tabuah.operations.units.unit import Unit
from tabuah.server.notices.journal_facts import JournalFacts
from tabuah.server.notices.mention_status import find_limit
from tabuah.text.notices.notice_text import AlarmPart, NoticePart, NoticeText, notice_text
from tabuah.text.notices.work_text import WorkPart


class AlarmGroups(NamedTuple):
    """The alarm groups of one moment: the number of the group of each subject, and the groups by number."""

    number_of: dict[str, int]
    groups: tuple[AlarmGroup, ...]


class NoticeComposer:
    """Makes the texts of one moment: contacts that learn of the same get the same text."""

    def __init__(self, facts: JournalFacts, settings: NoticeSettings) -> None:
        self._facts, self._settings = facts, settings
        self._now: datetime = datetime.min.replace(tzinfo=UTC)
        self._texts: dict[tuple[str, ...], NoticeText] = {}
        self.groups = AlarmGroups({}, ())

    def begin(self, now: datetime) -> None:
        """Group the alarms of the present moment, and forget the texts of the last one."""
        self._now = now
        found = group_alarms(self._facts.alarms.values(), self._facts.stations)
        number_of = {subject_of("alarm", a.id): n for n, group in enumerate(found) for a in group.alarms}
        self.groups = AlarmGroups(number_of, found)
        self._texts.clear()

    def text_of(self, planned: PlannedNotice) -> NoticeText:
        """Return title and text of a message."""
        key = tuple(f"{mention.subject} {mention.occasion}" for part in planned.parts for mention in part)
        if key not in self._texts:
            self._texts[key] = notice_text([self._part(part) for part in planned.parts])
        return self._texts[key]

    def _part(self, mentions: tuple[Mention, ...]) -> NoticePart:
        first = mentions[0]
        if not first.is_alarm:
            return self._work_part(mentions)
        alarm = self._facts.alarms[subject_key(first.subject)]
        return AlarmPart(
            alarm=alarm,
            group=self.groups.groups[self.groups.number_of[first.subject]],
            station=self._facts.stations.get(alarm.station),
            rule=self._facts.rules.get(alarm.rule),
            escalated_to=_step_of(alarm, first.occasion),
            place=self._facts.locate(alarm),
        )

    def _work_part(self, mentions: tuple[Mention, ...]) -> WorkPart:
        first = mentions[0]
        values = [self._facts.value_of(subject) for subject in dict.fromkeys(each.subject for each in mentions)]
        world = self._facts.world_of(first.subject)
        return WorkPart(
            occasion=NoticeOccasion(first.kind),
            incident=self._facts.incident_of(first.incident),
            units=tuple(each for each in values if isinstance(each, Unit)),
            tasks=tuple(each for each in values if isinstance(each, Task) and first.kind != NoticeOccasion.DUE),
            limits=tuple(sorted(self._limits(mentions), key=lambda due: (due.due_at, due.key)))
            if first.kind == NoticeOccasion.DUE
            else (),
            exercise=world is not None and world.exercise,
            texts=self._settings.texts,
        )

    def _limits(self, mentions: tuple[Mention, ...]) -> Iterator[DueClock]:
        for mention in mentions:
            found = find_limit(mention, self._facts.value_of(mention.subject), self._now)
            if found is not None:
                yield found


def _step_of(alarm: Alarm, occasion: str) -> str:
    number = occasion.rpartition("/")[2]
    return next((each.to for each in alarm.escalations if str(each.step) == number), "")
