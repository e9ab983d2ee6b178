"""The service of outgoing notices: one thread plans messages, and one for each channel sends them."""

import logging
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.entries import subject_kind
from tabuah.operations.notices.channels import NoticeChannel
from tabuah.operations.notices.flood_limits import retry_delay_s
from tabuah.operations.notices.settings import NoticeSettings
from tabuah.server.errors import ServerError
from tabuah.server.health import VERSION
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.channel_senders import open_sender
from tabuah.server.notices.links import write_link
from tabuah.server.notices.message_sender import DeliveryFailed, MessageSender, message_of
from tabuah.server.notices.notice_planner import NoticePlanner
from tabuah.server.notices.notice_queue import Delivery, NoticeQueue
from tabuah.storage.journal.notices_protocol import NoticesHealth
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 5.0
PRUNE_EVERY: Final = timedelta(hours=1)
LATE_AFTER: Final = timedelta(minutes=10)
BATCH: Final = 50
JITTER: Final = 0.1
LONGEST_PAUSE_S: Final = 60.0  # of a channel; the message itself waits for as long as it was asked to
AGENT: Final = f"Tabuah/{VERSION}"


class ChannelDelivery:
    """The thread that sends the messages of one channel: a slow channel delays no other."""

    def __init__(self, journal: ServerJournal, settings: NoticeSettings, channel: NoticeChannel) -> None:
        self._journal, self._settings, self._channel = journal, settings, channel
        self._sender: MessageSender = open_sender(channel, journal.directory.path, AGENT)
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"tabuah-notices-{channel.name}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread; a message that is being sent is sent again after the next start."""
        self._stopping.set()
        self._wake.set()
        self._sender.abort()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether the thread runs; callable from any thread."""
        return self._thread.is_alive()

    def wake(self) -> None:
        """Look for messages now; callable from any thread."""
        self._wake.set()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    with NoticeQueue(self._journal.directory.path) as queue:
                        self._send_until_stopped(queue)
                except ServerError as error:
                    log.warning("notices through %s wait: %s", self._channel.name, error)
                except Exception:
                    log.exception("notices through %s failed because of a bug", self._channel.name)
                self._stopping.wait(LOOK_EVERY_S)
        finally:
            self._sender.close()

    def _send_until_stopped(self, queue: NoticeQueue) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            due = queue.due(self._channel.name, self._journal.clock(), BATCH)
            for delivery in due:
                if self._stopping.is_set():
                    return
                self._stopping.wait(self._send(queue, delivery))
            if len(due) < BATCH:
                self._wake.wait(LOOK_EVERY_S)

    def _send(self, queue: NoticeQueue, delivery: Delivery) -> float:
        """Send a message and return the pause before the next one, which the other side may have asked for."""
        try:
            link = write_link(self._journal, self._settings, queue, delivery, self._journal.clock())
            receipt = self._sender.send(message_of(delivery, link))
        except DeliveryFailed as failure:
            if not self._stopping.is_set():  # an error caused by stopping is not one of the channel
                self._note_failure(queue, delivery, failure)
            return min(failure.retry_after_s, LONGEST_PAUSE_S)
        queue.accept(delivery, receipt, self._journal.clock())
        log.info("notice %s was accepted by %s", delivery.key, self._channel.name)
        return 0.0

    def _note_failure(self, queue: NoticeQueue, delivery: Delivery, failure: DeliveryFailed) -> None:
        now = self._journal.clock()
        own_s = retry_delay_s(delivery.attempts + 1) * random.uniform(1 - JITTER, 1 + JITTER)
        pause_s = max(own_s, failure.retry_after_s)
        due_at = now + timedelta(seconds=pause_s)
        is_over = failure.permanent or due_at - delivery.created_at > timedelta(hours=self._settings.limits.give_up_h)
        queue.fail(delivery, str(failure), due_at=None if is_over else due_at, now=now)
        log.warning(
            "notice %s was not accepted by %s (attempt %d, %s): %s",
            delivery.key,
            self._channel.name,
            delivery.attempts + 1,
            "given up" if is_over else f"again in {pause_s:.0f} s",
            failure,
        )


class NoticeService:
    """Call `start` before use and `stop` before the journal is closed."""

    def __init__(self, journal: ServerJournal, settings: NoticeSettings) -> None:
        """Prepare the service.

        Raises:
            UnusableNotices: a secret cannot be read, or the queue cannot be opened.
        """
        self._journal, self._settings = journal, settings
        self._deliveries = [ChannelDelivery(journal, settings, channel) for channel in settings.channel]
        NoticeQueue(journal.directory.path).close()
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-notices", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None
        self._pruned_at: datetime | None = None

    def start(self) -> None:
        """Start the threads."""
        self._unsubscribe = self._journal.subscribe(self._on_records)
        with NoticeQueue(self._journal.directory.path) as queue:
            NoticePlanner(self._journal, self._settings, queue).load()  # before the first entry of this run
        self._thread.start()
        for delivery in self._deliveries:
            delivery.start()

    def stop(self) -> None:
        """Stop the threads."""
        self._unsubscribe()
        self._stopping.set()
        self._wake.set()
        for delivery in self._deliveries:
            delivery.stop()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether all threads run; callable from any thread."""
        return self._thread.is_alive() and all(each.is_running for each in self._deliveries)

    def health(self) -> NoticesHealth:
        """Return the state of the queue; callable from any thread."""
        try:
            with NoticeQueue(self._journal.directory.path) as queue:
                counts = queue.counts()
        except ServerError:  # nothing can be sent, either
            return NoticesHealth(waiting=0, failed=0, is_late=True)
        is_late = counts.oldest_at is not None and self._journal.clock() - counts.oldest_at > LATE_AFTER
        return NoticesHealth(waiting=counts.waiting, failed=counts.failed, is_late=is_late)

    def _on_records(self, records: tuple[Record, ...]) -> None:
        if any(subject_kind(decode_entry(record.text).subject) in ("alarm", "notice") for record in records):
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with NoticeQueue(self._journal.directory.path) as queue:
                    self._plan_until_stopped(queue)
            except ServerError as error:
                log.warning("notices wait: %s", error)
            except Exception:
                log.exception("notices could not be planned because of a bug")
            self._stopping.wait(LOOK_EVERY_S)

    def _plan_until_stopped(self, queue: NoticeQueue) -> None:
        planner = NoticePlanner(self._journal, self._settings, queue)
        planner.load()
        while not self._stopping.is_set():
            self._wake.clear()
            planner.take_entries()
            planner.plan(self._wake_deliveries)
            self._prune(queue)
            if self._wake.wait(LOOK_EVERY_S):
                self._stopping.wait(self._settings.limits.collect_s)

    def _wake_deliveries(self) -> None:
        for delivery in self._deliveries:
            delivery.wake()

    def _prune(self, queue: NoticeQueue) -> None:
        now = self._journal.clock()
        if self._pruned_at is None or now - self._pruned_at >= PRUNE_EVERY:
            self._pruned_at = now
            queue.prune(now, timedelta(days=self._settings.limits.keep_days))
