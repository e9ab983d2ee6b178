"""The planner of notices: turns new entries of the journal into messages in the queue."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.entries import Verdict, subject_key, subject_kind
from tabuah.operations.entry_kinds import read_body
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
from tabuah.operations.notices.recipients import NoticeEvent, find_recipients, owner_key
from tabuah.operations.notices.settings import NoticeSettings
from tabuah.resources.fault_isolation import handle_each
from tabuah.resources.localisation import _
from tabuah.resources.time_zone import in_home_zone
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.due_limits import DueLimits, follows_limits
from tabuah.server.notices.journal_facts import JournalFacts
from tabuah.server.notices.mention_status import is_over
from tabuah.server.notices.notice_composer import NoticeComposer
from tabuah.server.notices.notice_events import NoticeEvents
from tabuah.server.notices.notice_queue import CANCELLED, FAILED, WAITING, Delivery, NoticeQueue
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.wire import Record, decode_entry
from tabuah.text.notices.notice_text import NoticeText

log = logging.getLogger(__name__)

_PAGE: Final = 500
_SAVED_AT_ONCE: Final = 10  # contacts
_WORK: Final = ("unit", "task", "incident")


class NoticePlanner:
    """Belongs to one thread, with its queue. A restart repeats and forgets nothing: the queue has the position."""

    def __init__(self, journal: ServerJournal, settings: NoticeSettings, queue: NoticeQueue) -> None:
        self._journal, self._settings, self._queue = journal, settings, queue
        self._has_limits = follows_limits(settings)
        self._facts = JournalFacts(journal, follows_limits=self._has_limits)
        self._limits = DueLimits(self._facts, queue)
        self._events, self._composer = NoticeEvents(self._facts, settings), NoticeComposer(self._facts, settings)

    def load(self) -> None:
        """Read the state of the journal; a new queue begins with the entries that come next."""
        self._facts.load()
        self.begin()

    def begin(self) -> None:
        """Begin a new queue with the entries and limits that come next."""
        head, position = self._journal.head().seq, self._queue.position()
        is_new = position is None or position > head  # a restored journal is shorter
        with self._queue.transaction():
            if is_new:
                self._queue.take((), until_seq=head)
            if is_new or not self._has_limits:
                self._queue.forget_limits()

    def take_entries(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Save who has to learn of the events since the last call; return their number.

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
        events = handle_each("notice", records, lambda record: self._events.event_of(record, now), name=_name_of)
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
            self._withdraw_over((decode_entry(record.text).subject for record in records), now)
        return len(mentions)

    def take_limits(self) -> int:
        """Save who has to learn of the time limits that have run out since the last call; return their number.

        Raises:
            ServerError: the journal or the queue cannot be used; nothing is lost.
        """
        now = self._journal.clock()
        found = self._limits.find(now) if self._has_limits else None
        if found is None:
            return 0
        mentions = handle_each(
            "notice", found.events, lambda event: self._mentions_of(event, now), name=lambda event: event.subject
        )
        with self._queue.transaction():
            self._queue.add_mentions(mention for each in mentions for mention in each)
            self._queue.know_limits(found.keys)
        return sum(map(len, mentions))

    def _withdraw_over(self, subjects: Iterable[str], now: datetime) -> None:
        """Cancel the messages about changed work that was closed, taken back or answered before they were sent."""
        changed = sorted({each for each in subjects if subject_kind(each) in _WORK})
        found = handle_each("notice", changed, lambda subject: self._over_about(subject, now), name=str)
        self._queue.withdraw([delivery.id for each in found for delivery in each], now, _over_text())

    def _over_about(self, subject: str, now: datetime) -> list[Delivery]:
        return [each for each in self._queue.waiting_about(subject) if self._is_over(each, now)]

    def _is_over(self, delivery: Delivery, now: datetime) -> bool:
        return all(is_over(mention, self._facts, now) for mention in self._queue.mentions_of(delivery.notice))

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
        self._composer.begin(now)
        by_contact: dict[tuple[str, SubjectWorld], list[Mention]] = {}
        for mention in waiting:
            world = self._facts.world_of(mention.subject)
            if world is not None:
                by_contact.setdefault((mention.contact, world), []).append(mention)
        contacts, written = list(by_contact.items()), 0
        for start in range(0, len(contacts), _SAVED_AT_ONCE):
            with self._queue.transaction():
                planned = sum(
                    handle_each(
                        "notices of a contact",
                        contacts[start : start + _SAVED_AT_ONCE],
                        lambda item: self._plan_contact(item[0][0], item[1], now),
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
                is_urgent=each.is_urgent,
                incident=event.incident,
                addressee=",".join(map(owner_key, event.addressees)),
            )
            for each in find_recipients(event, self._settings, self._facts.contacts, on_duty)
        ]

    # Messages

    def _plan_contact(self, contact: str, waiting: Sequence[Mention], now: datetime) -> int:
        limits, quiet = self._settings.limits, self._settings.quiet_hours
        in_quiet = quiet is not None and is_quiet(quiet, in_home_zone(now).time())
        late = [each for each in waiting if each.is_late]
        self._record_unsent(contact, late, now, _("too old when the server received it; not sent"))
        over = [each for each in waiting if not each.is_late and is_over(each, self._facts, now)]
        self._record_unsent(contact, over, now, _over_text())
        unsent = {each.key for each in (*late, *over)}
        plan = plan_notices(
            [each for each in waiting if each.key not in unsent],
            self._queue.sent_mentions(contact),
            self._composer.groups.number_of,
            limits,
            used=self._queue.used(contact, now - timedelta(minutes=limits.within_min)),
            quiet=quiet if in_quiet else None,
            now=now,
        )
        self._queue.mark(plan.covered)
        for planned in plan.notices:
            self._write(contact, planned, now)
        return len(plan.notices)

    def _record_unsent(self, contact: str, mentions: Sequence[Mention], now: datetime, reason: str) -> None:
        """Write one message, cancelled already, about all that is not sent: people see it, and may still send it."""
        if mentions:
            parts = tuple(group_mentions(mentions, self._composer.groups.number_of))
            planned = PlannedNotice(parts=parts, channels=channels_of(parts))
            self._write(contact, planned, now, reason=reason)

    def _write(self, contact: str, planned: PlannedNotice, now: datetime, *, reason: str = "") -> None:
        """Write a message, or for a reason one that is cancelled."""
        notice = new_uuid(now)
        text = self._composer.text_of(planned)
        for channel in planned.channels:
            delivery = self._delivery(contact, channel, planned, notice=notice, text=text, now=now)
            if reason:
                delivery = msgspec.structs.replace(delivery, state=CANCELLED, ended_at=now, error=reason)
            self._queue.add(delivery)
        for part in planned.parts:
            self._queue.mark(part, notice)

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
        world = self._facts.world_of(mention.subject)
        return Delivery(
            notice=notice,
            contact=contact,
            contact_name=known.name,
            occasion=mention.occasion,
            exercise=world is not None and world.exercise,
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


def _over_text() -> str:
    return _("closed, taken back or answered before it was sent")


def _name_of(record: Record) -> str:
    return str(record.seq)
