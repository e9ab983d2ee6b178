"""Complete server without sockets: real application, sessions, admission and journal, which can crash anywhere."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, cast
from unittest.mock import patch

import httpx2
import msgspec
from histories import versions
from histories.in_process_server import InProcessServer
from litestar import Litestar
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.server.administration import approve_device
from tabuah.server.admission import writer
from tabuah.server.app import ServerParts, build_app
from tabuah.server.bundles.bundle_import import import_bundle
from tabuah.server.bundles.quarantine import admit_quarantined
from tabuah.server.errors import StorageFull
from tabuah.server.handback.decision import HistoryDecision, KeptHistory
from tabuah.server.handback.handback import Handback
from tabuah.server.journal import ServerJournal
from tabuah.server.people import refresh_tokens
from tabuah.server.people.access import AccessControl
from tabuah.server.people.access_tokens import AccessTokens
from tabuah.server.people.enrolment import EnrolmentPolicy
from tabuah.server.people.sessions import SessionService
from tabuah.server.snapshots.snapshot_store import SnapshotStore
from tabuah.server.status_routes import AdmittedCounter
from tabuah.server.stream import Broadcaster
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.journal.protocol import FeedsReply, Session
from tabuah.storage.journal.wire import Record

AT_COMMIT = 1_000_000  # statements: more than any request has, so that the power fails at commit
NEVER_S = 1_000.0  # no other writer exists, and looking for one would make histories nondeterministic


class PowerCut(Exception):
    """Simulated power cut: uncommitted data are lost."""


class _DiskFull(sqlite3.OperationalError):
    """SQLite's error for a full disk."""

    sqlite_errorcode = sqlite3.SQLITE_FULL


def _refuse_to_connect(*_connection: Any) -> None:
    """Fail: the pool of a closed engine would open a connection that is never closed."""
    raise AssertionError("a closed journal is read")


class ServerPart:
    """Proxy for a part of the current server, so that one application serves all histories."""

    parts: ClassVar[dict[str, Any]] = {}

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self.parts[self._name], attribute)


class AccessPart(ServerPart):
    """Proxy for the access control, whose methods the guards of routes keep while servers come and go."""

    def __getattr__(self, attribute: str) -> Any:
        def call(*arguments: Any) -> Any:
            present = getattr(self.parts["access"], attribute)
            return present(*arguments)

        return call


@cache
def _application() -> Litestar:
    standins = {
        name: cast("Any", ServerPart(name))
        for name in ("journal", "sessions", "access", "blobs", "boxes", "snapshots", "handback")
    }
    standins["access"] = cast("Any", AccessPart("access"))
    # read when the application is built
    standins["journal"].security_log = ServerPart("security_log")
    standins["journal"].directory = SimpleNamespace(path=Path("unused"))
    nothing = cast("Any", None)  # histories do not cover readings, the live stream or the intake of messages
    broadcaster, admitted = Broadcaster(), AdmittedCounter()
    return build_app(
        ServerParts(
            **standins,
            broadcaster=broadcaster,
            readings=cast("Any", SimpleNamespace(quarantined=dict)),  # as far as `/health` reads it
            forecasts=nothing,
            trials=nothing,
            message_intake=nothing,
            certificate=cast("Any", SimpleNamespace(expires_at=None)),
            feeds=cast("Any", SimpleNamespace(health=lambda: FeedsReply(asking=False, feeds=()))),
            admitted=admitted,
            backups=cast("Any", SimpleNamespace(health=lambda: None)),
        )
    )


class ServerUnderTest:
    """One server on a directory.

    `crash_in` counts down the statements until the power fails; while `disk_is_full` nothing can be
    committed.
    """

    def __init__(self, directory: Path, clock: Callable[[], datetime]) -> None:
        self.directory = directory
        self.clock = clock
        self.policy = EnrolmentPolicy.OPEN
        self.newer_from: int | None = None  # the seq after which it runs the newer version
        self.crash_in: int | None = None
        self.crashed = self.disk_is_full = False
        self.journal: ServerJournal
        self.open()

    @property
    def newer(self) -> bool:
        return self.newer_from is not None

    def open(self) -> None:
        with versions.running(newer=self.newer), patch.object(writer, "LOOK_S", NEVER_S):
            self.journal = ServerJournal.open(self.directory, serving=True, clock=self.clock)
            tokens = AccessTokens(self.journal.key.secret)
            self.sessions = SessionService(self.journal, tokens, self.policy)
            if self.journal.read_only.reason is None:
                admit_quarantined(self.journal)
            self.snapshots = SnapshotStore(self.journal)  # its thread never runs: snapshots are made on request
            self.snapshots._kept = tuple(self.snapshots._usable())
        self.blobs = BlobStore(self.journal.directory.blobs_path)
        self.handback = Handback(self.journal, settling=timedelta(0))
        self._parts = {
            "journal": self.journal,
            "security_log": self.journal.security_log,
            "sessions": self.sessions,
            "access": AccessControl(self.journal, tokens),
            "blobs": self.blobs,
            "boxes": BlobStore(self.journal.directory.boxes_path),
            "snapshots": self.snapshots,
            "handback": self.handback,
        }
        ServerPart.parts = self._parts  # the routes of gateways read a path when they are built
        self._line = InProcessServer(_application())
        event.listen(self.journal._engine, "before_cursor_execute", self._before_statement)
        event.listen(self.journal._engine, "commit", self._before_commit)

    def close(self) -> None:
        self._line.close()
        self.sessions.close()
        self.journal.close()
        event.listen(self.journal._engine, "do_connect", _refuse_to_connect)

    def restart(self) -> None:
        self.close()
        self.crash_in, self.crashed, self.disk_is_full = None, False, False
        self.open()

    def upgrade(self) -> None:
        if not self.newer:
            self.newer_from = self.journal.head().seq
            self.restart()

    def records(self) -> tuple[Record, ...]:
        found: tuple[Record, ...] = ()
        while page := self.journal.records_after(found[-1].seq if found else 0, 10_000):
            found += page
        return found

    # the power

    def _before_statement(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("PRAGMA"):
            self._count()

    def _before_commit(self, connection: Connection) -> None:
        self._count(commit=True)
        if self.disk_is_full and threading.current_thread() is self.journal._writer._thread:
            connection.connection.rollback()  # like SQLite without space
            raise OperationalError("COMMIT", None, _DiskFull("database or disk is full"))

    def _count(self, *, commit: bool = False) -> None:
        if self.crash_in is None or threading.current_thread() is not self.journal._writer._thread:
            return
        self.crash_in = 0 if commit and self.crash_in >= AT_COMMIT // 2 else self.crash_in - 1
        if self.crash_in <= 0 or self.crashed:
            self.crashed = True
            raise PowerCut

    # requests

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """Return the response of the server.

        Raises:
            httpx2.RemoteProtocolError: the power failed during the request; the server runs again.
        """
        with versions.running(newer=self.newer):
            ServerPart.parts = self._parts
            response = self._line.send(request)
            if self.crash_in is not None or self.disk_is_full:
                self._wait_for_writer()
            crashed = self.crashed
            if crashed:
                self.restart()
        if response.status_code == httpx2.codes.INTERNAL_SERVER_ERROR:
            assert crashed, f"a bug in the server: {request.method} {request.url}"
            raise httpx2.RemoteProtocolError("the server is gone", request=request)
        return response

    def _wait_for_writer(self) -> None:
        try:
            self.journal.catch_up()
        except PowerCut:
            self.crashed = True
        except StorageFull:
            return

    # what an administrator does

    def log_in(self, user: str, device: str) -> Session:
        """Open a session, as with a correct password."""
        with versions.running(newer=self.newer):
            account = self.journal.authority.users[user]
            opened = self.journal.submit(
                lambda batch: refresh_tokens.open_family(
                    batch.connection, user=user, device=device, now=self.clock(), epoch=account.epoch
                )
            ).result()
            return self.sessions.session_of(account, opened)

    def make_snapshot(self) -> None:
        with versions.running(newer=self.newer):
            self.snapshots.make()

    def import_bundle(self, file: Path) -> None:
        with versions.running(newer=self.newer):
            import_bundle(self.journal, file)

    def drain_aside(self) -> None:
        with versions.running(newer=self.newer):
            admit_quarantined(self.journal)

    def end_wait(self) -> None:
        with versions.running(newer=self.newer):
            self.handback.end_wait()

    def decide(self, kept: KeptHistory) -> HistoryDecision | None:
        """Decide between two histories, as the command does while the server is stopped."""
        self.close()
        with versions.running(newer=self.newer):
            with ServerJournal.open(self.directory, serving=True, clock=self.clock) as journal:
                decision = Handback(journal).decide(kept)
            self.open()
        return decision

    def approve(self, device_id: str) -> None:
        """Approve a device, and with it what came by bundle before."""
        with versions.running(newer=self.newer):
            approve_device(self.journal, device_id)

    def change_user(self, name: str, change: UserChanged) -> None:
        attributed = msgspec.structs.replace(change, by="rina")
        draft = Draft(subject=f"user/{name}", kind="user.changed", body=encode_body(attributed))
        self.journal.append_drafts([draft])
