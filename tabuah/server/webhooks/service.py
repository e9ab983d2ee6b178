"""The service of webhooks: one thread for each endpoint makes its events and sends them."""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.entries import subject_kind
from tabuah.operations.webhooks.facts import KINDS
from tabuah.operations.webhooks.retry_schedule import pause_after_s
from tabuah.operations.webhooks.settings import WebhookEndpoint, WebhookSettings
from tabuah.resources.localisation import _
from tabuah.server.database.queue_thread import QueueThread, stop_threads
from tabuah.server.errors import ServerError
from tabuah.server.health import VERSION
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.message_sender import DeliveryFailed, faults_as_failures
from tabuah.server.webhooks.settings_file import keys_of
from tabuah.server.webhooks.webhook_planner import WebhookPlanner
from tabuah.server.webhooks.webhook_queue import FILE_NAME, EndpointState, WebhookDelivery, WebhookQueue
from tabuah.server.webhooks.webhook_sender import WebhookSender
from tabuah.storage.journal.notices_protocol import WebhooksHealth
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)

FAILING_AFTER: Final = timedelta(hours=1)  # a short restart of the application of an OPD is no problem
PRUNE_EVERY: Final = timedelta(hours=1)
BATCH: Final = 50
JITTER: Final = 0.1
LONGEST_PAUSE_S: Final = 60.0  # of an endpoint after a failure; what failed waits longer
AGENT: Final = f"Tabuah/{VERSION}"


class EndpointDelivery:
    """Makes and sends the events of one endpoint in a thread of its own: a slow endpoint delays no other."""

    def __init__(self, journal: ServerJournal, settings: WebhookSettings, endpoint: WebhookEndpoint) -> None:
        self._journal, self._settings, self._endpoint = journal, settings, endpoint
        self._directory = journal.directory.path
        keys_of(endpoint, self._directory)
        self._sender = WebhookSender(endpoint, self._directory, AGENT)
        self.thread = QueueThread(
            f"tabuah-webhook-{endpoint.name}",
            lambda: WebhookQueue(self._directory),
            self._work_until_stopped,
            about=f"webhooks to {endpoint.name}",
            abort=self._sender.abort,
            close=self._sender.close,
        )
        self._pruned_at: datetime | None = None

    def start(self) -> None:
        """Start the thread; its first events are those of entries from now on."""
        with WebhookQueue(self._directory) as queue:
            WebhookPlanner(self._journal, self._endpoint, queue).load()
        self.thread.start()

    def _work_until_stopped(self, queue: WebhookQueue) -> None:
        planner = WebhookPlanner(self._journal, self._endpoint, queue)
        planner.load()
        while not self.thread.is_stopping():
            self.thread.begin_look()
            state = queue.endpoint(self._endpoint.name)
            if state is not None and state.disabled_at is None:
                planner.take_entries(self._settings.waiting, self.thread.is_stopping)
                if self._send_due(queue) == BATCH:
                    continue
            self._prune(queue)
            self.thread.wait()

    def _send_due(self, queue: WebhookQueue) -> int:
        """Send what is due and return its number; 0 after a failure, which pauses the endpoint."""
        due = queue.due(self._endpoint.name, self._journal.clock(), BATCH)
        for delivery in due:
            if self.thread.is_stopping():
                return 0
            try:
                with faults_as_failures("webhook", delivery.event):
                    answer = self._sender.send(delivery, self._journal.clock())
            except DeliveryFailed as failure:
                if not self.thread.is_stopping():  # an error caused by stopping is not one of the endpoint
                    self._note_failure(queue, delivery, failure)
                self.thread.pause(min(failure.retry_after_s, LONGEST_PAUSE_S))
                return 0
            self._note_success(queue, delivery, answer)
        return len(due)

    def _note_success(self, queue: WebhookQueue, delivery: WebhookDelivery, answer: str) -> None:
        now = self._journal.clock()
        self.thread.save(queue, lambda found: found.accept(delivery, answer, now))
        log.info("webhook %s was accepted by %s", delivery.event, self._endpoint.name)

    def _note_failure(self, queue: WebhookQueue, delivery: WebhookDelivery, failure: DeliveryFailed) -> None:
        now, name = self._journal.clock(), self._endpoint.name
        pause_s = pause_after_s(delivery.attempts + 1)
        due_at = None
        if pause_s is not None:
            jittered_s = max(pause_s * random.uniform(1 - JITTER, 1 + JITTER), failure.retry_after_s)
            due_at = now + timedelta(seconds=jittered_s)
        self.thread.save(queue, lambda found: found.fail(delivery, str(failure), due_at=due_at, now=now))
        log.warning("webhook %s was not accepted by %s: %s", delivery.event, name, failure.summary)
        reason = self._reason_to_disable(queue, failure, now)
        if reason:
            queue.disable(name, reason, now)
            log.warning("webhooks to %s are disabled: %s", name, reason)

    def _reason_to_disable(self, queue: WebhookQueue, failure: DeliveryFailed, now: datetime) -> str:
        if failure.permanent:
            return _("the receiver wants no more events ({answer})").format(answer=failure)
        state = queue.endpoint(self._endpoint.name)
        since = state.failing_since if state is not None else None
        if since is None or now - since < timedelta(days=self._settings.disable_after_d):
            return ""
        return _("it has accepted nothing for {days} days: {answer}").format(days=(now - since).days, answer=failure)

    def _prune(self, queue: WebhookQueue) -> None:
        now = self._journal.clock()
        if self._pruned_at is None or now - self._pruned_at >= PRUNE_EVERY:
            self._pruned_at = now
            prune_events(queue, self._settings, now)


class WebhookService:
    """Call `start` before use and `stop` before the journal is closed."""

    def __init__(self, journal: ServerJournal, settings: WebhookSettings) -> None:
        """Prepare the service.

        Raises:
            UnusableWebhooks: a secret cannot be read, or the queue cannot be opened.
        """
        self._journal = journal
        WebhookQueue(journal.directory.path).close()
        self._names = tuple(endpoint.name for endpoint in settings.endpoint)
        self._deliveries = [EndpointDelivery(journal, settings, endpoint) for endpoint in settings.endpoint]
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start the threads."""
        for delivery in self._deliveries:
            delivery.start()
        self._unsubscribe = self._journal.subscribe(self._on_records)

    def stop(self) -> None:
        """Stop the threads; an event that is being sent is sent again after the next start."""
        self._unsubscribe()
        stop_threads([each.thread for each in self._deliveries])

    @property
    def is_running(self) -> bool:
        """Whether all threads run; callable from any thread."""
        return all(each.thread.is_running for each in self._deliveries)

    def health(self) -> WebhooksHealth:
        """Return the state of the queue; callable from any thread."""
        try:
            with WebhookQueue(self._journal.directory.path) as queue:
                counts = [found for name, found in queue.counts().items() if name in self._names]
                states = sorted(queue.endpoints(self._names), key=lambda each: each.name)
        except ServerError:  # nothing can be sent, either
            return WebhooksHealth(waiting=0, failed=0, disabled=self._names)
        return WebhooksHealth(
            waiting=sum(each.waiting for each in counts),
            failed=sum(each.failed for each in counts),
            disabled=tuple(each.name for each in states if each.disabled_at is not None),
            failing=tuple(each.name for each in states if self._is_failing(each)),
        )

    def _is_failing(self, state: EndpointState) -> bool:
        since = state.failing_since if state.disabled_at is None else None
        return since is not None and self._journal.clock() - since >= FAILING_AFTER

    def _on_records(self, records: tuple[Record, ...]) -> None:
        if any(subject_kind(decode_entry(record.text).subject) in KINDS for record in records):
            for delivery in self._deliveries:
                delivery.thread.wake()


def prune_events(queue: WebhookQueue, settings: WebhookSettings, now: datetime) -> None:
    """Delete the events that are older than the settings say.

    Raises:
        UnusableWebhooks: the queue cannot be written.
    """
    queue.prune(now, timedelta(days=settings.keep_days), [endpoint.name for endpoint in settings.endpoint])


def prune_unused_events(journal: ServerJournal, settings: WebhookSettings) -> None:
    """Delete old events of a server that no longer sends any."""
    if not (journal.directory.path / FILE_NAME).exists():
        return
    try:
        with WebhookQueue(journal.directory.path) as queue:
            prune_events(queue, settings, journal.clock())
    except ServerError as error:
        log.warning("old events of webhooks could not be deleted: %s", error)
