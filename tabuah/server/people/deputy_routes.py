"""Routes that name deputies and end deputyships, for supervisors and administrators in their own role."""

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.operations.people.authority import User
from tabuah.operations.people.entry_bodies import UserDeputised
from tabuah.operations.people.roles import Role
from tabuah.server.errors import DraftRefused, NoSuchRecord, Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access import AccessControl, AnyConnection, AnyRequest, check_role, guarded_by
from tabuah.server.people.sessions import SessionService
from tabuah.server.people.user_changes import end_deputyships, name_deputy
from tabuah.server.people.user_list import deputies_of
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.people_protocol import DeputiesReply, DeputyEnd, DeputyNaming

_NAMING_ROLES = (Role.SUPERVISOR, Role.ADMIN)


def deputy_routes(journal: ServerJournal, sessions: SessionService, access: AccessControl) -> list[HTTPRouteHandler]:
    """Build the routes of `/v1/deputies`."""

    def namer(request: AnyConnection) -> str:
        """Return the caller, whose own role must allow it: a deputy names no deputy."""
        caller = access.caller_of(request)
        check_role(journal.authority.users[caller.user.name], _NAMING_ROLES)
        if not caller.is_on_approved_device:
            raise Refusal(403, "device_not_approved", "deputies are named from an approved device only")
        return caller.user.name

    @post("/v1/deputies", status_code=200, tags=["people"], guards=guarded_by(namer))
    async def name(request: AnyRequest, data: JSONBody[DeputyNaming]) -> DeputiesReply:
        """Let a user act in another role for a stated time."""
        return await sessions.run(_name, journal, data, namer(request))

    @post("/v1/deputies/end", status_code=200, tags=["people"], guards=guarded_by(namer))
    async def end(request: AnyRequest, data: JSONBody[DeputyEnd]) -> DeputiesReply:
        """End the deputyships of a user, or one of them, at once."""
        return await sessions.run(_end, journal, data, namer(request))

    return [name, end]


def _name(journal: ServerJournal, naming: DeputyNaming, by: str) -> DeputiesReply:
    now = journal.clock()
    body = UserDeputised(
        deputyship=new_uuid(now),
        role=naming.role,
        starts_at=max(naming.starts_at or now, now),
        ends_at=naming.ends_at,
        by=by,
        reason=naming.reason,
    )
    try:
        return _reply(journal, name_deputy(journal, naming.name, body))
    except NoSuchRecord as error:
        raise Refusal(404, "not_found", str(error)) from error
    except DraftRefused as error:
        if error.reason == "deputyship_too_long":
            detail = "after three days in a row only an administrator names this deputy again"
            raise Refusal(409, error.reason, detail) from error
        detail = (
            "a worker is a deputy operator or supervisor, in another role than the own one, for three days at most"
        )
        raise Refusal(422, "not_possible", detail) from error


def _end(journal: ServerJournal, end: DeputyEnd, by: str) -> DeputiesReply:
    try:
        return _reply(
            journal, end_deputyships(journal, end.name, by=by, reason=end.reason, deputyship=end.deputyship)
        )
    except NoSuchRecord as error:
        raise Refusal(404, "not_found", str(error)) from error


def _reply(journal: ServerJournal, user: User) -> DeputiesReply:
    return DeputiesReply(name=user.name, deputyships=deputies_of(user, journal.clock()))
