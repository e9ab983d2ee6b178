"""The server's own parts without sockets: real journal, admission, sessions and gate, which may crash anywhere."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import zstandard
from histories import versions
from sqlalchemy import event

from tabuah.operations.authority.bodies import UserChanged
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.journal_routes import _check_may_pull, _reply
from tabuah.server.problems import exception_handlers
from tabuah.server.sessions import refresh_tokens
from tabuah.server.sessions.enrolling import EnrolmentPolicy
from tabuah.server.sessions.gate import Gate
from tabuah.server.sessions.service import SessionService
from tabuah.server.sessions.tokens import AccessTokens
from tabuah.storage.journal.protocol import EnrolRequest, RefreshRequest, Session
from tabuah.storage.journal.wire import PushRequest, Record


class PowerCut(Exception):
    """The machine is off: what was not committed is gone."""


class ServerUnderTest:
    """One server over a directory. `crash_in` counts down the statements until the power fails."""

    def __init__(self, directory: Path, clock: Callable[[], datetime]) -> None:
        self.directory = directory
        self.clock = clock
        self.policy = EnrolmentPolicy.OPEN
        self.newer_from: int | None = None  # the seq after which it runs the newer version
        self.page_limit = 1000
        self.crash_in: int | None = None
        self.crashed = False
        self.journal: ServerJournal
        self.open()

    @property
    def newer(self) -> bool:
        return self.newer_from is not None

    def open(self) -> None:
        with versions.running(newer=self.newer):
            self.journal = ServerJournal.open(self.directory, serving=True, clock=self.clock)
        tokens = AccessTokens(self.journal.key.secret)
        self.sessions = SessionService(self.journal, tokens, self.policy)
        self.gate = Gate(self.journal, tokens)
        event.listen(self.journal._engine, "before_cursor_execute", self._before_statement)
        event.listen(self.journal._engine, "commit", lambda _connection: self._count())

    def close(self) -> None:
        self.sessions.close()
        self.journal.close()

    def restart(self) -> None:
        self.close()
        self.crash_in, self.crashed = None, False
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

    def _count(self) -> None:
        if self.crash_in is None or threading.current_thread() is not self.journal._writer._thread:
            return
        self.crash_in -= 1
        if self.crash_in <= 0 or self.crashed:
            self.crashed = True
            raise PowerCut

    # requests

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """What the server answers.

        Raises:
            httpx2.RemoteProtocolError: the power failed on the way; it runs again.
        """
        with versions.running(newer=self.newer):
            response = self._answer_or_crash(request)
            if self.crash_in is not None:
                self._wait_for_writer()
            if self.crashed:
                self.restart()
        if response is None:
            raise httpx2.RemoteProtocolError("the server is gone", request=request)
        return response

    def _answer_or_crash(self, request: httpx2.Request) -> httpx2.Response | None:
        try:
            return httpx2.Response(200, content=msgspec.json.encode(self._handle(request)))
        except PowerCut:
            return None
        except Exception as error:
            for kind, handler in exception_handlers().items():
                if isinstance(kind, type) and kind is not Exception and isinstance(error, kind):
                    told = handler(request, error)  # type: ignore[operator, arg-type]
                    return httpx2.Response(told.status_code, content=told.content)
            raise

    def _wait_for_writer(self) -> None:
        try:
            self.journal.catch_up()
        except PowerCut:
            self.crashed = True

    def _handle(self, request: httpx2.Request) -> Any:
        match request.method, request.url.path:
            case "POST", "/v1/session/refresh":
                return self.sessions.refresh(msgspec.json.decode(request.content, type=RefreshRequest))
            case "POST", "/v1/devices":
                user = self.gate.user_of(request)  # type: ignore[arg-type]
                return self.sessions.enrol(user, msgspec.json.decode(request.content, type=EnrolRequest))
            case "POST", "/v1/journal":
                self.gate.user_of(request)  # type: ignore[arg-type]
                return self.journal.push(msgspec.json.decode(content_of(request), type=PushRequest))
            case "GET", "/v1/journal":
                return self._pull(request)
        raise Refusal(404, "not_found", "no attachments here")

    def _pull(self, request: httpx2.Request) -> Any:
        user = self.gate.user_of(request)  # type: ignore[arg-type]
        _check_may_pull(user, None)
        after, limit = int(request.url.params["after"]), int(request.url.params["limit"])
        return _reply(self.journal, user, self.journal.records_after(after, min(limit, self.page_limit)))

    def log_in(self, user: str, device: str) -> Session:
        """Open a session as a right password would."""
        with versions.running(newer=self.newer):
            token = self.journal.submit(
                lambda sheet: refresh_tokens.issue(sheet.connection, user=user, now=self.clock())
            ).result()
            return self.sessions._session(self.journal.authority.users[user], device, token)

    def change_user(self, name: str, change: UserChanged) -> None:
        draft = Draft(subject=f"user/{name}", kind="user.changed", body=encode_body(change))
        self.journal.append_own([draft])


def content_of(request: httpx2.Request) -> bytes:
    """What a request carries, unpacked as the server's route does it."""
    if request.headers.get("content-encoding") != "zstd":
        return request.content
    return zstandard.ZstdDecompressor().stream_reader(request.content).read()
