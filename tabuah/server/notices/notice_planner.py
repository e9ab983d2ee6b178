"""The planner of notices: turns new entries of the journal into messages in the queue."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup, group_alarms
from tabuah.operations.alarms.entry_bodies import AlarmEscalated
from tabuah.operations.entries import Verdict, subject_key, subject_of
from tabuah.operations.entry_kinds import decode_body, read_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.notices.acknowledgement import NoticeAcknowledged
from tabuah.operations.notices.flood_limits import (
    Mention,
    PlannedNotice,
    channels_of,
    group_mentions,
    is_quiet,
    plan_notices,
)
from tabuah.operations.notices.recipients import NoticeEvent, alarm_event, find_recipients
from tabuah.operations.notices.settings import NoticeOccasion, NoticeSettings
from tabuah.resources.fault_isolation import handle_each
from tabuah.resources.localisation import _
from tabuah.resources.time_zone import in_home_zone
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.journal_facts import JournalFacts
from tabuah.server.notices.notice_queue import CANCELLED, FAILED, WAITING, Delivery, NoticeQueue
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.wire import Record, decode_entry
from tabuah.text.notices.notice_text import NoticePart, NoticeText, notice_text

log = logging.getLogger(__name__)

OLDEST_NEWS: Final = timedelta(hours=6)  # of an entry, also one of an office that was offline
_PAGE: Final = 500
_SAVED_AT_ONCE: Final = 10  # contacts
_EVENTS: Final = ("alarm.raised", "alarm.escalated")


class _Groups(NamedTuple):
    """The alarm groups of one moment: the number of the group of each subject, and the groups by number."""

    number_of: dict[str, int]
    groups: tuple[AlarmGroup, ...]


class NoticePlanner:
    """Belongs to one thread, with its queue. A restart repeats and forgets nothing: the queue has the position."""

    def __init__(self, journal: ServerJournal, settings: NoticeSettings, queue: NoticeQueue) -> None:
        self._journal, self._settings, self._queue = journal, settings, queue
        self._facts = JournalFacts(journal)
        self._texts: dict[tuple[str, ...], NoticeText] = {}

    def load(self) -> None:
        """Read the state of the journal; a new queue begins with the entries that come next."""
        self._facts.load()
        self.begin()

    def begin(self) -> None:
        """Begin a new queue with the entries that come next."""
        head, position = self._journal.head().seq, self._queue.position()
        if position is None or position > head:  # a restored journal is shorter
            with self._queue.transaction():
                self._queue.take((), until_seq=head)

    def take_entries(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Save who has to learn of the alarms and escalations since the last call; return their number.

        After a long time there are many entries. Those that are left when the thread has to end are taken after its
        start.

        Raises:
            ServerError: the journal or the queue cannot be used; nothing is lost.
        """
        taken = 0
        while not is_stopping() and (records := self._journal.records_after(self._queue.position() or 0, _PAGE)):
            taken += self._take(records, self._journal.clock())
        return taken

    def _take(self, records: Sequence[Record], now: datetime) -> int:
        self._facts.learn(decode_entry(record.text).subject for record in records)
        events = handle_each("notice", records, lambda record: self._event_of(record, now), name=_name_of)
        found = handle_each(
            "notice",
            [event for event in events if event is not None],
            lambda event: self._mentions_of(event, now),
            name=lambda event: event.subject,
        )
        mentions = [mention for each in found for mention in each]
        with self._queue.transaction():
            self._queue.take(mentions, until_seq=records[-1].seq)
            self._take_acknowledgements(records, now)
        return len(mentions)

    def _take_acknowledgements(self, records: Sequence[Record], now: datetime) -> None:
        """Note what contacts have confirmed, and cancel what still waits about it or the same alarms."""
        entries = (decode_entry(each.text) for each in records if each.verdict is Verdict.ACCEPTED)
        for entry in (each for each in entries if each.kind == "notice.acknowledged"):
            notice = subject_key(entry.subject)
            self._queue.acknowledge(notice, entry.at)
            contact = read_body(entry, NoticeAcknowledged).contact
            waiting = (
                each
                for each in self._queue.waiting_of(contact)
                if each.notice == notice or self._is_acknowledged(each)
            )
            self._queue.withdraw([each.id for each in waiting], now)

    def _is_acknowledged(self, delivery: Delivery) -> bool:
        """Whether the contact has confirmed a notice of each alarm of a message."""
        subjects = {mention.subject for mention in self._queue.mentions_of(delivery.notice)}
        return bool(subjects) and all((delivery.contact, each) in self._facts.acknowledged for each in subjects)

    def plan(self, on_written: Callable[[], object] = lambda: None) -> int:
        """Write the messages that may be sent now; return their number.

        Args:
            on_written: called whenever some are saved, so that the first are sent while others are planned.

        Raises:
            ServerError: the queue cannot be used.
        """
        waiting = self._without_acknowledged(self._queue.waiting_mentions())
        if not waiting or self._queue.counts().waiting >= self._settings.limits.waiting:
            return 0
        now = self._journal.clock()
        self._facts.forget_old_alarms(now)
        groups = self._groups()
        self._texts.clear()
        by_contact: dict[tuple[str, SubjectWorld], list[Mention]] = {}
        for mention in waiting:
            alarm = self._facts.alarm_of(mention.subject)
            if alarm is not None:
                world = SubjectWorld(alarm.exercise, alarm.exercise_id)
                by_contact.setdefault((mention.contact, world), []).append(mention)
        contacts, written = list(by_contact.items()), 0
        for start in range(0, len(contacts), _SAVED_AT_ONCE):
            with self._queue.transaction():
                planned = sum(
                    handle_each(
                        "notices of a contact",
                        contacts[start : start + _SAVED_AT_ONCE],
                        lambda item: self._plan_contact(item[0][0], item[1], groups, now),
                        name=lambda item: item[0][0],
                    )
                )
            written += planned
            if planned:
                on_written()
        return written

    def _without_acknowledged(self, waiting: Sequence[Mention]) -> list[Mention]:
        """Return the mentions of alarms that their contact has not confirmed; the others need no message."""
        known = self._facts.acknowledged
        done = [
            msgspec.structs.replace(each, notice=known[each.contact, each.subject])
            for each in waiting
            if (each.contact, each.subject) in known
        ]
        if done:
            with self._queue.transaction():
                self._queue.mark(done)
        return [each for each in waiting if (each.contact, each.subject) not in known]

    # Events

    def _event_of(self, record: Record, now: datetime) -> NoticeEvent | None:
        entry = decode_entry(record.text)
        if entry.kind not in _EVENTS or record.verdict is not Verdict.ACCEPTED:
            return None
        alarm = self._facts.alarm_of(entry.subject)
        if alarm is None or alarm.acknowledged_at is not None:
            return None
        try:
            body = decode_body(entry)
        except MalformedBody:
            return None
        kecamatan, nagari = self._facts.place_of(alarm) if self._needs_places else ("", "")
        is_late = now - min(entry.at, record.received_at) > OLDEST_NEWS
        event = alarm_event(alarm, kecamatan=kecamatan, nagari=nagari, is_late=is_late)
        if not isinstance(body, AlarmEscalated):
            return event
        return msgspec.structs.replace(
            event, occasion=NoticeOccasion.ESCALATION, step=body.step, to=body.to, person=body.person
        )

    @property
    def _needs_places(self) -> bool:
        """Whether the place of an alarm decides anything: its lookup loads the map."""
        return any(rule.kecamatan for rule in self._settings.recipient) or any(
            not contact.is_regency_wide for contact in self._facts.contacts.values()
        )

    def _mentions_of(self, event: NoticeEvent, now: datetime) -> list[Mention]:
        on_duty = self._facts.supervisor_on_duty(now)
        return [
            Mention(
                contact=each.contact.id,
                subject=event.subject,
                occasion=event.key,
                severity=event.severity,
                channels=each.channels,
                queued_at=now,
                is_late=event.is_late,
            )
            for each in find_recipients(event, self._settings, self._facts.contacts, on_duty)
        ]

    # Messages

    def _groups(self) -> _Groups:
        found = group_alarms(self._facts.alarms.values(), self._facts.stations)
        number_of = {subject_of("alarm", a.id): n for n, group in enumerate(found) for a in group.alarms}
        return _Groups(number_of, found)

    def _plan_contact(self, contact: str, waiting: Sequence[Mention], groups: _Groups, now: datetime) -> int:
        limits, quiet = self._settings.limits, self._settings.quiet_hours
        in_quiet = quiet is not None and is_quiet(quiet, in_home_zone(now).time())
        self._record_late(contact, [each for each in waiting if each.is_late], groups, now)
        plan = plan_notices(
            [each for each in waiting if not each.is_late],
            self._queue.sent_mentions(contact),
            groups.number_of,
            limits,
            used=self._queue.used(contact, now - timedelta(minutes=limits.within_min)),
            quiet=quiet if in_quiet else None,
            now=now,
        )
        self._queue.mark(plan.covered)
        for planned in plan.notices:
            self._write(contact, planned, groups, now)
        return len(plan.notices)

    def _record_late(self, contact: str, late: Sequence[Mention], groups: _Groups, now: datetime) -> None:
        """Write one message, cancelled already, about all that was too old: people see it, and may still send it."""
        if late:
            parts = tuple(group_mentions(late, groups.number_of))
            planned = PlannedNotice(parts=parts, channels=channels_of(parts))
            self._write(contact, planned, groups, now, reason=_("too old when the server received it; not sent"))

    def _write(
        self, contact: str, planned: PlannedNotice, groups: _Groups, now: datetime, *, reason: str = ""
    ) -> None:
        """Write a message, or for a reason one that is cancelled."""
        notice = new_uuid(now)
        text = self._text_of(planned, groups)
        for channel in planned.channels:
            delivery = self._delivery(contact, channel, planned, notice=notice, text=text, now=now)
            if reason and delivery.state == WAITING:
                delivery = msgspec.structs.replace(delivery, state=CANCELLED, ended_at=now, error=reason)
            self._queue.add(delivery)
        for part in planned.parts:
            self._queue.mark(part, notice)

    def _text_of(self, planned: PlannedNotice, groups: _Groups) -> NoticeText:
        """Return the text, which is the same for all contacts that learn of the same."""
        key = tuple(f"{mention.subject} {mention.occasion}" for part in planned.parts for mention in part)
        if key not in self._texts:
            self._texts[key] = notice_text([self._part(part[0], groups) for part in planned.parts])
        return self._texts[key]

    def _part(self, mention: Mention, groups: _Groups) -> NoticePart:
        alarm = self._facts.alarms[subject_key(mention.subject)]
        return NoticePart(
            alarm=alarm,
            group=groups.groups[groups.number_of[mention.subject]],
            station=self._facts.stations.get(alarm.station),
            rule=self._facts.rules.get(alarm.rule),
            escalated_to=_step_of(alarm, mention.occasion),
        )

    def _delivery(
        self, contact: str, channel: str, planned: PlannedNotice, *, notice: str, text: NoticeText, now: datetime
    ) -> Delivery:
        known = self._facts.contacts[contact]
        found = self._settings.channel_named(channel)
        addresses: tuple[str, ...] = ()
        if found is not None:
            own = found.addresses.get(contact, "")
            fallback = self._facts.addresses_of(known, found.number_field, personal=found.personal)
            addresses = (own,) if own else fallback
        mention = planned.parts[0][0]
        return Delivery(
            notice=notice,
            contact=contact,
            contact_name=known.name,
            occasion=mention.occasion,
            exercise=self._facts.alarms[subject_key(mention.subject)].exercise,
            severity=mention.severity.rank,
            channel=channel,
            address=addresses[0] if addresses else "",
            title=text.title,
            text=text.text,
            state=WAITING if addresses else FAILED,
            created_at=now,
            due_at=now,
            ended_at=None if addresses else now,
            error="" if addresses else _("the contact has no address for this channel"),
        )


def _step_of(alarm: Alarm, occasion: str) -> str:
    number = occasion.rpartition("/")[2]
    return next((each.to for each in alarm.escalations if str(each.step) == number), "")


def _name_of(record: Record) -> str:
    return str(record.seq)
