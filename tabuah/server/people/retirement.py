"""Retirement of a device by its user: only once the server has all of its entries."""

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import DeviceRetired
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access import AccessControl, AnyRequest, Caller, guarded_by
from tabuah.server.people.sessions import SessionService
from tabuah.storage.journal.identifiers import device_id_of
from tabuah.storage.journal.retirement import (
    RetirementRequest,
    SignedRetirement,
    retirement_text,
    sign_retirement,
)
from tabuah.storage.journal.signatures import verify_signature


def retirement_routes(
    journal: ServerJournal, sessions: SessionService, access: AccessControl
) -> list[HTTPRouteHandler]:
    """Build the route `/v1/devices/retire`."""

    @post("/v1/devices/retire", status_code=200, tags=["session"], guards=guarded_by(access.sender_of))
    async def retire_device(request: AnyRequest, data: JSONBody[RetirementRequest]) -> SignedRetirement:
        """Retire the device of the session, which has sent everything; the reply is the signed receipt."""
        caller = access.sender_of(request)
        return await sessions.run(retire, journal, caller, data)

    return [retire_device]


def retire(journal: ServerJournal, caller: Caller, request: RetirementRequest) -> SignedRetirement:
    """Record that a device is retired. A repeated request gets a receipt again: its answer may have been lost.

    Raises:
        BadSignature: the device has not signed the request.
        Refusal: the session belongs to another device, or the server lacks some of its entries.
    """
    public_key = bytes.fromhex(request.public_key)
    text = retirement_text(journal.server_id, entries=request.entries, head=request.head)
    verify_signature(public_key, text, bytes.fromhex(request.proof))
    device = journal.authority.devices.get(device_id_of(public_key))
    if device is None or device.id != caller.device or device.is_server:
        raise Refusal(401, "session_of_another_device", "this session belongs to another device: log in again")
    device_id = device.id

    def check_is_complete(batch: AdmissionBatch) -> None:
        known = batch.chain_head(device_id)
        if known.n != request.entries or (known.n and known.hash != request.head):
            raise Refusal(409, "work_is_missing", "the server lacks work of this device: synchronise first")

    if device.is_retired:
        journal.submit(check_is_complete).result()
    else:
        body = DeviceRetired(by=caller.user.name, reason=request.reason, entries=request.entries)
        draft = Draft(subject=subject_of("device", device_id), kind="device.retired", body=encode_body(body))
        journal.append_drafts([draft], actor=caller.user.name, together_with=check_is_complete)
        journal.security_log.record("device_retired", user=caller.user.name, device=device_id)
    return sign_retirement(
        journal.key,
        server=journal.server_id,
        device=device_id,
        entries=request.entries,
        at=journal.clock(),
        keys=journal.certificates(),
    )
