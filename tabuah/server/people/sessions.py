"""Sessions: log-in, refresh and enrolment, with a throttle against password guessing."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, ParamSpec, TypeVar

from sqlalchemy import Connection, select

from tabuah.operations.people.authority import User
from tabuah.operations.people.entry_bodies import PasswordChangeCause
from tabuah.operations.people.roles import Role
from tabuah.operations.people.weak_keys import is_weak_key
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.database.schema import PASSWORDS
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people import refresh_tokens, reset_codes, second_factor
from tabuah.server.people.access import Caller, refuse_stolen
from tabuah.server.people.access_tokens import AccessTokens
from tabuah.server.people.challenges import Challenges
from tabuah.server.people.enrolment import EnrolmentPolicy, enrol, grant_for
from tabuah.server.people.gateway_secrets import GatewaySecrets
from tabuah.server.people.known_addresses import FILE_NAME as ADDRESSES_FILE
from tabuah.server.people.known_addresses import KnownAddresses
from tabuah.server.people.login_throttle import LogInThrottle
from tabuah.server.people.passwords import Passwords
from tabuah.server.people.token_store import TokenStore
from tabuah.server.people.user_changes import set_password
from tabuah.server.regency.journal_profile import regency_summary
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.identifiers import device_id_of
from tabuah.storage.journal.people_protocol import LogInChallenge, PasswordChange, PasswordReset, log_in_proof_text
from tabuah.storage.journal.protocol import (
    PROTOCOL_VERSION,
    Enrolment,
    EnrolmentChallenge,
    EnrolRequest,
    RefreshRequest,
    Session,
    SessionRequest,
    refresh_proof_text,
)
from tabuah.storage.journal.signatures import verify_signature
from tabuah.storage.journal.wipe_order import (
    SignedWipeOrder,
    WipeOrderRequest,
    check_wipe_request,
    sign_wipe_order,
)

OLDEST_PROTOCOL: Final = 2
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
        self._token_store = TokenStore(journal)
        self._challenges = Challenges(journal.key.secret)
        self._passwords = Passwords()
        self._gateway_secrets = GatewaySecrets(journal.keys.first.secret)
        self._throttle = LogInThrottle(KnownAddresses(journal.directory.path / ADDRESSES_FILE))
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="tabuah-sessions")
        self._waiting = 0

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._token_store.close()

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
        proven = self._proven_at_log_in(request)
        is_approved = self._is_approved(proven)
        if is_approved and not self._has_used_nonce(request, by=proven):
            proven = ""
        exempt = proven if is_approved else ""
        user = self.check_password(request.user, request.password, address, proven=exempt, code=request.code)
        if proven and not is_approved and not self._has_used_nonce(request, by=user.name):
            proven = ""  # only the password makes the key of an unknown device count
        refuse_stolen(self._journal.authority, request.device)
        device = _device_of_session(request, proven)
        self._journal.security_log.record("log_in", user=user.name, device=device or "", address=address)
        return self._open_session(user, device)

    def _proven_at_log_in(self, request: SessionRequest) -> str:
        """Return the id of the device that has signed a log-in, which need not be enrolled; empty if none has."""
        if not request.public_key or not request.proof:
            return ""
        public_key = bytes.fromhex(request.public_key)
        try:
            self._challenges.check(request.nonce, _log_in_of(request.user), self._journal.clock())
            text = log_in_proof_text(request, server=self._journal.server_id)
            verify_signature(public_key, text, bytes.fromhex(request.proof))
        except (BadSignature, Refusal):
            return ""
        return "" if is_weak_key(public_key) else device_id_of(public_key)

    def _has_used_nonce(self, request: SessionRequest, *, by: str) -> bool:
        """Use up the nonce of a log-in; return whether it was unused."""
        try:
            self._challenges.use(request.nonce, self._journal.clock(), by=by)
        except Refusal:
            return False
        return True

    def _is_approved(self, device_id: str) -> bool:
        device = self._journal.authority.devices.get(device_id)
        return device is not None and device.approved and not device.revoked

    def log_in_challenge(self, request: LogInChallenge) -> EnrolmentChallenge:
        """Return a nonce for a log-in as this user, who need not exist."""
        nonce, expires_at = self._challenges.issue(_log_in_of(request.user), self._journal.clock())
        return EnrolmentChallenge(nonce=nonce, server=self._journal.server_id, expires_at=expires_at)

    def _open_session(self, user: User, device: str | None) -> Session:
        now = self._journal.clock()
        opened = self._token_store.run(
            lambda connection: refresh_tokens.open_family(
                connection, user=user.name, device=device, now=now, epoch=user.epoch
            )
        )
        return self.session_of(user, opened)

    def log_out(self, session: str) -> None:
        """End a session, so that it cannot be renewed."""
        self._token_store.run(lambda connection: refresh_tokens.revoke_family(connection, session))

    def change_password(self, caller: Caller, request: PasswordChange, address: str) -> Session:
        """Replace the own password. All sessions of the user end, and the caller gets another one.

        Raises:
            Refusal: the present password is wrong, or too many attempts.
            WeakPassword: the new password is too short or too common.
        """
        user = self.check_password(caller.user.name, request.password, address, proven=caller.session)
        set_password(self._journal, user.name, request.new_password, cause=PasswordChangeCause.OWN, by=user.name)
        return self._open_session(self._journal.authority.users[user.name], caller.device)

    def reset_password(self, request: PasswordReset, address: str) -> None:
        """Choose a password with a one-time code.

        Raises:
            Refusal: the code is wrong, used or expired, or too many attempts.
            WeakPassword: the password is too short or too common; the code stays valid.
        """
        now, name = self._journal.clock(), request.user
        self._throttle.check_code(address, now)
        self._journal.catch_up()  # a command may have issued the code a moment ago
        user = self._journal.authority.users.get(name)
        is_valid = self._journal.read(
            lambda connection: reset_codes.has_code(connection, user=name, code=request.code, now=now)
        )
        if user is None or not user.active or not is_valid:
            self._throttle.count_wrong_code(address, now)
            self._journal.security_log.record(
                "log_in_failed", code="wrong_code", user=user.name if user else "", address=address
            )
            raise Refusal(401, "wrong_code", "the code is wrong, used or expired: ask an administrator for another")
        cause = PasswordChangeCause.RESET_CODE
        set_password(self._journal, name, request.new_password, cause=cause, by=name, code=request.code)
        self._throttle.record_success(name, address)

    def check_password(
        self, name: str, password: str, address: str, *, proven: str = "", code: str | None = None
    ) -> User:
        """Return the active user with this name and password.

        Args:
            name: the name.
            password: the password.
            address: the address of the client.
            proven: the device that has proven its key, or the session; empty for unknown devices.
            code: that of the second factor, where the user has one; None where the password alone is asked for.

        Raises:
            Refusal: wrong name, password or code, no code, or too many attempts.
        """
        now = self._journal.clock()
        proven = proven or self._gateway_secrets.proof_of(name, password)
        self._throttle.check(name, address, now, device=proven)
        self._journal.catch_up()  # a command may have created the user a moment ago
        kept = self._journal.read(lambda connection: _password_of(connection, name))
        user = self._journal.authority.users.get(name)
        if not self._passwords.verify(password, kept) or user is None or not user.active:
            self._throttle.count_failure(name, address, now, device=proven)
            known = user.name if user is not None else ""  # an unknown name may be a password
            self._journal.security_log.record("log_in_failed", code="wrong_password", user=known, address=address)
            raise Refusal(401, "wrong_password", "the name or the password is wrong")
        if code is not None and user.has_second_factor and not self._has_used(user, code, now):
            self._throttle.count_failure(name, address, now, device=proven)
            log = self._journal.security_log
            log.record("log_in_failed", code="wrong_second_factor", user=user.name, address=address)
            raise Refusal(401, "wrong_second_factor", "the code is wrong or was used: wait for the next one")
        self._throttle.record_success(name, address, device=proven, is_gateway=user.role is Role.GATEWAY)
        return user

    def _has_used(self, user: User, code: str, now: datetime) -> bool:
        """Use up a code of the second factor; return whether it could be used.

        Raises:
            Refusal: there is no code. The password was right, so this is no failure, and resets none.
            StorageFailed: its use cannot be saved, so it could be used twice.
        """
        if not code:
            raise Refusal(401, "second_factor_needed", "this user logs in with a code, too")

        def use(batch: AdmissionBatch) -> bool:
            return second_factor.use_code(batch.connection, user=user.name, code=code, now=now)

        return self._journal.submit(use).result()

    def refresh(self, request: RefreshRequest) -> Session:
        """Renew a session.

        Raises:
            Refusal: it has ended, or its device has not signed the request.
        """
        now = self._journal.clock()
        proven = proven_device(request, server=self._journal.server_id)
        refuse_stolen(self._journal.authority, proven)
        renewal = self._token_store.run(
            lambda connection: refresh_tokens.renew(
                connection,
                token=request.refresh_token,
                attempt=request.attempt,
                proven_device=proven,
                now=now,
            )
        )
        if renewal.refusal is not None:
            raise renewal.refusal
        user = self._journal.authority.users.get(renewal.user)
        if user is None or not user.active:
            raise Refusal(401, "session_ended", "this user is no longer active")
        if not user.has_session(renewal.session, renewal.epoch):
            raise Refusal(401, "session_ended", "this session was ended: log in again")
        return self.session_of(user, renewal)

    def challenge(self, user: User) -> EnrolmentChallenge:
        """Return a nonce for an enrolment by this user."""
        nonce, expires_at = self._challenges.issue(user.name, self._journal.clock())
        return EnrolmentChallenge(nonce=nonce, server=self._journal.server_id, expires_at=expires_at)

    def enrol(self, caller: Caller, request: EnrolRequest) -> Enrolment:
        """Enrol a device for a logged-in user.

        Raises:
            BadSignature: the proof does not match.
            Refusal: it cannot be enrolled, or the session belongs to another device.
        """
        self._journal.catch_up()
        own_device = device_id_of(bytes.fromhex(request.public_key))
        if caller.is_revoked and own_device != caller.device:
            raise Refusal(403, "device_revoked", "a revoked device enrols no other: log in again")
        if caller.device not in ("", own_device):
            raise Refusal(401, "session_of_another_device", "this session belongs to another device: log in again")
        is_new = own_device not in self._journal.authority.devices
        enrolment = enrol(self._journal, self.policy, self._challenges, caller.user, request)
        if is_new:
            code = "approved" if enrolment.approved else "waits"
            self._journal.security_log.record("device_enrolled", user=caller.user.name, device=own_device, code=code)
        return enrolment

    def wipe_order(self, request: WipeOrderRequest) -> SignedWipeOrder:
        """Return the order to wipe a stolen device, which proves its key.

        Raises:
            BadSignature: the proof does not match.
            Refusal: the device is not stolen.
        """
        self._journal.catch_up()
        device = self._journal.authority.devices.get(check_wipe_request(request, server=self._journal.server_id))
        if device is None or not device.is_stolen:
            raise Refusal(404, "not_found", "there is no order to wipe this device")
        return sign_wipe_order(
            self._journal.key,
            device=device.id,
            nonce=request.nonce,
            at=self._journal.clock(),
            server=self._journal.server_id,
            keys=self._journal.certificates(),
        )

    def session_of(self, user: User, opened: refresh_tokens.TokenRenewal) -> Session:
        """Return a session, with a grant if its device may write."""
        now, device = self._journal.clock(), opened.device or ""
        access_token, expires_at = self._tokens.issue(
            user.name, now, device=device, session=opened.session, epoch=opened.epoch
        )
        return Session(
            access_token=access_token,
            access_expires_at=expires_at,
            refresh_token=opened.token,
            user=user.name,
            role=user.role_at(now),
            opd=user.opd,
            server=self._journal.server_id,
            server_public_key=self._journal.key.public_key.hex(),
            server_keys=self._journal.certificates(),
            now=now,
            grant=grant_for(self._journal, user, device, now) if device else None,
            epoch=opened.epoch,
            regency=regency_summary(self._journal),
        )


def proven_device(request: RefreshRequest, *, server: str) -> str:
    """Return the id of the device that has signed a renewal; empty if none has."""
    if not request.public_key or not request.proof:
        return ""
    public_key = bytes.fromhex(request.public_key)
    try:
        verify_signature(public_key, refresh_proof_text(request, server=server), bytes.fromhex(request.proof))
    except BadSignature:
        return ""
    return "" if is_weak_key(public_key) else device_id_of(public_key)


def _device_of_session(request: SessionRequest, proven: str) -> str | None:
    """Return the device that a new session belongs to; empty for a program, None if it has not signed the log-in.

    Every user reads the ids of all devices in the journal, so an id proves nothing: without the signature the session
    has no grant and no device. A client of an earlier version signs its first renewal, which binds the session then.
    """
    return request.device if request.device in ("", proven) else None


def _log_in_of(user: str) -> str:
    """Return the purpose of a nonce; no user has a name with a slash, so no other nonce fits."""
    return f"log-in/{user}"


def _check_protocol(protocol: int) -> None:
    if protocol < OLDEST_PROTOCOL:
        raise Refusal(426, "outdated", f"this server speaks protocol {OLDEST_PROTOCOL} or newer: update Tabuah")
    if protocol > PROTOCOL_VERSION:
        raise Refusal(426, "outdated", f"this server speaks protocol {PROTOCOL_VERSION} only: update the server")


def _password_of(connection: Connection, user: str) -> str | None:
    return connection.execute(select(PASSWORDS.c.hash).where(PASSWORDS.c.user_name == user)).scalar_one_or_none()
