"""Routes of the regency's profile and its map, for people who are logged in."""

import asyncio

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _
from tabuah.resources.regency import kept_map_file, shipped_regency
from tabuah.resources.regency_profile import RegencyProfile
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access import PEOPLE, AccessControl, AnyRequest
from tabuah.server.regency.journal_profile import journal_profile

_READERS = PEOPLE | {Role.GATEWAY}
_DOWNLOAD_ONLY = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}


def profile_routes(journal: ServerJournal, access: AccessControl) -> list[HTTPRouteHandler]:
    """Build the routes `/v1/profile` and `/v1/profile/map`."""

    @get("/v1/profile", tags=["session"])
    async def profile(request: AnyRequest) -> RegencyProfile:
        """The profile of the regency: name, codes, time zone, letterhead and lists."""
        access.user_with(request, _READERS)
        return await asyncio.to_thread(journal_profile, journal) or shipped_regency()

    @get("/v1/profile/map", tags=["session"], media_type="application/octet-stream")
    async def profile_map(request: AnyRequest) -> Response[bytes]:
        """The map file that the profile names; 404 where the regency uses the shipped map."""
        access.user_with(request, _READERS)
        content = await asyncio.to_thread(_read_map, journal)
        return Response(content, media_type="application/octet-stream", headers=_DOWNLOAD_ONLY)

    return [profile, profile_map]


def _read_map(journal: ServerJournal) -> bytes:
    present = journal_profile(journal)
    if present is not None and present.map:
        try:
            return kept_map_file(journal.directory.path, present).read_bytes()
        except OSError as error:
            raise Refusal(404, "no_map", _("The map of the regency is missing at the server.")) from error
    raise Refusal(404, "no_map", _("This regency uses the map that ships with Tabuah."))
