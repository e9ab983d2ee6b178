"""Texts about the backups of the server, for administrators."""

from datetime import datetime

from tabuah.resources.localisation import _, format_age, format_moment, format_number

_MEGABYTE = 1_000_000


def backup_title(copied_at: datetime | None) -> str:
    return format_moment(copied_at) if copied_at is not None else _("Backup without a time")


def describe_contents(*, entries: int, attachments: int, size_bytes: int, sealed: bool) -> str:
    """Return the contents of a backup."""
    size = _("{n} MB").format(n=format_number(-(-size_bytes // _MEGABYTE)))
    text = _("{entries} entries, {attachments} attachments, {size}")
    contents = text.format(entries=format_number(entries), attachments=format_number(attachments), size=size)
    return f"{contents} · {_('sealed')}" if sealed else contents


def verification_text(verified_at: datetime | None, *, problem: str) -> str:
    """Return whether a backup was verified."""
    if problem:
        return _("not usable")
    if verified_at is None:
        return _("not verified")
    return _("verified {moment}").format(moment=format_moment(verified_at))


def describe_newest(copied_at: datetime | None, now: datetime) -> str:
    """Return the time and the age of the newest backup."""
    if copied_at is None:
        return _("There is none yet.")
    return f"{format_moment(copied_at)} · {_('{age} old').format(age=format_age(now - copied_at))}"


def describe_next(next_at: datetime | None, every_h: int) -> str:
    """Return when the next backup is made."""
    if next_at is None:
        return "–"
    text = _("{moment}, then every {n} h")
    return text.format(moment=format_moment(next_at), n=format_number(every_h))


def describe_failure(failed_at: datetime | None, reason: str) -> str:
    """Return the last failure since the server started."""
    if not reason:
        return _("none since the server started")
    return f"{format_moment(failed_at)} · {reason}" if failed_at is not None else reason


def making_text() -> str:
    return _("A backup is being made …")


def verifying_text() -> str:
    return _("The newest backup is being verified …")


def no_folder_text() -> str:
    return _("No backups are configured: name a folder in server.toml, table [backup], and start the server again.")


def restore_text() -> str:
    return _("A backup is restored by command only, on the server: tabuah server restore.")
