"""The gate: who sends a request, and whether that role may."""

from collections.abc import Collection
from typing import Any, Final

from litestar.connection import ASGIConnection

from tabuah.operations.authority.records import User
from tabuah.operations.authority.roles import Role
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.sessions.tokens import AccessTokens

_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}
PEOPLE: Final = frozenset(Role) - {Role.GATEWAY, Role.SERVER}


class Gate:
    """Reads the Bearer token of a request; role and lock of the user are those of this moment."""

    def __init__(self, journal: ServerJournal, tokens: AccessTokens) -> None:
        self._journal = journal
        self._tokens = tokens

    def user_of(self, request: ASGIConnection[Any, Any, Any, Any]) -> User:
        """The user who sends it.

        Raises:
            Refusal: nobody does, or the session is over.
        """
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal(401, "unauthorised", "log in first", headers=_CHALLENGE)
        name = self._tokens.user_of(token.strip(), self._journal.clock())
        user = self._journal.authority.users.get(name) if name else None
        if user is None or not user.active:
            raise Refusal(401, "unauthorised", "the access token is over or not ours", headers=_CHALLENGE)
        return user

    def user_with(self, request: ASGIConnection[Any, Any, Any, Any], roles: Collection[Role]) -> User:
        """The user who sends it, in one of these roles.

        Raises:
            Refusal: nobody does, or the role may not.
        """
        user = self.user_of(request)
        if user.role not in roles:
            raise Refusal(403, "forbidden", f"the role {user.role.value} may not do this")
        return user

    def still_admits(self, user: User) -> bool:
        """Whether a user of some time ago is still active in the same role."""
        now = self._journal.authority.users.get(user.name)
        return now is not None and now.active and now.role is user.role
