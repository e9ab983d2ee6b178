"""Routes of sessions and devices."""

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.server.people.access import AccessControl, AnyRequest, guarded_by
from tabuah.server.people.sessions import SessionService
from tabuah.storage.journal.people_protocol import LogInChallenge
from tabuah.storage.journal.protocol import (
    Enrolment,
    EnrolmentChallenge,
    EnrolRequest,
    RefreshRequest,
    Session,
    SessionRequest,
)
from tabuah.storage.journal.wipe_order import SignedWipeOrder, WipeOrderRequest


def session_routes(sessions: SessionService, access: AccessControl) -> list[HTTPRouteHandler]:
    """Build the routes `/v1/session`, `/v1/session/refresh`, `/v1/devices` and `/v1/devices/challenge`."""

    @post("/v1/session", status_code=200, tags=["session"])
    async def log_in(request: AnyRequest, data: JSONBody[SessionRequest]) -> Session:
        """Log in. The response contains a grant when the device proves its key and is enrolled and approved."""
        address = request.client.host if request.client else ""
        return await sessions.run(sessions.log_in, data, address)

    @post("/v1/session/challenge", status_code=200, sync_to_thread=False, tags=["session"])
    def log_in_challenge(data: JSONBody[LogInChallenge]) -> EnrolmentChallenge:
        """Get a nonce, which the proof of a log-in signs. It needs no session."""
        return sessions.log_in_challenge(data)

    @post("/v1/session/refresh", status_code=200, tags=["session"])
    async def refresh(data: JSONBody[RefreshRequest]) -> Session:
        """Exchange the refresh token for new tokens; the old one becomes invalid."""
        return await sessions.run(sessions.refresh, data)

    @post("/v1/devices/challenge", status_code=200, sync_to_thread=False, tags=["session"])
    def challenge(request: AnyRequest) -> EnrolmentChallenge:
        """Get a nonce, which the proof of an enrolment signs."""
        return sessions.challenge(access.sender_of(request).user)

    @post("/v1/devices", status_code=200, tags=["session"], guards=guarded_by(access.sender_of))
    async def enrol_device(request: AnyRequest, data: JSONBody[EnrolRequest]) -> Enrolment:
        """Enrol a device by its public key, or get the enrolment of a known device."""
        return await sessions.run(sessions.enrol, access.sender_of(request), data)

    @post("/v1/devices/wipe-order", status_code=200, tags=["session"])
    async def wipe_order(data: JSONBody[WipeOrderRequest]) -> SignedWipeOrder:
        """Get the signed order to wipe a stolen device. It needs no session, only the signature of the device."""
        return await sessions.run(sessions.wipe_order, data)

    return [log_in, log_in_challenge, refresh, challenge, enrol_device, wipe_order]
