"""Checks the password of the user who is logged in: on this computer, or else at the server."""

from collections.abc import Callable

import msgspec

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.storage.cache.errors import NoVerifier, PasswordNotVerified, VerifierOutdated
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.people.lock_screen import no_verifier_text


class CheckedPassword(msgspec.Struct, frozen=True, kw_only=True):
    """The result: `refusal` is empty for the right password; `needs_log_in` if only the server can check it."""

    refusal: str = ""
    needs_log_in: bool = False


class PasswordCheck:
    """Checks on the network worker: the computation takes a fraction of a second, a log-in longer."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context

    def run(
        self,
        password: str,
        *,
        on_done: Callable[[CheckedPassword], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Check a password."""
        self._context.network.run(lambda store: _check(store, password), on_done=on_done, on_error=on_error)


def _check(store: ConsoleStore, password: str) -> CheckedPassword:
    from tabuah.storage.sync.offline_login import check_own_password  # noqa: PLC0415 - loads argon2 and the client

    try:
        check_own_password(store, password)
    except (NoVerifier, VerifierOutdated):
        return _check_at_server(store, password)
    except PasswordNotVerified as refusal:
        return CheckedPassword(refusal=str(refusal))
    return CheckedPassword()


def _check_at_server(store: ConsoleStore, password: str) -> CheckedPassword:
    """Log in again, which keeps a verifier for the next time."""
    from tabuah.storage.sync.errors import SyncError  # noqa: PLC0415 - loads the HTTP client
    from tabuah.storage.sync.session import log_in  # noqa: PLC0415

    identity = store.identity
    if identity is None:
        return CheckedPassword(refusal=no_verifier_text(), needs_log_in=True)
    try:
        log_in(store, url=identity.server_url, user=identity.user, password=password)
    except SyncError as refusal:
        return CheckedPassword(refusal=f"{no_verifier_text()} {refusal}", needs_log_in=True)
    return CheckedPassword()
