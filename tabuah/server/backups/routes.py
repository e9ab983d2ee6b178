"""Routes of the backups: their state, and jobs that an administrator asks for. Nothing is restored from here."""

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.server.backups.backup_scheduler import BackupScheduler, JobNotStarted
from tabuah.server.errors import Refusal
from tabuah.server.people.access import AccessControl, AnyRequest, check_administrator, guarded_by
from tabuah.server.people.sessions import SessionService
from tabuah.storage.journal.backups_protocol import BackupRequest, BackupsReply


def backup_routes(
    backups: BackupScheduler, sessions: SessionService, access: AccessControl
) -> list[HTTPRouteHandler]:
    """Build the routes of `/v1/backups`."""

    @get("/v1/backups", tags=["people"])
    async def state(request: AnyRequest) -> BackupsReply:
        """The newest backups and the schedule, for administrators."""
        check_administrator(access.caller_of(request))
        return await sessions.run(backups.reply)

    @post("/v1/backups", status_code=202, tags=["people"], guards=guarded_by(access.administrator_of))
    async def ask(request: AnyRequest, data: JSONBody[BackupRequest]) -> BackupsReply:
        """Ask for a backup now, or for the verification of the newest one."""
        caller = access.caller_of(request)
        check_administrator(caller)
        return await sessions.run(_ask, backups, data, caller.user.name)

    return [state, ask]


def _ask(backups: BackupScheduler, request: BackupRequest, by: str) -> BackupsReply:
    if not backups.is_scheduled:
        raise Refusal(409, "no_backup_folder", "server.toml names no folder for backups")
    try:
        backups.request(request.act, by=by)
    except JobNotStarted as error:
        raise Refusal(409, error.code, str(error)) from error
    return backups.reply()
