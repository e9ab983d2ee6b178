"""Texts about users, devices and sessions for administrators."""

from datetime import datetime

from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _, format_moment, format_recent_moment, ngettext
from tabuah.text.people.permissions import role_label


def user_title(name: str, role: Role) -> str:
    return f"{name} · {role_label(role)}"


def describe_user(*, full_name: str, opd: str, waiting: int, kecamatan: str = "") -> str:
    """Return the second line of a user: name, office, kecamatan, and devices that wait for approval."""
    count = ngettext("{n} device waits for approval", "{n} devices wait for approval", waiting).format(n=waiting)
    parts = (count if waiting else "", full_name, opd, kecamatan)
    return " · ".join(part for part in parts if part) or no_office()


def no_office() -> str:
    return _("no office")


def user_state(*, is_active: bool) -> str:
    return "" if is_active else _("locked")


def describe_last_seen(at: datetime | None, now: datetime) -> str:
    return _("never seen") if at is None else format_recent_moment(at, now, zone=False)


def describe_reset_code(until: datetime | None) -> str:
    """Return until when a one-time code can be used."""
    return _("valid until {moment}").format(moment=format_moment(until)) if until else _("none")


def device_title(name: str, tag: str) -> str:
    return f"{name} · {tag}" if name else tag


def device_state(*, approved: bool, revoked: bool, stolen: bool, retired: bool) -> str:
    if stolen:
        return _("stolen: erases its data when it connects")
    if retired:
        return _("handed over or retired: everything was sent, its data are erased")
    if revoked:
        return _("revoked: its work is held for a supervisor")
    return _("approved") if approved else _("waits for approval: its work stays on the device")


def describe_session(*, device: str, opened_at: datetime, expires_at: datetime) -> tuple[str, str]:
    """Return both lines of a session."""
    title = device or _("A program without a device")
    about = _("since {start}, until {end} at the latest")
    return title, about.format(start=format_moment(opened_at), end=format_moment(expires_at))


def describe_code_use(name: str, until: datetime) -> str:
    """Return how a one-time code is used."""
    text = _(
        "Give it to {name} in person or by telephone: it is shown only now. In the log-in form {name} chooses"
        " “I have a one-time code”. The code works once, until {moment}."
    )
    return text.format(name=name, moment=format_moment(until))


def code_title(name: str) -> str:
    return _("One-time code for {name}").format(name=name)


def administrators_only() -> str:
    return _("Only administrators manage users and devices.")


def offline_list_text(at: datetime | None) -> str:
    """Return why the list is read-only: the server does not answer."""
    when = format_moment(at) if at is not None else _("unknown")
    text = _("The server cannot be reached: read-only, from the journal as of {moment}. Sessions are not shown.")
    return text.format(moment=when)


def needs_server_reason() -> str:
    return _("Only with the server: it cannot be reached now.")


def loading_text() -> str:
    return _("Asking the server …")


def server_list_text(at: datetime) -> str:
    return _("From the server, {moment}.").format(moment=format_moment(at))


def own_account_reason() -> str:
    return _("This is your own user: another administrator must do it.")


def act_done_text(name: str) -> str:
    return _("Recorded for {name}.").format(name=name)


def this_device() -> str:
    return _("this device")


def own_device_reason() -> str:
    return _("You work on this device: do it on another one.")
