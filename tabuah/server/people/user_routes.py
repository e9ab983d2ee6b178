"""Routes of the administration of users, sessions and devices, and of the own password and session."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, ParamSpec, TypeVar

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.server.administration import approve_device, revoke_device
from tabuah.server.errors import (
    DraftRefused,
    LastAdministrator,
    NameTaken,
    NoSuchRecord,
    Refusal,
    ServerError,
    StorageFailed,
    WeakPassword,
)
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access import AccessControl, AnyRequest, address_of, guarded_by
from tabuah.server.people.reset_codes import CODE_TERM
from tabuah.server.people.sessions import SessionService
from tabuah.server.people.user_changes import change_user, end_sessions, invite_user, issue_reset_code
from tabuah.server.people.user_list import list_users
from tabuah.storage.journal.people_protocol import (
    DeviceApproval,
    DeviceRevocation,
    PasswordChange,
    PasswordReset,
    ResetCode,
    ResetCodeRequest,
    SessionsEnd,
    UserChange,
    UserCreation,
    UsersReply,
)
from tabuah.storage.journal.protocol import Session

P = ParamSpec("P")
T = TypeVar("T")

_UNCHANGED: Final = (Refusal, StorageFailed)  # have their own response


def user_routes(
    journal: ServerJournal, sessions: SessionService, access: AccessControl, *, code_term: timedelta = CODE_TERM
) -> list[HTTPRouteHandler]:
    """Build the routes of `/v1/users`, `/v1/sessions` and `/v1/password`, and those that decide on devices."""
    return [*_administration_routes(journal, sessions, access, code_term), *_own_routes(sessions, access)]


def _administration_routes(
    journal: ServerJournal, sessions: SessionService, access: AccessControl, code_term: timedelta
) -> list[HTTPRouteHandler]:
    def administrator(request: AnyRequest) -> str:
        return access.administrator_of(request).name

    async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with _refusals():
            return await sessions.run(work, *args, **kwargs)

    @get("/v1/users", tags=["people"])
    async def users(request: AnyRequest) -> UsersReply:
        """All users with devices and open sessions, for administrators."""
        administrator(request)
        return await run(list_users, journal)

    @post("/v1/users", status_code=200, tags=["people"], guards=guarded_by(access.administrator_of))
    async def create(request: AnyRequest, data: JSONBody[UserCreation]) -> ResetCode:
        """Create a user, who chooses a password with the one-time code."""
        by = administrator(request)
        return await run(
            invite_user,
            journal,
            name=data.name,
            role=data.role,
            opd=data.opd,
            full_name=data.full_name,
            kecamatan=data.kecamatan,
            by=by,
            term=code_term,
        )

    @post("/v1/users/change", status_code=200, tags=["people"], guards=guarded_by(access.administrator_of))
    async def change(request: AnyRequest, data: JSONBody[UserChange]) -> UsersReply:
        """Change role, office, kecamatan, name or lock of a user. A lock ends the sessions at once."""
        body = UserChanged(
            role=data.role,
            opd=data.opd,
            full_name=data.full_name,
            kecamatan=data.kecamatan,
            active=data.active,
            by=administrator(request),
            reason=data.reason,
        )
        await run(change_user, journal, data.name, body)
        return await run(list_users, journal)

    @post("/v1/users/reset-code", status_code=200, tags=["people"], guards=guarded_by(access.administrator_of))
    async def reset_code(request: AnyRequest, data: JSONBody[ResetCodeRequest]) -> ResetCode:
        """Issue a one-time code with which a user chooses another password."""
        by = administrator(request)
        return await run(issue_reset_code, journal, data.name, by=by, reason=data.reason, term=code_term)

    @post("/v1/sessions/end", status_code=200, tags=["people"], guards=guarded_by(access.administrator_of))
    async def end(request: AnyRequest, data: JSONBody[SessionsEnd]) -> UsersReply:
        """End all sessions of a user, or one."""
        by = administrator(request)
        await run(end_sessions, journal, data.name, by=by, reason=data.reason, session=data.session)
        return await run(list_users, journal)

    @post("/v1/devices/approve", status_code=200, tags=["people"], guards=guarded_by(access.administrator_of))
    async def approve(request: AnyRequest, data: JSONBody[DeviceApproval]) -> UsersReply:
        """Approve a waiting device."""
        by = administrator(request)
        await run(approve_device, journal, data.device, by=by)
        return await run(list_users, journal)

    @post("/v1/devices/revoke", status_code=200, tags=["people"], guards=guarded_by(access.administrator_of))
    async def revoke(request: AnyRequest, data: JSONBody[DeviceRevocation]) -> UsersReply:
        """Revoke a device; a stolen one is ordered to erase its data."""
        by = administrator(request)
        await run(revoke_device, journal, data.device, data.reason, stolen=data.stolen, by=by)
        return await run(list_users, journal)

    return [users, create, change, reset_code, end, approve, revoke]


def _own_routes(sessions: SessionService, access: AccessControl) -> list[HTTPRouteHandler]:
    @post("/v1/password", status_code=200, tags=["session"], guards=guarded_by(access.caller_of))
    async def change_password(request: AnyRequest, data: JSONBody[PasswordChange]) -> Session:
        """Replace the own password. All sessions of the user end; the reply is another one for the caller."""
        caller = access.caller_of(request)
        with _refusals():
            return await sessions.run(sessions.change_password, caller, data, address_of(request))

    @post("/v1/password/reset", status_code=204, tags=["session"])
    async def reset_password(request: AnyRequest, data: JSONBody[PasswordReset]) -> None:
        """Choose a password with a one-time code of an administrator. It needs no session."""
        with _refusals():
            await sessions.run(sessions.reset_password, data, address_of(request))

    @post("/v1/session/end", status_code=204, tags=["session"])
    async def log_out(request: AnyRequest) -> None:
        """End the session of the access token."""
        caller = access.sender_of(request)
        await sessions.run(sessions.log_out, caller.session)
        access.log_out(caller.session)

    return [change_password, reset_password, log_out]


@contextmanager
def _refusals() -> Iterator[None]:
    """Answer the expected errors of administration by refusals with stable codes.

    Raises:
        Refusal: in place of such an error.
    """
    try:
        yield
    except _UNCHANGED:
        raise
    except NoSuchRecord as error:
        raise Refusal(404, "not_found", str(error)) from error
    except NameTaken as error:
        raise Refusal(409, "name_taken", str(error)) from error
    except LastAdministrator as error:
        raise Refusal(409, "last_administrator", str(error)) from error
    except WeakPassword as error:
        raise Refusal(422, "weak_password", str(error)) from error
    except DraftRefused as error:
        raise Refusal(422, "not_possible", f"the rules of the journal refuse this: {error.reason}") from error
    except ServerError as error:
        raise Refusal(422, "not_possible", str(error)) from error
