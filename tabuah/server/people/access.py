"""Access control of HTTP requests: the user of a request, and whether the user's role is allowed."""

from collections.abc import Collection
from typing import Any, Final

from litestar import Request
from litestar.connection import ASGIConnection

from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access_tokens import AccessTokens

_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}
AnyRequest = Request[Any, Any, Any]
PEOPLE: Final = frozenset(Role) - {Role.GATEWAY, Role.SERVER}


def bearer_token(authorization: str) -> str:
    """Return the token of an `Authorization` header; empty if it has none."""
    scheme, _space, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class AccessControl:
    """Reads the Bearer token of a request; the user's role and lock are always current."""

    def __init__(self, journal: ServerJournal, tokens: AccessTokens) -> None:
        self._journal = journal
        self._tokens = tokens

    def user_of(self, request: ASGIConnection[Any, Any, Any, Any]) -> User:
        """Return the user of a request.

        Raises:
            Refusal: there is no valid token, or the session has ended.
        """
        token = bearer_token(request.headers.get("authorization", ""))
        if not token:
            raise Refusal(401, "unauthorised", "log in first", headers=_CHALLENGE)
        name = self._tokens.user_of(token, self._journal.clock())
        user = self._journal.authority.users.get(name) if name else None
        if user is None or not user.active:
            raise Refusal(401, "unauthorised", "the access token is expired or invalid", headers=_CHALLENGE)
        return user

    def user_with(self, request: ASGIConnection[Any, Any, Any, Any], roles: Collection[Role]) -> User:
        """Return the user of a request, who must have one of these roles.

        Raises:
            Refusal: there is no valid token, or the role is not allowed.
        """
        user = self.user_of(request)
        if user.role not in roles:
            raise Refusal(403, "forbidden", f"the role {user.role.value} may not do this")
        return user

    def is_still_allowed(self, user: User) -> bool:
        """Return whether an earlier user is still active with the same role."""
        now = self._journal.authority.users.get(user.name)
        return now is not None and now.active and now.role is user.role
