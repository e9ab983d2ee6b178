"""The own account at the server: another password, and the log-out."""

import contextlib

from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.people_protocol import PasswordChange, PasswordReset
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import SyncError
from tabuah.storage.sync.server_pin import PinFile, ServerPin, check_answering_server
from tabuah.storage.sync.session import ConsoleSession, remember_password, remember_session
from tabuah.storage.sync.session_tokens import TokenFile
from tabuah.storage.sync.user_administration import ask_log_out, ask_password_change, ask_password_reset


def change_password(store: ConsoleStore, *, password: str, new_password: str) -> Identity:
    """Replace the password of the logged-in user; other sessions of the user end, this one goes on.

    Raises:
        SyncError: the server does not answer or refuses; the password has not changed.
    """
    session = ConsoleSession(store)
    with contextlib.closing(session.client):
        change = PasswordChange(password=password, new_password=new_password)
        opened = ask_password_change(session.client, change)
        TokenFile(store.directory).keep(opened, device=store.device)
        identity = remember_session(store, opened, session.client.url)
    remember_password(store, opened, new_password)
    return identity


def reset_password(
    store: ConsoleStore, *, url: str, user: str, code: str, new_password: str, pin: ServerPin | None = None
) -> None:
    """Choose a password with a one-time code of an administrator; a `pin` is that of the first contact.

    Raises:
        PinDiffers: this console has pinned another server.
        SyncError: the server does not answer or refuses; the password has not changed.
    """
    pins = PinFile(store.directory)
    if pin is not None:
        pins.check(pin)
    pinned = pin or pins.read()
    with ServerClient(url, trust=pinned.context() if pinned is not None else None) as client:
        if pinned is not None:
            check_answering_server(client, pinned)
        ask_password_reset(client, PasswordReset(user=user, code=code, new_password=new_password))
    if pin is not None:
        pins.write(pin)  # the log-in that follows needs no code again


def log_out(store: ConsoleStore) -> bool:
    """End the session here, and at the server if it answers; return whether it did. Unsent work stays."""
    try:
        session = ConsoleSession(store)
        with contextlib.closing(session.client):
            ask_log_out(session.client)
    except SyncError:
        return False
    else:
        return True
    finally:
        TokenFile(store.directory).forget()
