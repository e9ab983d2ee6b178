"""Grants: the signed right of a user to write from a device for a week, renewed at log-in after half its term."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.entry_bodies import UserGranted
from tabuah.operations.people.records import Grant, User
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.identifiers import new_uuid

GRANT_TERM: Final = timedelta(days=7)


def grant_for(journal: ServerJournal, user: User, device_id: str, now: datetime) -> Grant | None:
    """Return the grant of a user on a device, renewed if necessary; None while the device may not write."""
    device = journal.authority.devices.get(device_id)
    if device is None or not device.approved or device.revoked or device.is_server:
        return None
    grant = _lasting_grant(journal.authority, user, device_id, now)
    return grant or _write_grant(journal, user, device_id, now)


def _lasting_grant(authority: Authority, user: User, device_id: str, now: datetime) -> Grant | None:
    """Return the user's longest matching grant on the device, if more than half its term is left."""
    known = authority.users.get(user.name, user)
    fitting = (
        grant
        for grant in known.grants.values()
        if grant.device == device_id and grant.role is user.role and grant.opd == user.opd
    )
    longest = max(fitting, key=lambda grant: grant.expires_at, default=None)
    return longest if longest is not None and longest.expires_at - now > GRANT_TERM / 2 else None


def _write_grant(journal: ServerJournal, user: User, device_id: str, now: datetime) -> Grant | None:
    body = UserGranted(
        grant=new_uuid(now),
        device=device_id,
        role=user.role,
        opd=user.opd,
        starts_at=now,
        expires_at=now + GRANT_TERM,
    )
    journal.append_drafts([Draft(subject=subject_of("user", user.name), kind="user.granted", body=encode_body(body))])
    return journal.authority.grants.get(body.grant)
