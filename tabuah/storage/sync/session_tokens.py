"""The session's tokens: in a private file, renewed by one process at a time."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.journal.protocol import Session

TOKEN_FILE: Final = "session.json"  # noqa: S105 - a file name
_MARGIN: Final = timedelta(seconds=30)


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """The tokens of a session; `attempt` identifies a renewal that has no answer yet.

    `device` is the device that logged in; empty in a file of an earlier version.
    """

    access_token: str
    access_expires_at: datetime
    refresh_token: str
    attempt: str = ""
    device: str = ""

    def is_fresh(self, now: datetime) -> bool:
        """Return whether the access token is still valid long enough for a request."""
        return now + _MARGIN < self.access_expires_at


class TokenFile:
    """Stores the tokens of one data directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._path = directory / TOKEN_FILE

    def read(self) -> Tokens | None:
        """Return the tokens; None when no user is logged in."""
        try:
            return read_private(self._path, Tokens)
        except (OSError, msgspec.DecodeError):
            return None

    def keep(self, session: Session, *, device: str) -> Tokens:
        """Store the tokens of a session, which belongs to a device."""
        tokens = Tokens(
            access_token=session.access_token,
            access_expires_at=session.access_expires_at,
            refresh_token=session.refresh_token,
            device=device,
        )
        write_private(self._path, msgspec.json.encode(tokens))
        return tokens

    def begin_renewal(self, tokens: Tokens) -> Tokens:
        """Name a renewal before its request; one without an answer keeps its name."""
        if tokens.attempt:
            return tokens
        named = msgspec.structs.replace(tokens, attempt=secrets.token_urlsafe(32))
        write_private(self._path, msgspec.json.encode(named))
        return named

    def forget(self) -> None:
        """Log out on this computer."""
        self._path.unlink(missing_ok=True)
