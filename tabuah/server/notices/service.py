"""The service of outgoing notices: one thread plans messages, and one for each channel sends them."""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.entries import subject_kind
from tabuah.operations.notices.channels import NoticeChannel
from tabuah.operations.notices.flood_limits import retry_delay_s
from tabuah.operations.notices.settings import NoticeSettings
from tabuah.resources.localisation import _
from tabuah.server.database.queue_thread import QueueThread, stop_threads
from tabuah.server.errors import ServerError
from tabuah.server.health import VERSION
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.channel_senders import open_sender
from tabuah.server.notices.links import write_link
from tabuah.server.notices.message_sender import DeliveryFailed, MessageSender, faults_as_failures, message_of
from tabuah.server.notices.notice_events import EVENT_SUBJECTS
from tabuah.server.notices.notice_planner import NoticePlanner
from tabuah.server.notices.notice_queue import FILE_NAME, Delivery, NoticeQueue
from tabuah.storage.journal.notices_protocol import NoticesHealth
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)

PRUNE_EVERY: Final = timedelta(hours=1)
LATE_AFTER: Final = timedelta(minutes=10)
BATCH: Final = 50
JITTER: Final = 0.1
LONGEST_PAUSE_S: Final = 60.0  # of a channel; the message itself waits for as long as it was asked to
_WAKING: Final = (*EVENT_SUBJECTS, "notice")
AGENT: Final = f"Tabuah/{VERSION}"


class ChannelDelivery:
    """Sends the messages of one channel in a thread of its own: a slow channel delays no other."""

    def __init__(self, journal: ServerJournal, settings: NoticeSettings, channel: NoticeChannel) -> None:
        self._journal, self._settings, self._channel = journal, settings, channel
        directory = journal.directory.path
        self._sender: MessageSender = open_sender(channel, directory, AGENT)
        self.thread = QueueThread(
            f"tabuah-notices-{channel.name}",
            lambda: NoticeQueue(directory),
            self._send_until_stopped,
            about=f"notices through {channel.name}",
            abort=self._sender.abort,
            close=self._sender.close,
        )

    def _send_until_stopped(self, queue: NoticeQueue) -> None:
        while not self.thread.is_stopping():
            self.thread.begin_look()
            due = queue.due(self._channel.name, self._journal.clock(), BATCH)
            for delivery in due:
                if self.thread.is_stopping():
                    return
                if not queue.is_waiting(delivery.id):  # cancelled since the look
                    continue
                self.thread.pause(self._send(queue, delivery))
            if len(due) < BATCH:
                self.thread.wait()

    def _send(self, queue: NoticeQueue, delivery: Delivery) -> float:
        """Send a message and return the pause before the next one, which the other side may have asked for."""
        try:
            with faults_as_failures("notice", delivery.key):
                link = write_link(self._journal, self._settings, queue, delivery, self._journal.clock())
                receipt = self._sender.send(message_of(delivery, link))
        except DeliveryFailed as failure:
            if not self.thread.is_stopping():  # an error caused by stopping is not one of the channel
                self._note_failure(queue, delivery, failure)
            return min(failure.retry_after_s, LONGEST_PAUSE_S)
        now = self._journal.clock()
        self.thread.save(queue, lambda found: found.accept(delivery, receipt, now))
        log.info("notice %s was accepted by %s", delivery.key, self._channel.name)
        return 0.0

    def _note_failure(self, queue: NoticeQueue, delivery: Delivery, failure: DeliveryFailed) -> None:
        now = self._journal.clock()
        own_s = retry_delay_s(delivery.attempts + 1) * random.uniform(1 - JITTER, 1 + JITTER)
        pause_s = max(own_s, failure.retry_after_s)
        due_at = now + timedelta(seconds=pause_s)
        is_over = failure.permanent or due_at - delivery.created_at > timedelta(hours=self._settings.limits.give_up_h)
        log.warning(
            "notice %s was not accepted by %s (attempt %d, %s): %s",
            delivery.key,
            self._channel.name,
            delivery.attempts + 1,
            "given up" if is_over else f"again in {pause_s:.0f} s",
            failure.summary,
        )
        next_at = None if is_over else due_at
        self.thread.save(queue, lambda found: found.fail(delivery, str(failure), due_at=next_at, now=now))


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
        self._planning = QueueThread(
            "tabuah-notices",
            lambda: NoticeQueue(journal.directory.path),
            self._plan_until_stopped,
            about="notices",
        )
        self._threads = [self._planning, *(each.thread for each in self._deliveries)]
        self._unsubscribe: Callable[[], None] = lambda: None
        self._pruned_at: datetime | None = None

    def start(self) -> None:
        """Start the threads."""
        self._unsubscribe = self._journal.subscribe(self._on_records)
        with NoticeQueue(self._journal.directory.path) as queue:
            NoticePlanner(self._journal, self._settings, queue).begin()  # before the first entry of this run
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop the threads; a message that is being sent is sent again after the next start."""
        self._unsubscribe()
        stop_threads(self._threads)

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the channels; callable from any thread."""
        return tuple(channel.name for channel in self._settings.channel)

    @property
    def is_running(self) -> bool:
        """Whether all threads run; callable from any thread."""
        return all(each.is_running for each in self._threads)

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
        if any(subject_kind(decode_entry(record.text).subject) in _WAKING for record in records):
            self._planning.wake()

    def _plan_until_stopped(self, queue: NoticeQueue) -> None:
        planner = NoticePlanner(self._journal, self._settings, queue)
        planner.load()
        while not self._planning.is_stopping():
            self._planning.begin_look()
            planner.take_entries(self._planning.is_stopping)
            planner.take_limits()
            planner.plan(self._wake_deliveries)
            self._prune(queue)
            if self._planning.wait():
                self._planning.pause(self._settings.limits.collect_s)

    def _wake_deliveries(self) -> None:
        for delivery in self._deliveries:
            delivery.thread.wake()

    def _prune(self, queue: NoticeQueue) -> None:
        now = self._journal.clock()
        if self._pruned_at is None or now - self._pruned_at >= PRUNE_EVERY:
            self._pruned_at = now
            prune_notices(queue, self._settings, now)


def prune_notices(queue: NoticeQueue, settings: NoticeSettings, now: datetime) -> None:
    """Cancel what waits for a channel that the settings no longer name, and delete what is older than they say.

    Raises:
        UnusableNotices: the queue cannot be written.
    """
    names = [channel.name for channel in settings.channel]
    cancelled = queue.cancel_other_channels(names, _("notices.toml no longer names the channel"), now)
    if cancelled:
        log.warning("%d notices were cancelled: notices.toml no longer names their channel", cancelled)
    queue.prune(now, timedelta(days=settings.limits.keep_days))


def prune_unused_notices(journal: ServerJournal, settings: NoticeSettings) -> None:
    """Delete old messages of a server that no longer sends any, so that no address stays for ever."""
    if not (journal.directory.path / FILE_NAME).exists():
        return
    try:
        with NoticeQueue(journal.directory.path) as queue:
            prune_notices(queue, settings, journal.clock())
    except ServerError as error:
        log.warning("old notices could not be deleted: %s", error)
