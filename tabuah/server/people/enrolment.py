"""Enrolment: a device proves its key and is approved; with the signed grant that it gets."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import UNSET

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.authority import Authority, Deputyship, Grant, User
from tabuah.operations.people.entry_bodies import DeviceEnrolled, UserGranted
from tabuah.operations.people.weak_keys import is_weak_key
from tabuah.server.bundles.quarantine import admit_quarantined
from tabuah.server.errors import DraftRefused, Refusal, ServerReadOnly
from tabuah.server.journal import ServerJournal
from tabuah.server.people.challenges import Challenges
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.identifiers import device_id_of, device_tag_of, new_uuid
from tabuah.storage.journal.protocol import Enrolment, EnrolRequest, enrolment_proof_text
from tabuah.storage.journal.sealed_box import recipient_of
from tabuah.storage.journal.signatures import verify_signature

GRANT_TERM: Final = timedelta(days=7)


def grant_for(journal: ServerJournal, user: User, device_id: str, now: datetime) -> Grant | None:
    """Return the grant of a user on a device, renewed if necessary; None while the device may not write.

    A read-only server renews nothing, and returns the grant that it has.
    """
    device = journal.authority.devices.get(device_id)
    if device is None or not device.approved or device.revoked or device.is_server:
        return None
    user = journal.authority.users.get(user.name, user)  # in the own role, whatever the user acts as
    own = _grant_in(journal, user, device_id, now, None)
    deputyship = user.deputyship_at(now)
    return own if deputyship is None else _grant_in(journal, user, device_id, now, deputyship) or own


def _grant_in(
    journal: ServerJournal, user: User, device_id: str, now: datetime, deputyship: Deputyship | None
) -> Grant | None:
    """Return the grant of a user in the own role or as a deputy, renewed if necessary."""
    grant = _longest_grant(journal.authority, user, device_id, deputyship)
    if grant is not None and (deputyship is not None or grant.expires_at - now > GRANT_TERM / 2):
        return grant
    try:
        return _write_grant(journal, user, device_id, now, deputyship)
    except ServerReadOnly:
        return grant if grant is not None and grant.expires_at > now else None


def _longest_grant(authority: Authority, user: User, device_id: str, deputyship: Deputyship | None) -> Grant | None:
    """Return the matching grant of a user on a device that expires last."""
    known = authority.users.get(user.name, user)
    role, deputy = (user.role, UNSET) if deputyship is None else (deputyship.role, deputyship.id)
    fitting = (
        grant
        for grant in known.grants.values()
        if grant.device == device_id
        and grant.role is role
        and grant.office == user.office
        and grant.deputyship == deputy
    )
    return max(fitting, key=lambda grant: grant.expires_at, default=None)


def _write_grant(
    journal: ServerJournal, user: User, device_id: str, now: datetime, deputyship: Deputyship | None
) -> Grant | None:
    """Write a grant. The first one of the owner covers the work since the enrolment, where it waited for approval."""
    device = journal.authority.devices[device_id]
    is_first = device.owner == user.name and not any(
        grant.device == device_id for grant in journal.authority.users[user.name].grants.values()
    )
    starts_at = journal.records_of(subject_of("device", device_id), limit=1)[0].received_at if is_first else now
    body = UserGranted(
        grant=new_uuid(now),
        device=device_id,
        role=user.role if deputyship is None else deputyship.role,
        opd=user.opd,
        starts_at=starts_at if deputyship is None else deputyship.starts_at,
        expires_at=now + GRANT_TERM if deputyship is None else deputyship.ends_at,
        kecamatan=user.office.kecamatan or UNSET,
        deputyship=UNSET if deputyship is None else deputyship.id,
    )
    journal.append_drafts([Draft(subject=subject_of("user", user.name), kind="user.granted", body=encode_body(body))])
    return journal.authority.grants.get(body.grant)


# A stolen password must not fill the journal with unwanted devices.
MAX_WAITING_DEVICES: Final = 10


class EnrolmentPolicy(StrEnum):
    """Whether a new device is approved at once."""

    OPEN = "open"
    APPROVE = "approve"


def enrol(
    journal: ServerJournal, policy: EnrolmentPolicy, challenges: Challenges, user: User, request: EnrolRequest
) -> Enrolment:
    """Enrol a device for a user, or return the enrolment of a known device.

    Raises:
        BadSignature: the proof does not match the key, the user, the chain or the nonce.
        Refusal: it cannot be enrolled, or the nonce was used before.
    """
    _check_form(request)
    challenges.check(request.nonce, user.name, journal.clock())
    public_key = bytes.fromhex(request.public_key)
    verify_proof(public_key, request, user=user.name, server=journal.server_id)
    challenges.use(request.nonce, journal.clock(), by=user.name)
    device_id = device_id_of(public_key)
    if device_id not in journal.authority.devices:
        _check_limits(journal.authority, user, device_tag_of(public_key))
        _write_device(journal, policy, user, request)
        admit_quarantined(journal)  # a bundle may have brought its work before the enrolment
    device = journal.authority.devices[device_id]
    if device.revoked:
        raise Refusal(403, "device_revoked", "this device is revoked: ask an administrator")
    grant = grant_for(journal, user, device_id, journal.clock())
    return Enrolment(
        device=device_id,
        tag=device.tag,
        approved=device.approved,
        grant=grant,
        written_before=device.written_before,
    )


def _check_form(request: EnrolRequest) -> None:
    if not request.nonce:
        raise Refusal(426, "outdated", "this server enrols devices by a challenge: update Tabuah")
    if bool(request.written_before) != bool(request.written_head):
        raise Refusal(400, "malformed_request", "written_before and written_head belong together")
    if is_weak_key(bytes.fromhex(request.public_key)):
        raise Refusal(422, "weak_key", "anyone can sign with this key: make a new one")


def verify_proof(public_key: bytes, request: EnrolRequest, *, user: str, server: str) -> None:
    """Check that the device holds the key, and signed the end of its chain for this server and this nonce.

    Raises:
        BadSignature: it did not.
    """
    try:
        text = enrolment_proof_text(request, user=user, server=server)
        verify_signature(public_key, text, bytes.fromhex(request.proof))
    except BadSignature as error:
        raise BadSignature("the proof does not fit the key, the user, the chain and the nonce") from error
    if request.sealing_key:
        recipient_of(device_id_of(public_key), request.public_key, request.sealing_key)


def _check_limits(authority: Authority, user: User, tag: str) -> None:
    if any(device.tag == tag for device in authority.devices.values()):
        detail = "another device has the same four letters: make a new key and enrol again"
        raise Refusal(409, "tag_taken", detail)
    waiting = sum(device.owner == user.name and not device.approved for device in authority.devices.values())
    if waiting >= MAX_WAITING_DEVICES:
        raise Refusal(409, "too_many_devices", "too many of your devices wait for approval: ask an administrator")


def _write_device(journal: ServerJournal, policy: EnrolmentPolicy, user: User, request: EnrolRequest) -> None:
    public_key = bytes.fromhex(request.public_key)
    body = DeviceEnrolled(
        public_key=request.public_key,
        tag=device_tag_of(public_key),
        name=request.name,
        owner=user.name,
        written_before=request.written_before,
        written_head=request.written_head,
        approved=policy is EnrolmentPolicy.OPEN,
        sealing_key=request.sealing_key,
    )
    subject = subject_of("device", device_id_of(public_key))
    draft = Draft(subject=subject, kind="device.enrolled", body=encode_body(body))
    try:
        journal.append_drafts([draft])
    except DraftRefused as refused:
        if refused.reason != "already_exists":  # another request of the same device was faster
            raise
