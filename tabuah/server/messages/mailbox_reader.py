"""One reading of a mailbox: its new mails become messages, in the order in which they arrived.

A mail is recorded first, and the position is saved after that. After a crash in between, it is read again, and its
key says that it is known: no mail is lost, and none is recorded twice.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from tabuah.operations.messages.mail_document import read_mail
from tabuah.operations.messages.mailbox import ImapMailbox, MailboxFault
from tabuah.resources.fault_isolation import isolated
from tabuah.server.errors import Refusal, ServerError
from tabuah.server.journal import ServerJournal
from tabuah.server.messages.imap_connection import (
    UID_WINDOW,
    FetchedMail,
    ImapConnection,
    MailboxFailed,
    OpenedFolder,
    first_day,
)
from tabuah.server.messages.intake import MessageIntake
from tabuah.server.messages.mailbox_file import MailboxFile, MailboxState
from tabuah.server.secret_source import UnreadableSecret, read_secret
from tabuah.storage.journal.messages_protocol import MessageResult
from tabuah.text.messages.mail_text import encode_mail

log = logging.getLogger(__name__)

MOST_MAILS: Final = 50  # of one reading; the others follow in the next
MOST_WINDOWS: Final = 200  # searches of one reading
LONGEST_REREAD: Final = timedelta(days=30)
_OVERLAP: Final = timedelta(days=1)
_NO_RULES: Final = "unknown_kind"  # the rules in force are older than messages


class MailboxReader:
    """Reads one mailbox; belongs to one thread, except `abort`."""

    def __init__(
        self,
        journal: ServerJournal,
        intake: MessageIntake,
        account: str,
        mailbox: ImapMailbox,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._journal, self._intake, self._is_stopping = journal, intake, is_stopping
        self._account, self._mailbox = account, mailbox
        self._connection = ImapConnection(mailbox, journal.directory.path)

    def read(self, file: MailboxFile) -> bool:
        """Read the new mails, at most `MOST_MAILS`; return whether there may be more.

        Raises:
            MailboxFailed: the mailbox cannot be read, or its mails cannot be recorded now.
            UnusableMailboxes: the position cannot be saved.
        """
        self._check_writable()
        try:
            self._connection.log_in(password_of(self._account, self._mailbox, self._journal.directory.path))
            folder = self._connection.open_folder()
            first = self._first_uid(file.state(self._account), folder, file)
            return self._take_mails(file, first, folder)
        finally:
            self._connection.close()

    def abort(self) -> None:
        """End a transfer that runs; called from another thread."""
        self._connection.abort()

    def _check_writable(self) -> None:
        try:
            self._journal.read_only.check()
        except ServerError as error:
            raise MailboxFailed(MailboxFault.JOURNAL) from error

    def _first_uid(self, state: MailboxState, folder: OpenedFolder, file: MailboxFile) -> int:
        """Return the number from which on mails are read."""
        is_same = (state.source, state.validity) == (self._mailbox.source, folder.validity)
        went_back = state.uid >= folder.next_uid or state.seq > self._journal.head().seq  # of a restored backup
        if is_same and not went_back:
            return state.uid + 1
        found = self._connection.first_uid_since(first_day(self._journal.clock(), self._days_before(state)))
        first = folder.next_uid if found is None else found
        log.info("mailbox %s is read from UID %d on", self._account, first)
        self._move(file, first - 1, folder)
        return first

    def _days_before(self, state: MailboxState) -> int:
        """Return the age of the oldest mails to read if the position is lost: back to the last complete reading."""
        days = timedelta(days=self._mailbox.first_days)
        if state.read_at is not None and state.source == self._mailbox.source:
            days = max(days, min(self._journal.clock() - state.read_at + _OVERLAP, LONGEST_REREAD))
        return days.days

    def _take_mails(self, file: MailboxFile, first: int, folder: OpenedFolder) -> bool:
        taken = 0
        starts = range(first, folder.next_uid, UID_WINDOW)
        for start in starts[:MOST_WINDOWS]:
            last = min(start + UID_WINDOW, folder.next_uid) - 1
            for uid in self._connection.uids_between(start, last):
                if taken == MOST_MAILS or self._is_stopping():
                    return True
                self._take(file, uid)
                taken += 1
            self._move(file, last, folder)
        return len(starts) > MOST_WINDOWS

    def _move(self, file: MailboxFile, uid: int, folder: OpenedFolder) -> None:
        source, seq = self._mailbox.source, self._journal.head().seq
        file.move(self._account, source=source, validity=folder.validity, uid=uid, seq=seq)

    def _take(self, file: MailboxFile, uid: int) -> None:
        """Record one mail and save its position; one that is gone, or cannot be read, is skipped."""
        fetched, result = self._connection.fetch(uid), MessageResult.EMPTY
        if fetched is not None:
            with isolated("mail", f"{self._account} UID {uid}"):
                result = self._record(uid, fetched)
        seq = self._journal.head().seq
        if result is MessageResult.KNOWN:
            file.advance(self._account, uid=uid, seq=seq)
        else:
            recorded_at = None if result is MessageResult.EMPTY else self._journal.clock()
            file.count(self._account, uid=uid, seq=seq, recorded_at=recorded_at)
        if result is not MessageResult.EMPTY and self._mailbox.flag:
            self._connection.set_flag(uid, self._mailbox.flag)

    def _record(self, uid: int, fetched: FetchedMail) -> MessageResult:
        mail = read_mail(fetched.raw, size_bytes=fetched.size_bytes, received_at=fetched.received_at)
        try:
            (receipt,) = self._intake.take(self._account, encode_mail(mail))
        except Refusal as refused:
            if refused.status == 409 and refused.code != _NO_RULES:  # it belongs to a subject that was wiped
                log.warning("the mail with UID %d of %s is not recorded: %s", uid, self._account, refused.code)
                return MessageResult.EMPTY
            raise _failure_of(refused) from refused
        except ServerError as error:
            raise MailboxFailed(MailboxFault.JOURNAL) from error
        return receipt.result


def _failure_of(refused: Refusal) -> MailboxFailed:
    is_mapping = refused.status in (403, 503)
    return MailboxFailed(MailboxFault.MAPPING if is_mapping else MailboxFault.JOURNAL, refused.code)


def password_of(account: str, mailbox: ImapMailbox, directory: Path) -> str:
    """Return the password of a mailbox; it is read before each log-in, so that it can be changed.

    Raises:
        MailboxFailed: it cannot be read.
    """
    try:
        return read_secret(account, mailbox.secret_file, mailbox.secret_env, directory)
    except UnreadableSecret as error:
        raise MailboxFailed(MailboxFault.CREDENTIALS, str(error)) from error
