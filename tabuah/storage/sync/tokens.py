"""The session's tokens: in a file that only its owner may read, renewed by one process at a time."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from tabuah.storage.cache.directory import write_private
from tabuah.storage.journal.protocol import Session

TOKEN_FILE: Final = "session.json"  # noqa: S105 - a file name
_MARGIN: Final = timedelta(seconds=30)


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a session is held by; `attempt` names a renewal whose answer is not here yet."""

    access_token: str
    access_expires_at: datetime
    refresh_token: str
    attempt: str = ""

    def is_fresh(self, now: datetime) -> bool:
        """Whether the access token is still good for a request."""
        return now + _MARGIN < self.access_expires_at


class TokenFile:
    """Keeps the tokens of one data directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._path = directory / TOKEN_FILE

    def read(self) -> Tokens | None:
        """The tokens; None when nobody is logged in."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Tokens)
        except (OSError, msgspec.DecodeError):
            return None

    def keep(self, session: Session) -> Tokens:
        """Keep the tokens of a session."""
        tokens = Tokens(
            access_token=session.access_token,
            access_expires_at=session.access_expires_at,
            refresh_token=session.refresh_token,
        )
        write_private(self._path, msgspec.json.encode(tokens))
        return tokens

    def begin_renewal(self, tokens: Tokens) -> Tokens:
        """Name a renewal before it is asked for; one that was asked for and not answered keeps its name."""
        if tokens.attempt:
            return tokens
        named = msgspec.structs.replace(tokens, attempt=secrets.token_urlsafe(32))
        write_private(self._path, msgspec.json.encode(named))
        return named

    def forget(self) -> None:
        """Log out here."""
        self._path.unlink(missing_ok=True)
