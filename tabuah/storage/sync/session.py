"""The session of a console: log-in, enrolment, and renewal of tokens."""

import contextlib
import platform
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx2
import msgspec

from tabuah.operations.people.key_replacement import KeyReplacementCause
from tabuah.resources.localisation import _
from tabuah.storage.cache.data_directory import DirectoryLock
from tabuah.storage.cache.errors import AnotherServer, DiskFull
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.password_verifiers import PasswordVerifiers
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal import protocol
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.people_protocol import sign_log_in
from tabuah.storage.journal.sealed_box import published_sealing_key
from tabuah.storage.journal.server_keys import newest_key
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.clock_offset import measure_clock
from tabuah.storage.sync.errors import (
    HistoryDiffers,
    NewKeyNotLoggedIn,
    NotLoggedIn,
    PairingRefused,
    RequestRefused,
    ServerRolledBack,
)
from tabuah.storage.sync.handback import check_history
from tabuah.storage.sync.regency import check_regency, follow_regency
from tabuah.storage.sync.server_pin import PinFile, ServerPin, check_answering_server, pinned_context
from tabuah.storage.sync.session_tokens import TokenFile, Tokens
from tabuah.storage.sync.wipe import DEVICE_STOLEN, obey_wipe_order

DEVICE_REVOKED: Final = "device_revoked"
TAG_TAKEN: Final = "tag_taken"
MAX_LOG_INS: Final = 4  # each under another key, which has another tag
SECOND_FACTOR_NEEDED: Final = "second_factor_needed"


class ConsoleSession:
    """A console and its server. It belongs to the thread of its store."""

    def __init__(self, store: ConsoleStore, client: ServerClient | None = None) -> None:
        self._store = store
        self._tokens = TokenFile(store.directory)
        identity = store.identity
        if client is None:
            if identity is None:
                raise NotLoggedIn
            client = ServerClient(
                identity.server_url,
                access_token=self.token,
                renewed_token=self.renew,
                trust=pinned_context(store.directory),
            )
        self.client = client

    def token(self) -> str:
        """Return a currently valid access token.

        Raises:
            NotLoggedIn: there is no session.
            NewKeyNotLoggedIn: it belongs to another key.
        """
        tokens = self._own_tokens()
        return tokens.access_token if tokens.is_fresh(self._store.now()) else self.renew()

    def renew(self) -> str:
        """Exchange the refresh token; if another process was faster, return its access token."""
        before = self._own_tokens()
        with DirectoryLock(self._store.directory, "session", wait_s=60):
            tokens = self._own_tokens()
            if tokens.refresh_token != before.refresh_token and tokens.is_fresh(self._store.now()):
                return tokens.access_token
            return self._exchange(tokens).access_token

    def end(self) -> None:
        """Forget the tokens here."""
        self._tokens.forget()

    def _own_tokens(self) -> Tokens:
        tokens = self._tokens.read()
        if tokens is None:
            raise NotLoggedIn
        if tokens.device not in ("", self._store.device):
            self._tokens.forget()
            raise NewKeyNotLoggedIn
        return tokens

    def ensure_admitted(self) -> bool:
        """Enrol or renew the grant where that is due; return whether this device may push now."""
        identity = self._store.identity
        if identity is None:
            raise NotLoggedIn
        if not identity.enrolled:
            self.enrol_unless_locked()
        elif self._needs_new_grant(identity):
            self.renew()
        current = self._store.identity
        return current is not None and (current.grant is not None or current.approved or self._is_approved())

    def enrol(self) -> None:
        """Enrol this device's key at the server; the user vouches for the entries written so far.

        Raises:
            RequestRefused: for example because the device was revoked; it may still push its entries,
                which are then held for a supervisor. Where the tag is taken, the console has another key
                now, and the session of the former one is over: the user logs in again.
        """
        identity = self._store.identity
        if identity is None:
            raise NotLoggedIn
        key, head = self._store.own_key(), self._store.chain_head
        request = protocol.EnrolRequest(
            public_key=key.public_key.hex(),
            proof="",
            name=platform.node()[:120],
            written_before=head.n,
            written_head=head.hash if head.n else "",
            nonce=self.client.challenge().nonce,
            sealing_key=published_sealing_key(key),
        )
        request = protocol.sign_enrolment(request, key, user=identity.user, server=identity.server)
        try:
            enrolment = self.client.enrol(request)
        except RequestRefused as refusal:
            if refusal.code == DEVICE_REVOKED:
                self._store.remember_identity(msgspec.structs.replace(identity, enrolled=True, approved=True))
            if refusal.code == TAG_TAKEN:
                self._store.answer_fork(KeyReplacementCause.TAG_TAKEN)
                self.end()
            raise
        changed = msgspec.structs.replace(
            identity, enrolled=True, approved=enrolment.approved, grant=enrolment.grant or identity.grant
        )
        self._store.remember_enrolment(changed, written_before=enrolment.written_before)

    def enrol_unless_locked(self) -> None:
        """Enrol, and continue if the device was revoked: its entries are still pushed, and held."""
        try:
            self.enrol()
        except RequestRefused as refusal:
            if refusal.code != DEVICE_REVOKED:
                raise

    def _exchange(self, tokens: Tokens) -> Tokens:
        named = self._tokens.begin_renewal(tokens)
        request = protocol.RefreshRequest(
            refresh_token=named.refresh_token, device=self._store.device, attempt=named.attempt
        )
        request = protocol.sign_refresh(request, self._store.own_key(), server=self._store.server)
        asked_at = self._store.clock()
        try:
            session = self.client.refresh(request)
        except RequestRefused as refusal:
            if refusal.problem.status == 401:
                raise NotLoggedIn from refusal
            raise
        _check_key(self._store, session)
        check_regency(self._store, session)
        kept = self._tokens.keep(session, device=self._store.device)
        measure_clock(self._store, session.now, asked_at=asked_at)
        remember_session(self._store, session, self.client.url)
        return kept

    def _is_approved(self) -> bool:
        """Return whether the journal has this device as approved.

        A device that was revoked after its approval gets no grant, but may still push.
        """
        device = self._store.authority().devices.get(self._store.device)
        return device is not None and device.approved

    def _needs_new_grant(self, identity: Identity) -> bool:
        """Return whether the grant is missing, past half its term, or for a role that the user has lost."""
        grant = identity.grant
        if grant is None:
            return True
        user = self._store.authority().users.get(identity.user)
        if user is not None and user.role_at(self._store.now()) is not grant.role:
            return True
        term = grant.expires_at - grant.starts_at
        return self._store.now() > grant.expires_at - max(term / 2, timedelta(hours=1))


def log_in(
    store: ConsoleStore,
    *,
    url: str,
    user: str,
    password: str,
    code: str = "",
    new_key: bool = False,
    pin: ServerPin | None = None,
) -> Identity:
    """Log in, enrol this device where it is new, and store the identity.

    With `new_key`, a revoked device continues as a new one; unsent and unconfirmed work is issued again. A `pin` is
    stored once the server has proven itself; without it the one of this console applies. `code` is that of the second
    factor. Where another device has the tag of this one, it takes another key by itself and logs in again.

    Raises:
        AnotherServer: this console's data belongs to another server.
        PinDiffers: this console is paired with another server; no password was sent.
        SyncError: the server does not answer or refuses.
    """
    for _attempt in range(1, MAX_LOG_INS):
        try:
            return _log_in_once(store, url=url, user=user, password=password, code=code, new_key=new_key, pin=pin)
        except RequestRefused as refusal:
            if refusal.code != TAG_TAKEN or code:  # the code of a second factor works once
                raise
            new_key = False  # it has one already
    return _log_in_once(store, url=url, user=user, password=password, code=code, new_key=new_key, pin=pin)


def _log_in_once(
    store: ConsoleStore, *, url: str, user: str, password: str, code: str, new_key: bool, pin: ServerPin | None
) -> Identity:
    """Log in and enrol under one key; raises like `log_in`."""
    pins = PinFile(store.directory)
    if pin is not None:
        pins.check(pin)
    pinned = pin or pins.read()
    trust = pinned.context() if pinned is not None else None
    store.own_key()
    asked_at = store.clock()
    request = protocol.SessionRequest(user=user, password=password, device=store.device, code=code)
    with ServerClient(url, trust=trust) as client:
        if pinned is not None:
            check_answering_server(client, pinned)
        _check_history_before_log_in(store, client)
        if new_key:
            request = _continue_under_new_key(store, client, request)
        session = _open_session(store, client, request)
        if pinned is not None:
            _check_pinned_key(session, pinned)
        if pin is not None:
            pins.write(pin)
        with ServerClient(url, access_token=lambda: session.access_token, trust=trust) as admitted:
            follow_regency(store, admitted, session)
        TokenFile(store.directory).keep(session, device=store.device)
        measure_clock(store, session.now, asked_at=asked_at)
        identity = remember_session(store, session, client.url)
        remember_password(store, session, password)
    if session.grant is None:  # also if it is enrolled: a revoked device must learn that it is
        with ServerClient(url, access_token=lambda: session.access_token, trust=trust) as client:
            ConsoleSession(store, client).enrol()
    return store.identity or identity


def _check_pinned_key(session: protocol.Session, pin: ServerPin) -> None:
    """Check that the server signs with the pinned key, or with one that it has certified.

    Raises:
        PairingRefused: it signs with another key.
    """
    if not pin.public_key:
        return
    try:
        newest = newest_key(bytes.fromhex(pin.public_key), session.server_keys).hex()
    except JournalError:
        newest = ""
    if session.server_public_key != newest:
        raise PairingRefused(session.server)


def _continue_under_new_key(
    store: ConsoleStore, client: ServerClient, request: protocol.SessionRequest
) -> protocol.SessionRequest:
    """Take a new key once the server has accepted the password; return the request with it.

    The code of a second factor works once, so this attempt goes without it.
    """
    try:
        _open_session(store, client, msgspec.structs.replace(request, code=""))
    except RequestRefused as refusal:
        if refusal.code != SECOND_FACTOR_NEEDED or not request.code:
            raise
    store.answer_fork(KeyReplacementCause.REVOKED)
    return msgspec.structs.replace(request, device=store.device)


def remember_password(store: ConsoleStore, session: protocol.Session, password: str) -> None:
    """Keep a verifier for log-ins without the server; on a full disk there is none."""
    verifiers = PasswordVerifiers(store.directory, store.own_key())
    with contextlib.suppress(DiskFull):
        verifiers.remember(session.user, password, epoch=session.epoch, now=store.now())


def _check_history_before_log_in(store: ConsoleStore, client: ServerClient) -> None:
    """Hand back records that the server lost, so that it knows this device; the next sync reports other findings."""
    with contextlib.suppress(RequestRefused, ServerRolledBack, HistoryDiffers):
        check_history(store, client)


def _open_session(store: ConsoleStore, client: ServerClient, request: protocol.SessionRequest) -> protocol.Session:
    try:
        session = client.log_in(_with_proof(store, client, request))
    except RequestRefused as refusal:
        if refusal.code == DEVICE_STOLEN:
            obey_wipe_order(store, client)
        raise
    _check_same_server(store, session, client.url)
    _check_key(store, session, at_log_in=True)
    check_regency(store, session)
    return session


def _with_proof(
    store: ConsoleStore, client: ServerClient, request: protocol.SessionRequest
) -> protocol.SessionRequest:
    """Return the log-in with the proof of this device's key, on which the server opens a session of the device."""
    try:
        challenge = client.log_in_challenge(request.user)
    except RequestRefused as refusal:
        if refusal.problem.status not in (httpx2.codes.NOT_FOUND, httpx2.codes.METHOD_NOT_ALLOWED):
            raise
        return request  # an older server asks for none
    request = msgspec.structs.replace(request, nonce=challenge.nonce)
    return sign_log_in(request, store.own_key(), server=store.server or challenge.server)


def remember_session(store: ConsoleStore, session: protocol.Session, url: str) -> Identity:
    """Store the user and the device of a session, without its tokens."""
    known = store.identity
    same = known is not None and known.user == session.user
    identity = Identity(
        server_url=url,
        server=session.server,
        server_public_key=session.server_public_key,
        server_keys=session.server_keys,
        user=session.user,
        role=session.role,
        opd=session.opd,
        grant=session.grant or (known.grant if known is not None and same else None),
        enrolled=session.grant is not None or (known is not None and known.enrolled),
        approved=session.grant is not None or (known is not None and known.approved),
    )
    store.remember_identity(identity)
    return identity


def _check_key(store: ConsoleStore, session: protocol.Session, *, at_log_in: bool = False) -> None:
    """Check that the server signs with the known key, or with one that the known one has certified.

    At a log-in it may be an earlier one: the user asks for this server, which may have been put back.

    Raises:
        AnotherServer: it is a copy of the server that still signs with a former key, or another server.
    """
    known, device = store.identity, store.authority().devices.get(session.server)
    if known is None or session.server_public_key == known.server_public_key:
        return
    trusted = [known.server_public_key, *([device.public_key] if device is not None and at_log_in else [])]
    try:
        keys = {newest_key(bytes.fromhex(key), session.server_keys).hex() for key in trusted}
    except JournalError:
        keys = set()
    if session.server_public_key not in keys:
        raise AnotherServer(
            _("The server signs with a key that is not the one of this console's server: it may be an older copy.")
        )


def has_session(directory: Path) -> bool:
    """Return whether a user is logged in on a data directory."""
    return TokenFile(directory).read() is not None


def _check_same_server(store: ConsoleStore, session: protocol.Session, url: str) -> None:
    known = store.server
    if known and known != session.server:
        raise AnotherServer(
            _("{url} is another server than the one this data belongs to. Use another folder with --data.").format(
                url=url
            )
        )
