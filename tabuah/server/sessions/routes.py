"""The routes of sessions and devices."""

from typing import Any

from litestar import Request, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.server.sessions.gate import Gate
from tabuah.server.sessions.service import SessionService
from tabuah.storage.journal.protocol import Enrolment, EnrolRequest, RefreshRequest, Session, SessionRequest

AnyRequest = Request[Any, Any, Any]


def session_routes(sessions: SessionService, gate: Gate) -> list[HTTPRouteHandler]:
    """`/v1/session`, `/v1/session/refresh` and `/v1/devices`."""

    @post("/v1/session", status_code=200, tags=["session"])
    async def log_in(request: AnyRequest, data: JSONBody[SessionRequest]) -> Session:
        """Log in. The reply brings a grant when the named device is enrolled and approved."""
        address = request.client.host if request.client else ""
        return await sessions.run(sessions.log_in, data, address)

    @post("/v1/session/refresh", status_code=200, tags=["session"])
    async def refresh(data: JSONBody[RefreshRequest]) -> Session:
        """Exchange the refresh token for new tokens; it is used up by it."""
        return await sessions.run(sessions.refresh, data)

    @post("/v1/devices", status_code=200, tags=["session"])
    async def enrol_device(request: AnyRequest, data: JSONBody[EnrolRequest]) -> Enrolment:
        """Enrol a device by its public key, or ask how an enrolled one stands."""
        user = gate.user_of(request)
        return await sessions.run(sessions.enrol, user, data)

    return [log_in, refresh, enrol_device]
