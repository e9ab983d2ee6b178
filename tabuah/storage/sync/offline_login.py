"""Log-in without the server, and the password of a locked window, by the verifiers of this computer."""

from datetime import datetime

import msgspec

from tabuah.operations.people.authority import Authority, Grant, User
from tabuah.storage.cache.errors import VerifierOutdated
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.password_verifiers import PasswordVerifier, PasswordVerifiers
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.errors import NotLoggedIn
from tabuah.storage.sync.session_tokens import TokenFile


def verifiers_of(store: ConsoleStore) -> PasswordVerifiers:
    return PasswordVerifiers(store.directory, store.own_key())


def offline_users(store: ConsoleStore) -> tuple[str, ...]:
    """Return the users who can log in without the server now, the last one to log in first."""
    verifiers, authority, now = verifiers_of(store), store.authority(), store.now()
    found = ((name, verifiers.find(name)) for name in verifiers.users())
    return tuple(
        name
        for name, verifier in found
        if verifier is not None
        and _is_current(authority, verifier)
        and _grant_of(store, authority, name, now) is not None
    )


def check_own_password(store: ConsoleStore, password: str) -> None:
    """Check the password of the logged-in user, as the lock screen does; also after the end of the grant.

    Raises:
        NotLoggedIn: there is no user.
        PasswordNotVerified: it is wrong, too early, or outdated; a log-in at the server goes on.
    """
    identity = store.identity
    if identity is None:
        raise NotLoggedIn
    verifier = verifiers_of(store).check(identity.user, password, now=store.now())
    if not _is_current(store.authority(), verifier):
        raise VerifierOutdated(identity.user)


def log_in_offline(store: ConsoleStore, *, user: str, password: str) -> Identity:
    """Make a user the author on this console, without the server; return the identity.

    The session of another user is given up here: the next sync asks this user to log in at the server. Unsent work
    stays.

    Raises:
        NotLoggedIn: this console belongs to no server yet.
        PasswordNotVerified: the password is wrong or too early, or the user needs a log-in at the server.
    """
    known = store.identity
    if known is None:
        raise NotLoggedIn
    now, authority = store.now(), store.authority()
    verifier = verifiers_of(store).check(user, password, now=now)
    grant = _grant_of(store, authority, user, max(now, verifier.verified_at))
    if grant is None or not _is_current(authority, verifier):
        raise VerifierOutdated(user)
    if known.user != user:
        TokenFile(store.directory).forget()
    identity = msgspec.structs.replace(known, user=user, role=grant.role, opd=grant.opd, grant=grant)
    store.remember_identity(identity)
    return identity


def _is_current(authority: Authority, verifier: PasswordVerifier) -> bool:
    """Return whether the journal here knows of no lock and no other role or password since the log-in."""
    user = authority.users.get(verifier.user)
    return user is None or (user.active and user.epoch <= verifier.epoch)


def _grant_of(store: ConsoleStore, authority: Authority, name: str, now: datetime) -> Grant | None:
    """Return the grant of a user on this device that ends last; None if all have ended, or the device is revoked."""
    device, user, identity = authority.devices.get(store.device), authority.users.get(name), store.identity
    if device is not None and device.revoked:
        return None
    own = identity.grant if identity is not None and identity.user == name else None
    known = [*(user.grants.values() if user is not None else ()), *([own] if own is not None else [])]
    current = [grant for grant in known if grant.device == store.device and _is_valid(grant, user, now)]
    return max(current, key=lambda grant: grant.expires_at, default=None)


def _is_valid(grant: Grant, user: User | None, now: datetime) -> bool:
    return now < grant.expires_at and (user is None or grant.role is user.role_at(now))
