"""The file of mailboxes, `mailboxes.db` in the directory of the server: how far each is read, and its state.

It contains no mails. Without it, mailboxes are read again from a few days ago; known mails change nothing then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.messages.mailbox import SETTINGS_FAULTS, MailboxFault
from tabuah.server.database.queue_file import QueueFile
from tabuah.server.errors import UnusableMailboxes

FILE_NAME: Final = "mailboxes.db"
LONGEST_DETAIL: Final = 200
FAILING_AFTER: Final = timedelta(minutes=15)  # a short restart of a mail server is no problem
_SCHEMA: Final = """
    CREATE TABLE mailboxes (
        account TEXT PRIMARY KEY, source TEXT NOT NULL DEFAULT '', validity INTEGER NOT NULL DEFAULT 0,
        uid INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0,
        recorded INTEGER NOT NULL DEFAULT 0, skipped INTEGER NOT NULL DEFAULT 0, recorded_at TEXT,
        read_at TEXT, due_at TEXT, failing_since TEXT, failures INTEGER NOT NULL DEFAULT 0, fault TEXT,
        detail TEXT NOT NULL DEFAULT '', paused_at TEXT) WITHOUT ROWID;
"""
_COLUMNS: Final = (
    *("account", "source", "validity", "uid", "seq", "recorded", "skipped", "recorded_at"),
    *("read_at", "due_at", "failing_since", "failures", "fault", "detail", "paused_at"),
)


class MailboxState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a mailbox.

    Attributes:
        source: folder, user and mail server of the position.
        validity, uid: UIDVALIDITY of the folder, and the number of the last mail that was handled.
        seq: the newest entry of the journal at that time. A journal that is shorter was restored from a backup.
        recorded: mails that became a message, or were counted at one.
        skipped: mails without any content, or that could not be read.
        recorded_at: when the last of them was recorded.
        read_at: end of the last complete reading.
        due_at: when the next reading is due; None for at once.
        failing_since: the first failure after the last success; None while it can be read.
        paused_at: when a person paused it; None while it is read.
    """

    account: str
    source: str = ""
    validity: int = 0
    uid: int = 0
    seq: int = 0
    recorded: int = 0
    skipped: int = 0
    recorded_at: datetime | None = None
    read_at: datetime | None = None
    due_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    fault: MailboxFault | None = None
    detail: str = ""
    paused_at: datetime | None = None

    def is_failing(self, now: datetime) -> bool:
        """Return whether a person should look at it: at once for a wrong setting, else after some time."""
        if self.failing_since is None or self.paused_at is not None:
            return False
        return self.fault in SETTINGS_FAULTS or now - self.failing_since >= FAILING_AFTER


class MailboxFile(QueueFile):
    """A connection to the file; it belongs to the thread that opened it."""

    def __init__(self, directory: Path) -> None:
        """Open the file, and create it if needed.

        Raises:
            UnusableMailboxes: it cannot be used.
        """
        super().__init__(directory / FILE_NAME, (_SCHEMA,), error=UnusableMailboxes)

    def state(self, account: str) -> MailboxState:
        """Return the state of a mailbox; that of a new one if it is not known."""
        return next(iter(self.states((account,))), MailboxState(account=account))

    def states(self, accounts: Sequence[str]) -> list[MailboxState]:
        """Return the states of those of these mailboxes that are known."""
        places = ",".join("?" * len(accounts))
        return self.structs(MailboxState, _COLUMNS, f"FROM mailboxes WHERE account IN ({places})", accounts)

    def move(self, account: str, *, source: str, validity: int, uid: int, seq: int) -> None:
        """Save that the mails up to a number are handled."""
        self._change(account, source=source, validity=validity, uid=uid, seq=seq)

    def advance(self, account: str, *, uid: int, seq: int) -> None:
        """Save that the mail of a number was known already."""
        self._change(account, uid=uid, seq=seq)

    def count(self, account: str, *, uid: int, seq: int, recorded_at: datetime | None) -> None:
        """Save that the mail of a number is handled: recorded at a moment, or skipped."""
        column = "skipped" if recorded_at is None else "recorded"
        with self.transaction():
            self.run(
                f"UPDATE mailboxes SET uid = ?, seq = ?, {column} = {column} + 1,"  # noqa: S608
                " recorded_at = coalesce(?, recorded_at) WHERE account = ?",
                (uid, seq, recorded_at.isoformat() if recorded_at is not None else None, account),
            )

    def succeed(self, account: str, *, now: datetime, due_at: datetime) -> None:
        """Save the end of a complete reading, and when the next one is due."""
        self._change(
            account,
            read_at=now.isoformat(),
            due_at=due_at.isoformat(),
            failing_since=None,
            failures=0,
            fault=None,
            detail="",
        )

    def fail(self, state: MailboxState, fault: MailboxFault, detail: str, *, now: datetime, due_at: datetime) -> None:
        """Save a failed reading, and when the next one is due."""
        self._change(
            state.account,
            failing_since=(state.failing_since or now).isoformat(),
            failures=state.failures + 1,
            fault=fault.value,
            detail=detail[:LONGEST_DETAIL],
            due_at=due_at.isoformat(),
        )

    def pause(self, account: str, now: datetime) -> bool:
        """Read a mailbox no more; return whether it was read until now."""
        changed = self.state(account).paused_at is None
        if changed:
            self._change(account, paused_at=now.isoformat())
        return changed

    def resume(self, account: str) -> bool:
        """Read a mailbox at once, also one that waits after a failure; return whether it was paused."""
        changed = self.state(account).paused_at is not None
        self._change(account, paused_at=None, due_at=None)
        return changed

    def _change(self, account: str, **values: str | int | None) -> None:
        changes = ", ".join(f"{name} = ?" for name in values)
        with self.transaction():
            self.run("INSERT INTO mailboxes (account) VALUES (?) ON CONFLICT (account) DO NOTHING", (account,))
            self.run(f"UPDATE mailboxes SET {changes} WHERE account = ?", (*values.values(), account))  # noqa: S608
