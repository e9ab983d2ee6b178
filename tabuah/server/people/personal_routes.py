"""Routes of personal data for administrators: where a person's data occur, and their erasure (UU 27/2022)."""

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.server.database.personal_values import entries_with_personal_values
from tabuah.server.errors import NoSuchRecord, Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access import AccessControl, AnyRequest, check_administrator, guarded_by
from tabuah.server.people.personal_data import find_personal_data, order_erasure
from tabuah.server.people.personal_search import is_too_short, search_personal_data
from tabuah.server.people.sessions import SessionService
from tabuah.storage.journal.personal_data_protocol import (
    ErasureOrder,
    ErasureProof,
    PersonalDataReply,
    PersonalErasure,
    PersonalSearch,
)


def personal_routes(
    journal: ServerJournal, sessions: SessionService, access: AccessControl
) -> list[HTTPRouteHandler]:
    """Build the routes of `/v1/personal-data`. Names and numbers are in bodies only, because addresses are logged."""

    def administrator(request: AnyRequest) -> str:
        caller = access.caller_of(request)
        check_administrator(caller)
        return caller.user.name

    @post("/v1/personal-data/search", status_code=200, tags=["people"], guards=guarded_by(access.administrator_of))
    async def search(request: AnyRequest, data: JSONBody[PersonalSearch]) -> PersonalDataReply:
        """Find where a person's data occur; the reply has no personal data."""
        by = administrator(request)
        if is_too_short(data.text):
            raise Refusal(422, "search_too_short", "three letters or digits at least")
        journal.security_log.record("personal_searched", user=by)
        return await sessions.run(search_personal_data, journal, data.text)

    @post("/v1/personal-data/erase", status_code=200, tags=["people"], guards=guarded_by(access.administrator_of))
    async def erase(request: AnyRequest, data: JSONBody[PersonalErasure]) -> ErasureProof:
        """Erase the personal values of subjects, here and by the journal on every console, for good."""
        return await sessions.run(_erase, journal, data, administrator(request))

    return [search, erase]


def _erase(journal: ServerJournal, erasure: PersonalErasure, by: str) -> ErasureProof:
    try:
        subjects = [found.subject for found in find_personal_data(journal, erasure.subjects)]
    except NoSuchRecord as error:
        raise Refusal(404, "not_found", str(error)) from error
    entries, records = order_erasure(journal, subjects, reason=erasure.reason, by=by)
    left = journal.read(lambda connection: entries_with_personal_values(connection, subjects))
    orders = (ErasureOrder(seq=each.seq, hash=each.hash, received_at=each.received_at) for each in records)
    return ErasureProof(entries=len(entries), orders=tuple(orders), left=len(left))
