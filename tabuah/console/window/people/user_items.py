"""Rows and pages of the administration window, made from user records."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from tabuah.console.window.people.user_fields import kecamatan_text
from tabuah.resources.localisation import _, format_recent_moment
from tabuah.storage.journal.people_protocol import DeviceSummary, SessionSummary, UserSummary
from tabuah.text.people import users as texts
from tabuah.text.people.permissions import role_label
from tabuah.text.people.user_history import PeopleEvent
from tabuah.widgets.people.values import PeopleAct, PeopleLine, Reasons, UserView
from tabuah.widgets.values import FactItem, Level

HISTORY_SHOWN: Final = 200


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks at the users: own name and device.

    `refusal` says why nothing can be changed, or is empty; `kecamatan` has the names by code.
    """

    name: str
    device: str
    now: datetime
    refusal: str = ""
    kecamatan: Mapping[str, str] = msgspec.field(default_factory=dict)


def user_lines(users: Iterable[UserSummary], viewer: Viewer) -> tuple[PeopleLine, ...]:
    """Return all users: first those with a device that waits for approval, then by name."""
    ordered = sorted(users, key=lambda user: not _waiting(user))
    return tuple(_user_line(user, viewer) for user in ordered)


def user_view(
    user: UserSummary, history: Sequence[PeopleEvent], viewer: Viewer, *, devices: Mapping[str, str]
) -> UserView:
    """Return one user; `devices` are the names of all devices by id."""
    return UserView(
        id=user.name,
        heading=texts.user_title(user.name, user.role),
        facts=_facts(user, viewer),
        devices=tuple(_device_line(device, viewer) for device in user.devices),
        sessions=tuple(_session_line(session, viewer, devices) for session in user.sessions),
        history=tuple(_history_line(event, viewer.now) for event in history[:HISTORY_SHOWN]),
        reasons=_user_reasons(user, viewer),
        is_locked=not user.active,
    )


def device_names(users: Iterable[UserSummary]) -> dict[str, str]:
    """Return the names of all devices by id."""
    return {device.device: texts.device_title(device.name, device.tag) for user in users for device in user.devices}


def _waiting(user: UserSummary) -> int:
    return sum(not device.approved and not device.revoked for device in user.devices)


def _user_line(user: UserSummary, viewer: Viewer) -> PeopleLine:
    waiting = _waiting(user)
    level = Level.ATTENTION if waiting else Level.INFORMATION
    return PeopleLine(
        id=user.name,
        text=texts.user_title(user.name, user.role),
        about=texts.describe_user(
            full_name=user.full_name,
            opd=user.opd,
            kecamatan=viewer.kecamatan.get(user.kecamatan, user.kecamatan),
            waiting=waiting,
        ),
        at=texts.describe_last_seen(user.last_seen_at, viewer.now),
        author=texts.user_state(is_active=user.active),
        level=level if user.active else Level.NO_DATA,
    )


def _kecamatan(user: UserSummary, viewer: Viewer) -> str:
    return kecamatan_text(user.kecamatan, viewer.kecamatan)


def _facts(user: UserSummary, viewer: Viewer) -> tuple[FactItem, ...]:
    state = FactItem(
        label=_("State"),
        value=_("active") if user.active else texts.user_state(is_active=False),
        level=None if user.active else Level.HIGH,
    )
    return (
        FactItem(label=_("Name"), value=user.full_name or "–"),
        FactItem(label=_("Role"), value=role_label(user.role)),
        FactItem(label=_("Office"), value=user.opd or texts.no_office()),
        FactItem(label=_("Only kecamatan"), value=_kecamatan(user, viewer) or _("no limit")),
        state,
        FactItem(label=_("Last seen"), value=texts.describe_last_seen(user.last_seen_at, viewer.now)),
        FactItem(label=_("Second factor"), value=_("set up") if user.second_factor else _("none")),
        FactItem(label=_("One-time code"), value=texts.describe_reset_code(user.reset_code_until)),
    )


def _user_reasons(user: UserSummary, viewer: Viewer) -> Reasons:
    acts = (
        PeopleAct.EDIT,
        PeopleAct.LOCK,
        PeopleAct.UNLOCK,
        PeopleAct.RESET_CODE,
        PeopleAct.RESET_FACTOR,
        PeopleAct.END_ALL_SESSIONS,
    )
    if viewer.refusal:
        return dict.fromkeys(acts, viewer.refusal)
    own = (PeopleAct.LOCK, PeopleAct.RESET_FACTOR)
    reasons = dict.fromkeys(own, texts.own_account_reason()) if user.name == viewer.name else {}
    if not user.second_factor:
        reasons[PeopleAct.RESET_FACTOR] = _("The user has set up no second factor.")
    if not user.sessions:
        reasons[PeopleAct.END_ALL_SESSIONS] = _("There is no open session.")
    return reasons


def _device_line(device: DeviceSummary, viewer: Viewer) -> PeopleLine:
    level = Level.NO_DATA if device.revoked else Level.NORMAL if device.approved else Level.ATTENTION
    return PeopleLine(
        id=device.device,
        text=texts.device_title(device.name, device.tag),
        about=texts.device_state(
            approved=device.approved, revoked=device.revoked, stolen=device.stolen, retired=device.retired
        ),
        at=texts.this_device() if device.device == viewer.device else "",
        level=level,
        reasons=_device_reasons(device, viewer),
    )


def _device_reasons(device: DeviceSummary, viewer: Viewer) -> Reasons:
    acts = (PeopleAct.APPROVE, PeopleAct.REVOKE, PeopleAct.STOLEN)
    if viewer.refusal:
        return dict.fromkeys(acts, viewer.refusal)
    if device.device == viewer.device:
        return dict.fromkeys(acts, texts.own_device_reason())
    reasons: dict[PeopleAct, str] = {}
    if device.approved or device.revoked:
        reasons[PeopleAct.APPROVE] = _("It does not wait for approval.")
    if device.revoked:
        is_retired = device.retired and not device.stolen
        text = _("It is handed over or retired already.") if is_retired else _("It is revoked already.")
        reasons[PeopleAct.REVOKE] = text
    if device.stolen:
        reasons[PeopleAct.STOLEN] = _("It is reported stolen already.")
    return reasons


def _session_line(session: SessionSummary, viewer: Viewer, devices: Mapping[str, str]) -> PeopleLine:
    title, about = texts.describe_session(
        device=devices.get(session.device, session.device[:8]),
        opened_at=session.opened_at,
        expires_at=session.expires_at,
    )
    return PeopleLine(
        id=session.session,
        text=title,
        about=about,
        at=format_recent_moment(session.renewed_at, viewer.now, zone=False),
        author=texts.this_device() if session.device and session.device == viewer.device else "",
        level=Level.INFORMATION,
        reasons={PeopleAct.END_SESSION: viewer.refusal} if viewer.refusal else {},
    )


def _history_line(event: PeopleEvent, now: datetime) -> PeopleLine:
    return PeopleLine(
        id=event.id,
        text=event.text,
        about=event.reason,
        at=format_recent_moment(event.at, now, zone=False),
        author=event.by,
        level=Level.INFORMATION,
    )
