"""Sessions: log-in, refresh and enrolment, with a throttle against password guessing."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from sqlalchemy import Connection, select

from tabuah.operations.people.authority import User
from tabuah.server.database.schema import PASSWORDS
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people import refresh_tokens
from tabuah.server.people.access_tokens import AccessTokens
from tabuah.server.people.challenges import Challenges
from tabuah.server.people.enrolment import EnrolmentPolicy, enrol, grant_for
from tabuah.server.people.login_throttle import LogInThrottle
from tabuah.server.people.passwords import Passwords
from tabuah.storage.journal.protocol import (
    PROTOCOL_VERSION,
    Enrolment,
    EnrolmentChallenge,
    EnrolRequest,
    RefreshRequest,
    Session,
    SessionRequest,
)

OLDEST_PROTOCOL: Final = 1
# Each verification takes 64 MiB: two at a time, and a short queue.
_THREADS: Final = 2
_MAX_WAITING: Final = 64

P = ParamSpec("P")
T = TypeVar("T")


class SessionService:
    """Logs users in, refreshes sessions and enrols devices. The methods block, so `run` executes them on threads."""

    def __init__(self, journal: ServerJournal, tokens: AccessTokens, policy: EnrolmentPolicy) -> None:
        self.policy = policy
        self._journal = journal
        self._tokens = tokens
        self._challenges = Challenges(journal.key.secret)
        self._passwords = Passwords()
        self._throttle = LogInThrottle()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="tabuah-sessions")
        self._waiting = 0

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking method on a thread, from the event loop.

        Raises:
            Refusal: too many requests are waiting.
        """
        if self._waiting >= _MAX_WAITING:
            raise Refusal(503, "busy", "too many log-ins at once: try again", headers={"Retry-After": "5"})
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))
        finally:
            self._waiting -= 1

    def log_in(self, request: SessionRequest, address: str) -> Session:
        """Open a session.

        Raises:
            Refusal: wrong name or password, too many attempts, or incompatible versions.
        """
        _check_protocol(request.protocol)
        user = self.check_password(request.user, request.password, address)
        now = self._journal.clock()
        token = self._journal.submit(
            lambda batch: refresh_tokens.issue(batch.connection, user=user.name, now=now)
        ).result()
        return self._session(user, request.device, token)

    def check_password(self, name: str, password: str, address: str) -> User:
        """Return the active user with this name and password.

        Raises:
            Refusal: wrong name or password, or too many attempts.
        """
        now = self._journal.clock()
        self._throttle.check(name, address, now)
        self._journal.catch_up()  # a command may have created the user a moment ago
        kept = self._journal.read(lambda connection: _password_of(connection, name))
        user = self._journal.authority.users.get(name)
        if not self._passwords.verify(password, kept) or user is None or not user.active:
            self._throttle.count_failure(name, address, now)
            raise Refusal(401, "wrong_password", "the name or the password is wrong")
        self._throttle.clear_failures(name, address)
        return user

    def refresh(self, request: RefreshRequest) -> Session:
        """Renew a session.

        Raises:
            Refusal: it has ended.
        """
        now = self._journal.clock()
        renewal = self._journal.submit(
            lambda batch: refresh_tokens.renew(
                batch.connection, token=request.refresh_token, attempt=request.attempt, now=now
            )
        ).result()
        if renewal.refusal is not None:
            raise renewal.refusal
        user = self._journal.authority.users.get(renewal.user)
        if user is None or not user.active:
            raise Refusal(401, "session_ended", "this user is no longer active")
        return self._session(user, request.device, renewal.token)

    def challenge(self, user: User) -> EnrolmentChallenge:
        """Return a nonce for an enrolment by this user."""
        nonce, expires_at = self._challenges.issue(user.name, self._journal.clock())
        return EnrolmentChallenge(nonce=nonce, server=self._journal.server_id, expires_at=expires_at)

    def enrol(self, user: User, request: EnrolRequest) -> Enrolment:
        """Enrol a device for a logged-in user.

        Raises:
            BadSignature: the proof does not match.
            Refusal: it cannot be enrolled.
        """
        self._journal.catch_up()
        return enrol(self._journal, self.policy, self._challenges, user, request)

    def _session(self, user: User, device: str, refresh_token: str) -> Session:
        now = self._journal.clock()
        access_token, expires_at = self._tokens.issue(user.name, now)
        return Session(
            access_token=access_token,
            access_expires_at=expires_at,
            refresh_token=refresh_token,
            user=user.name,
            role=user.role,
            opd=user.opd,
            server=self._journal.server_id,
            server_public_key=self._journal.key.public_key.hex(),
            now=now,
            grant=grant_for(self._journal, user, device, now) if device else None,
        )


def _check_protocol(protocol: int) -> None:
    if protocol < OLDEST_PROTOCOL:
        raise Refusal(426, "outdated", f"this server speaks protocol {OLDEST_PROTOCOL} or newer: update Tabuah")
    if protocol > PROTOCOL_VERSION:
        raise Refusal(426, "outdated", f"this server speaks protocol {PROTOCOL_VERSION} only: update the server")


def _password_of(connection: Connection, user: str) -> str | None:
    return connection.execute(select(PASSWORDS.c.hash).where(PASSWORDS.c.user_name == user)).scalar_one_or_none()
