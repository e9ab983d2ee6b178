"""The planner of webhooks: turns new entries of the journal into events for one endpoint."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, NamedTuple

from tabuah.operations.entries import Entry, subject_kind
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.webhooks.events import Change, EventData, WebhookEvent, change_between, digest_of, event_type
from tabuah.operations.webhooks.facts import KINDS, facts_of, family_of
from tabuah.operations.webhooks.settings import EventFamily, WebhookEndpoint
from tabuah.resources.fault_isolation import handle_each
from tabuah.server.journal import ServerJournal
from tabuah.server.webhooks.webhook_queue import WebhookDelivery, WebhookQueue
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.wire import Record, decode_entry

_PAGE: Final = 200


class _Touched(NamedTuple):
    """A subject that entries have touched: the last one of them, and when it came."""

    entry: Entry
    seq: int
    at: datetime


class WebhookPlanner:
    """Belongs to one thread, with its queue. A restart repeats and forgets nothing: the queue has the position."""

    def __init__(self, journal: ServerJournal, endpoint: WebhookEndpoint, queue: WebhookQueue) -> None:
        self._journal, self._endpoint, self._queue = journal, endpoint, queue

    def load(self) -> None:
        """Begin a new endpoint with the entries that come next."""
        head, found = self._journal.head().seq, self._queue.endpoint(self._endpoint.name)
        if found is None or found.seq > head:  # a restored journal is shorter
            with self._queue.transaction():
                self._queue.take(self._endpoint.name, head)

    def take_entries(self, limit: int, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Queue the events of the entries since the last call, while fewer than `limit` wait; return their number.

        After a long time there are many. Those that are left when the thread has to end are taken after its start.

        Raises:
            ServerError: the journal or the queue cannot be used; nothing is lost.
        """
        taken, name = 0, self._endpoint.name
        while self._queue.waiting(name) < limit and not is_stopping():
            found = self._queue.endpoint(name)
            records = self._journal.records_after(found.seq if found is not None else 0, _PAGE)
            if not records:
                break
            events = handle_each(
                "webhook",
                _touched(records),
                lambda each: self._delivery(each, self._journal.clock()),
                name=lambda each: each.entry.subject,
            )
            with self._queue.transaction():
                for event in filter(None, events):
                    self._save(event)
                self._queue.take(name, records[-1].seq)
            taken += sum(event is not None for event in events)
        return taken

    def _delivery(self, touched: _Touched, now: datetime) -> "_Event | None":
        subject, endpoint = touched.entry.subject, self._endpoint
        known, known_family = self._queue.known(endpoint.name, subject)
        value = self._journal.state_of(subject).value
        family = family_of(value) if value is not None else None
        exercise = touched.entry.exercise
        facts = None
        if value is not None and family is not None and endpoint.wants(family, exercise=exercise):
            facts = facts_of(value, endpoint, self._journal.authority, self._number_of)
        change = change_between(known, facts)
        shown = family if facts is not None else EventFamily(known_family) if known_family else None
        if change is None or shown is None:
            return None
        data = EventData(
            opd=endpoint.opd,
            subject=subject,
            seq=touched.seq,
            exercise=exercise,
            exercise_id=touched.entry.exercise_id,
            facts=facts,
        )
        event = WebhookEvent(type=event_type(shown, change), timestamp=touched.at, data=data)
        delivery = delivery_of(endpoint, event, now)
        return _Event(delivery, digest_of(facts) if facts is not None else "", shown)

    def _save(self, event: "_Event") -> None:
        delivery = event.delivery
        self._queue.learn(delivery.endpoint, delivery.subject, digest=event.digest, family=event.family.value)
        self._queue.add(delivery)

    def _number_of(self, incident: str) -> str:
        value = self._journal.state_of(f"incident/{incident}").value if incident else None
        return value.number if isinstance(value, Incident) else ""


class _Event(NamedTuple):
    delivery: WebhookDelivery
    digest: str
    family: EventFamily


def _touched(records: Iterable[Record]) -> list[_Touched]:
    """Return the subjects of entries that webhooks send, each with its last entry, in the order of these."""
    found: dict[str, _Touched] = {}
    for record in records:
        entry = decode_entry(record.text)
        if subject_kind(entry.subject) in KINDS:
            found.pop(entry.subject, None)
            found[entry.subject] = _Touched(entry, record.seq, record.received_at)
    return list(found.values())


def delivery_of(endpoint: WebhookEndpoint, event: WebhookEvent, now: datetime) -> WebhookDelivery:
    """Return the delivery of an event, with an id of its own."""
    return WebhookDelivery(
        endpoint=endpoint.name,
        event=f"msg_{new_uuid(now)}",
        type=event.type,
        subject=event.data.subject,
        exercise=event.data.exercise,
        body=event.encoded(),
        created_at=now,
        due_at=now,
    )


def trial_delivery(endpoint: WebhookEndpoint, now: datetime) -> WebhookDelivery:
    """Return the delivery by which a person tests an endpoint."""
    data = EventData(opd=endpoint.opd, subject="", seq=0, exercise=False, exercise_id="", facts=None)
    event = WebhookEvent(type=event_type(EventFamily.TEST, Change.TEST), timestamp=now, data=data)
    return delivery_of(endpoint, event, now)
