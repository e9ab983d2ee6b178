"""Access control of HTTP requests: the user and the device of a request, and whether they are allowed."""

from collections.abc import Callable, Collection
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from tabuah.operations.incidents.personal_access import PersonalReader
from tabuah.operations.people.authority import Authority, User
from tabuah.operations.people.roles import MAY_READ_PERSONAL_DATA, Role
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.limits.http_protocol import connection_of
from tabuah.server.people.access_tokens import AccessTokens
from tabuah.server.tls.gateway_certificates import GatewayCertificates

_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}
AnyRequest = Request[Any, Any, Any]
AnyConnection = ASGIConnection[Any, Any, Any, Any]
MAX_LOGGED_OUT: Final = 100_000
PEOPLE: Final = frozenset(Role) - {Role.GATEWAY, Role.SERVER}


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The user of a request, and the session.

    Attributes:
        user: the user.
        device: the id of the device that logged in; empty for a program without a key.
        session: the session that the access token belongs to; empty if it is not known.
        epoch: the epoch of the user when the session was opened.
        is_approved: whether the device is enrolled and approved. A gateway without a device is, a person is not: the
            password alone must not avoid the approval, nor the revocation of a stolen device.
        is_revoked: whether the device is revoked.
    """

    user: User
    device: str = ""
    session: str = ""
    epoch: int = 0
    is_approved: bool = True
    is_revoked: bool = False

    @property
    def is_on_approved_device(self) -> bool:
        """Whether a device of the session is approved; false for a program, which only knows the password."""
        return bool(self.device) and self.is_approved

    @property
    def personal_reader(self) -> PersonalReader | None:
        """Return the caller as a reader of personal values; None if the role or the device may read none.

        A program has no device that an administrator could have approved or revoked, so it reads none.
        """
        if self.user.role not in MAY_READ_PERSONAL_DATA or not self.is_on_approved_device:
            return None
        return PersonalReader(role=self.user.role, office=self.user.office)


def bearer_token(authorization: str) -> str:
    """Return the token of an `Authorization` header; empty if it has none."""
    scheme, _space, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class AccessControl:
    """Reads the Bearer token of a request; role, lock, and the state of the device are always current."""

    def __init__(
        self, journal: ServerJournal, tokens: AccessTokens, certificates: GatewayCertificates | None = None
    ) -> None:
        self._journal = journal
        self._certificates = certificates
        self._tokens = tokens
        self._logged_out: dict[str, None] = {}  # in the order of their end

    def log_out(self, session: str) -> None:
        """Refuse the access tokens of a session, which are valid for some minutes more.

        The set is of this process only; a restarted server takes them until they expire.
        """
        self._logged_out[session] = None
        while len(self._logged_out) > MAX_LOGGED_OUT:
            del self._logged_out[next(iter(self._logged_out))]

    def sender_of(self, request: AnyConnection) -> Caller:
        """Return the caller of a request by which also a revoked device may hand in its own work.

        A gateway may prove its account by a client certificate in place of a token.

        Raises:
            Refusal: there is no valid token, the session has ended, or the device is stolen.
        """
        token = bearer_token(request.headers.get("authorization", ""))
        gateway = self._certified_gateway(request)
        if gateway is not None and not token:
            return Caller(user=gateway, epoch=gateway.epoch)
        if not token:
            raise Refusal(401, "unauthorised", "log in first", headers=_CHALLENGE)
        claim = self._tokens.read(token, self._journal.clock())
        authority = self._journal.authority
        user = authority.users.get(claim.user) if claim else None
        if claim is None or user is None or not user.active:
            raise Refusal(401, "unauthorised", "the access token is expired or invalid", headers=_CHALLENGE)
        if not user.has_session(claim.session, claim.epoch) or claim.session in self._logged_out:
            raise Refusal(401, "session_ended", "this session has ended: log in again", headers=_CHALLENGE)
        if gateway is not None and gateway.name != user.name:
            raise Refusal(403, "certificate_refused", "the certificate and the access token are of two accounts")
        refuse_stolen(authority, claim.device)
        user = self._acting(user)
        return _caller(authority, user, device_id=claim.device, session=claim.session, epoch=claim.epoch)

    def _certified_gateway(self, request: AnyConnection) -> User | None:
        """Return the account of the client's certificate; None without a certificate.

        Raises:
            Refusal: the certificate is revoked, or its account is locked or no gateway.
        """
        connection = connection_of(request.scope)
        serial = connection.client_certificate if connection is not None else ""
        if not serial or self._certificates is None:
            return None
        user = self._journal.authority.users.get(self._certificates.account_of(serial))
        if user is None or not user.active or user.role is not Role.GATEWAY:
            raise Refusal(
                403, "certificate_refused", "the certificate is revoked or expired, or its account is locked"
            )
        return user

    def _acting(self, user: User) -> User:
        """Return a user in the role in which they act now, which may be that of a deputy."""
        role = user.role_at(self._journal.clock())
        return user if role is user.role else msgspec.structs.replace(user, role=role)

    def caller_of(self, request: AnyConnection) -> Caller:
        """Return the caller of a request.

        Raises:
            Refusal: there is no valid token, or the device is revoked.
        """
        caller = self.sender_of(request)
        if caller.is_revoked:
            raise Refusal(403, "device_revoked", "this device is revoked: ask an administrator")
        return caller

    def user_of(self, request: AnyConnection) -> User:
        """Return the user of a request; raises like `caller_of`."""
        return self.caller_of(request).user

    def user_with(self, request: AnyConnection, roles: Collection[Role]) -> User:
        """Return the user of a request, who must have one of these roles.

        Raises:
            Refusal: there is no valid token, the device is revoked, or the role is not allowed.
        """
        return self.caller_with(request, roles).user

    def administrator_of(self, request: AnyConnection) -> User:
        """Return the administrator of a request from an approved device; raises like `check_administrator`."""
        caller = self.caller_of(request)
        check_administrator(caller)
        return caller.user

    def caller_with(self, request: AnyConnection, roles: Collection[Role]) -> Caller:
        """Return the caller of a request; raises like `user_with`."""
        caller = self.caller_of(request)
        check_role(caller.user, roles)
        return caller

    def is_still_allowed(self, caller: Caller) -> bool:
        """Return whether an earlier user is still active with the same role, on a device that is not revoked."""
        authority = self._journal.authority
        now = authority.users.get(caller.user.name)
        if (
            now is None
            or self._acting(now).role is not caller.user.role
            or not now.has_session(caller.session, caller.epoch)
        ):
            return False
        if caller.session in self._logged_out:
            return False
        device = authority.devices.get(caller.device)
        return device is None or not device.revoked


def guarded_by(check: Callable[[AnyConnection], object]) -> list[Guard]:
    """Return the guards of a route that refuse a caller before its body and its query are read.

    Otherwise the errors of a malformed request would describe the route to a stranger.
    """

    def guard(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
        check(connection)

    return [guard]


def address_of(request: AnyRequest) -> str:
    return request.client.host if request.client else ""


def refuse_stolen(authority: Authority, device_id: str) -> None:
    """Refuse everything to a stolen device.

    Raises:
        Refusal: it is stolen.
    """
    device = authority.devices.get(device_id)
    if device is not None and device.is_stolen:
        raise Refusal(403, "device_stolen", "this device was reported stolen: ask for the order to wipe it")


def check_role(user: User, roles: Collection[Role]) -> None:
    """Check that a user has one of these roles.

    Raises:
        Refusal: the role is not allowed.
    """
    if user.role not in roles:
        raise Refusal(403, "forbidden", f"the role {user.role.value} may not do this")


def check_administrator(caller: Caller) -> None:
    """Check that an administrator asks, on an approved device.

    Raises:
        Refusal: another role, or a program or device that no administrator has approved.
    """
    check_role(caller.user, (Role.ADMIN,))
    if not caller.is_on_approved_device:
        raise Refusal(403, "device_not_approved", "administrators change this from an approved device only")


def check_approved(caller: Caller) -> None:
    """Check that a gateway asks, or a person on an approved device.

    Raises:
        Refusal: the device waits for approval, or a program uses the account of a person.
    """
    if not caller.is_approved:
        raise Refusal(403, "device_not_approved", "people do this from a device that an administrator has approved")


def _caller(authority: Authority, user: User, *, device_id: str, session: str, epoch: int) -> Caller:
    device = authority.devices.get(device_id)
    return Caller(
        user=user,
        device=device_id,
        session=session,
        epoch=epoch,
        is_approved=device.approved if device is not None else not device_id and user.role is Role.GATEWAY,
        is_revoked=device is not None and device.revoked,
    )
