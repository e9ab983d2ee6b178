"""The service of mailboxes: one thread for each mailbox of `messages.toml`, and one that follows this file."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.messages.mailbox import ImapMailbox, MailboxFault, mailbox_pause_s
from tabuah.operations.messages.mapping_file import FILE_NAME as MESSAGES_FILE
from tabuah.server.database.queue_thread import QueueThread, stop_threads
from tabuah.server.errors import ServerError
from tabuah.server.journal import ServerJournal
from tabuah.server.messages.imap_connection import MailboxFailed
from tabuah.server.messages.intake import MessageIntake
from tabuah.server.messages.mailbox_file import MailboxFile, MailboxState
from tabuah.server.messages.mailbox_reader import MailboxReader
from tabuah.server.messages.mapping_source import MessageMappings
from tabuah.storage.journal.messages_protocol import MailboxesHealth

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 5.0
LONGEST_READING_S: Final = 300.0  # a mail server that sends a byte now and then would never time out
FARTHEST_DUE: Final = timedelta(hours=2)  # beyond the longest pause: the clock was changed


class MailboxThread:
    """Reads one mailbox in a thread of its own: a slow mail server delays no other."""

    def __init__(
        self,
        journal: ServerJournal,
        intake: MessageIntake,
        account: str,
        mailbox: ImapMailbox,
        *,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal, self._account, self.mailbox = journal, account, mailbox
        self._monotonic_s = monotonic_s
        self._reading_since_s: float | None = None
        self._was_slow = False
        directory = journal.directory.path
        self.thread = QueueThread(
            f"tabuah-mailbox-{account}",
            lambda: MailboxFile(directory),
            self._work_until_stopped,
            about=f"the mails of {account}",
            abort=self._abort,
        )
        self._reader = MailboxReader(journal, intake, account, mailbox, self.thread.is_stopping)

    def end_slow_reading(self) -> None:
        """End a reading that takes too long; called from another thread."""
        since_s = self._reading_since_s
        if since_s is not None and self._monotonic_s() - since_s > LONGEST_READING_S:
            self._was_slow = True
            self._abort()

    def read_due(self, file: MailboxFile) -> None:
        """Read the mailbox if that is due, and save the result.

        Raises:
            UnusableMailboxes: the file of mailboxes cannot be used.
        """
        state, now = file.state(self._account), self._journal.clock()
        if state.paused_at is not None or not _is_due(state, now):
            return
        self._was_slow, self._reading_since_s = False, self._monotonic_s()
        try:
            has_more = self._reader.read(file)
        except MailboxFailed as failure:
            if not self.thread.is_stopping():  # an error caused by stopping is not one of the mailbox
                self._note_failure(file, state, failure)
            return
        finally:
            self._reading_since_s = None
        if state.failing_since is not None:
            log.info("mailbox %s can be read again", self._account)
        now = self._journal.clock()
        pause_s = 0 if has_more else self.mailbox.interval_s
        file.succeed(self._account, now=now, due_at=now + timedelta(seconds=pause_s))

    def _note_failure(self, file: MailboxFile, state: MailboxState, failure: MailboxFailed) -> None:
        fault = MailboxFault.TIMEOUT if self._was_slow else failure.fault
        if fault is not state.fault:  # it is logged once, not at every attempt of a long night
            log.warning("mailbox %s cannot be read: %s %s", self._account, fault.value, failure.detail)
        now = self._journal.clock()
        pause_s = max(mailbox_pause_s(fault, state.failures + 1), self.mailbox.interval_s)
        file.fail(state, fault, failure.detail, now=now, due_at=now + timedelta(seconds=pause_s))

    def _abort(self) -> None:
        self._reader.abort()

    def _work_until_stopped(self, file: MailboxFile) -> None:
        while not self.thread.is_stopping():
            self.thread.begin_look()
            self.read_due(file)
            self.thread.wait()


def _is_due(state: MailboxState, now: datetime) -> bool:
    return state.due_at is None or state.due_at <= now or state.due_at > now + FARTHEST_DUE


class MailboxService:
    """Call `start` before use and `stop` before the journal is closed. Changes of `messages.toml` take effect."""

    def __init__(self, journal: ServerJournal, intake: MessageIntake) -> None:
        self._journal, self._intake = journal, intake
        self._mappings = MessageMappings(journal.directory.path / MESSAGES_FILE)
        self._threads: dict[str, MailboxThread] = {}
        self._problem = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-mailboxes", daemon=True)

    def start(self) -> None:
        """Start the threads."""
        self.follow_file()
        self._thread.start()

    def stop(self) -> None:
        """Stop the threads; a mail that is being read is read again after the next start."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        stop_threads([each.thread for each in self._threads.values()])

    @property
    def is_running(self) -> bool:
        """Whether all threads run; callable from any thread."""
        threads = tuple(self._threads.values())
        return self._thread.is_alive() and all(each.thread.is_running for each in threads)

    def follow_file(self) -> None:
        """Start, stop and replace threads as `messages.toml` says; an invalid file changes nothing."""
        wanted = dict(self._mappings.mailboxes)
        self._problem = self._mappings.problem
        ended = {name: each for name, each in self._threads.items() if wanted.get(name) != each.mailbox}
        self._threads = {name: each for name, each in self._threads.items() if name not in ended}
        stop_threads([each.thread for each in ended.values()])
        for name in wanted.keys() - self._threads.keys():
            started = MailboxThread(self._journal, self._intake, name, wanted[name])
            started.thread.start()
            self._threads = {**self._threads, name: started}

    def health(self) -> MailboxesHealth | None:
        """Return which mailboxes cannot be read; None without any. Callable from any thread."""
        names = tuple(sorted(self._threads))
        if not names and not self._problem:
            return None
        try:
            with MailboxFile(self._journal.directory.path) as file:
                states = sorted(file.states(names), key=lambda each: each.account)
        except ServerError:  # nothing can be read, either
            return MailboxesHealth(failing=names, is_file_valid=not self._problem)
        now = self._journal.clock()
        return MailboxesHealth(
            failing=tuple(each.account for each in states if each.is_failing(now)),
            paused=tuple(each.account for each in states if each.paused_at is not None),
            is_file_valid=not self._problem,
        )

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            try:
                self.follow_file()
                for each in self._threads.values():
                    each.end_slow_reading()
            except Exception:
                log.exception("mailboxes do not follow messages.toml because of a bug")
