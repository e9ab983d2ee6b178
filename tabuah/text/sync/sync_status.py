"""Text about the connection and the work that is not synchronised."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.localisation import (
    _,
    format_age,
    format_moment,
    format_number,
    format_recent_moment,
    format_size,
    format_time,
    ngettext,
)
from tabuah.text.readings.measurements import time_or_date

_MIN_SHOWN_ENTRIES: Final = 5_000  # entries


def describe_sync_progress(stage: str, done: int, total: int) -> str:
    """Describe a running transfer and its progress; empty for short transfers.

    Args:
        stage: the stage of the sync: "snapshot", "pulling" …
        done: arrived bytes of a snapshot, the pulled seq, or entries handed back to the server.
        total: bytes of the snapshot, the head of the server, or all entries to hand back.
    """
    if total <= 0 or done >= total:
        return ""
    if stage == "snapshot":
        done_mb, total_mb = (format_number(n / 1e6, digits=1) for n in (done, total))
        return _("A snapshot of the data is being downloaded: {done} of {total} MB.").format(
            done=done_mb, total=total_mb
        )
    if stage == "handing_back":
        text = _("The server was put back to an older copy. Nothing here is lost; handing back {n} entries …")
        return text.format(n=format_number(total - done))
    if stage == "pulling" and total - done > _MIN_SHOWN_ENTRIES:
        missing = format_number(total - done)
        return _("{missing} entries are still to be fetched.").format(missing=missing)
    return ""


def describe_handback(entries: int, at: datetime) -> str:
    """Describe that this console gave entries back to a server that had lost them."""
    text = _(
        "{moment}: the server was put back to an older copy, and this console handed back {n} entries. Lost there: "
        "readings and passwords since the copy. All users must log in again."
    )
    return text.format(moment=format_moment(at), n=format_number(entries))


def describe_connection(
    state: ConnectionState, state_since: datetime | None, n: int, pending_since: datetime | None, now: datetime
) -> str:
    """Return the state of the connection with the number of pending changes, in a few words.

    Args:
        state: the state of the connection.
        state_since: when it last changed.
        n: the number of pending changes.
        pending_since: the time of the oldest pending change.
        now: the current time.
    """
    waiting = describe_waiting(n)
    match state:
        case ConnectionState.NONE:
            return _("Only on this computer") + (f" · {waiting}" if n else "")
        case ConnectionState.CONNECTING:
            return _("Connecting …") + (f" · {waiting}" if n else "")
        case ConnectionState.OFFLINE:
            at = format_recent_moment(state_since, now, zone=False) if state_since else ""
            offline = _("Offline since {time}").format(time=at) if at else _("Offline")
            return f"{offline} · {waiting}"
        case ConnectionState.REFUSED:
            return _("Not synced · {waiting}").format(waiting=waiting)
    if n and pending_since is not None:
        return _("{n} waiting since {time}").format(n=n, time=format_recent_moment(pending_since, now, zone=False))
    return _("Synced · {n} waiting").format(n=n)


def describe_waiting(n: int) -> str:
    """Return the number of pending changes, in a few words."""
    return _("{n} waiting").format(n=n)


def list_waiting_counts(*, photos: int, readings: int, held: int, rejected: int) -> list[str]:
    """Return the counts that are not zero, in a few words each."""
    parts = (
        ngettext("{n} photo waiting", "{n} photos waiting", photos).format(n=photos) if photos else "",
        ngettext("{n} manual reading pending", "{n} manual readings pending", readings).format(n=readings)
        if readings
        else "",
        ngettext("{n} held", "{n} held", held).format(n=held) if held else "",
        ngettext("{n} rejected", "{n} rejected", rejected).format(n=rejected) if rejected else "",
    )
    return [part for part in parts if part]


def describe_pending_changes(n: int, since: datetime | None, size: int, now: datetime) -> str:
    """Describe the number and size (bytes) of pending changes and the time of the oldest; empty without any."""
    if not n:
        return ""
    safe = ngettext("{n} change is safe on this computer.", "{n} changes are safe on this computer.", n).format(n=n)
    if since is None:
        return safe
    waits = _("The oldest waits since {moment}, together {size}.")
    return safe + " " + waits.format(moment=time_or_date(since, now), size=format_size(size))


def describe_next_attempt(at: datetime | None) -> str:
    """Describe the next attempt to connect; empty if none is planned."""
    return _("Next attempt at {time}, or press F5.").format(time=format_time(at, seconds=True)) if at else ""


def describe_next_step(state: ConnectionState, pending: int) -> str:
    """Describe the user's next step in a state of the connection; empty if there is nothing to say."""
    if state is ConnectionState.NONE:
        return _("Log in to a server to share this work.")
    if state is ConnectionState.OFFLINE:
        return _("You can keep working; changes are sent automatically when the network is back.")
    if state is ConnectionState.ONLINE and not pending:
        return _("The server has everything that was written here.")
    return ""


def describe_transfers(*, uploads: int, downloads: int, failed: int) -> str:
    """Describe the transfer of photos and files that wait; empty without any."""
    parts = []
    if uploads:
        to_send = ngettext("{n} photo or file to send", "{n} photos or files to send", uploads)
        parts.append(to_send.format(n=uploads))
    if downloads:
        to_fetch = ngettext("{n} photo or file to fetch", "{n} photos or files to fetch", downloads)
        parts.append(to_fetch.format(n=downloads))
    if failed:
        parts.append(ngettext("{n} failed", "{n} failed", failed).format(n=failed))
    return _("After everything else: {transfers}.").format(transfers=", ".join(parts)) if parts else ""


def describe_refused_readings(n: int) -> str:
    """Describe manual readings that the server rejected; empty without any."""
    template = ngettext(
        "{n} manual reading was rejected by the server; see `tabuah readings manual`.",
        "{n} manual readings were rejected by the server; see `tabuah readings manual`.",
        n,
    )
    return template.format(n=n) if n else ""


def describe_data_saver(stations: Sequence[str]) -> str:
    """Describe the data saver by the names of the stations that stay live."""
    names = ", ".join(stations) or _("no station")
    template = _("Data saver: live readings of {stations} only; photos from other consoles are fetched when opened.")
    return template.format(stations=names)


def describe_data_saver_switch(stations: Sequence[str], *, is_on: bool) -> str:
    """Describe the effect of switching the data saver, with the names of the stations that stay live."""
    if not is_on:
        return _("Data saver off: all readings arrive live, photos are fetched automatically.")
    text = _("Data saver on: live readings of {stations} only; photos are fetched when opened.")
    return text.format(stations=", ".join(stations) or _("no station"))


def describe_live_station(name: str, *, is_live: bool) -> str:
    """Describe whether a station sends live readings while the data saver is on."""
    if is_live:
        return _("{station} stays live while the data saver is on.").format(station=name or _("no station"))
    return _("{station} is no longer live while the data saver is on.").format(station=name or _("no station"))


def describe_conflict_count(n: int) -> str:
    """Describe the number of open conflicts; empty without any."""
    template = ngettext("{n} conflict waits for a decision.", "{n} conflicts wait for a decision.", n)
    return template.format(n=n) if n else ""


def describe_last_answer(at: datetime | None, now: datetime) -> str:
    """Describe when the server last answered; empty if it never did."""
    if at is None:
        return ""
    time, age = format_time(at, seconds=True), format_age(now - at)
    return _("Last answer of the server: {time}, {age} ago").format(time=time, age=age)


def no_server_reason() -> str:
    return _("Log in to a server first.")
