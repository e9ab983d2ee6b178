"""The history of a user and of the user's devices, from the entries of the journal."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tabuah.operations.bounds import clamp
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.people import entry_bodies as bodies
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _, format_moment
from tabuah.text.people.permissions import role_label


class PeopleEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One entry about a user or a device, in words."""

    id: str
    at: datetime
    by: str
    text: str
    reason: str = ""


def people_events(entries: Iterable[tuple[Entry, Verdict | None]]) -> tuple[PeopleEvent, ...]:
    """Return the accepted entries in words, the newest first."""
    found = [_event(entry) for entry, verdict in entries if verdict is Verdict.ACCEPTED]
    return tuple(sorted(found, key=lambda event: event.at, reverse=True))


def _event(entry: Entry) -> PeopleEvent:
    try:
        body = clamp(decode_body(entry))
    except MalformedBody:
        return PeopleEvent(id=entry.id, at=entry.at, by=entry.actor, text=entry.kind)
    by, reason = getattr(body, "by", "") or entry.actor, getattr(body, "reason", "")
    return PeopleEvent(id=entry.id, at=entry.at, by=by, text=_describe(body) or entry.kind, reason=reason)


def _describe(body: msgspec.Struct) -> str:
    """Return the effect of an entry; empty for a kind that is not known here."""
    match body:
        case bodies.UserCreated():
            return _("User created: {role}").format(role=role_label(body.role))
        case bodies.UserChanged():
            return "; ".join(_changes(body)) or _("User changed")
        case bodies.UserGranted():
            return _("Logged in; permission until {moment}").format(moment=format_moment(body.expires_at))
        case bodies.UserPasswordChanged():
            return _describe_password_change(body.cause)
        case bodies.UserResetCodeIssued():
            return _("One-time code issued, valid until {moment}").format(moment=format_moment(body.expires_at))
        case bodies.UserSecondFactorChanged():
            return _("Second factor set up") if body.active else _("Second factor removed")
        case bodies.UserDeputised():
            text = _("Deputy as {role} from {start} to {end}")
            start, end = format_moment(body.starts_at), format_moment(body.ends_at)
            return text.format(role=role_label(body.role), start=start, end=end)
        case bodies.UserDeputyshipEnded():
            return _("Deputyship ended")
        case bodies.UserSessionsEnded():
            return _("Session ended") if body.session else _("All sessions ended")
        case _:
            return _describe_device(body)


def _describe_device(body: msgspec.Struct) -> str:
    match body:
        case bodies.DeviceEnrolled():
            return _("Device {name} enrolled").format(name=body.name or body.tag)
        case bodies.DeviceApproved():
            return _("Device approved")
        case bodies.DeviceRetired():
            return _("Device handed over: everything was sent, and its data are erased")
        case bodies.DeviceRevoked():
            return _("Device reported stolen") if body.stolen else _("Device revoked")
        case _:
            return ""


def _changes(body: bodies.UserChanged) -> list[str]:
    found: list[str] = []
    if isinstance(body.active, bool):
        found.append(_("User unlocked") if body.active else _("User locked"))
    if isinstance(body.role, Role):
        found.append(_("Role: {role}").format(role=role_label(body.role)))
    if isinstance(body.opd, str):
        found.append(_("Office: {opd}").format(opd=body.opd or "–"))
    if isinstance(body.full_name, str):
        found.append(_("Name: {name}").format(name=body.full_name or "–"))
    if isinstance(body.kecamatan, str):
        found.append(_("Kecamatan: {code}").format(code=body.kecamatan or "–"))
    return found


def _describe_password_change(cause: bodies.PasswordChangeCause) -> str:
    texts = {
        bodies.PasswordChangeCause.OWN: _("Password changed"),
        bodies.PasswordChangeCause.RESET_CODE: _("Password chosen with a one-time code"),
        bodies.PasswordChangeCause.ADMINISTRATOR: _("Password set on the server"),
    }
    return texts[cause]
