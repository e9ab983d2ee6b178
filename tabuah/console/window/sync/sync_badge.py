"""The sync badge: pending work, since when, and why."""

from datetime import datetime

from tabuah.console.sync.key_renewal_text import describe_renewal, is_recent_renewal
from tabuah.console.window.state.connection_status import ConnectionState, ConnectionStatus
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.deferred import DEFERRAL_REASONS
from tabuah.resources.localisation import _, format_age, format_recent_moment, format_size, format_time, ngettext
from tabuah.storage.cache.attachments import TransferCounts
from tabuah.storage.cache.pending_work import PendingCounts
from tabuah.text.readings.ages import time_or_date
from tabuah.widgets.values import ActionState, Level, SyncBadgeState


def sync_badge_state(snapshot: ConsoleSnapshot, link: ConnectionStatus, now: datetime) -> SyncBadgeState:
    """Return the state of the badge."""
    return SyncBadgeState(
        level=_level(snapshot, link),
        text=_text(snapshot, link, now),
        details=tuple(part for part in _details(snapshot, link, now) if part),
        can_sync=link.state is not ConnectionState.NONE,
        actions=_actions(snapshot),
    )


def _actions(snapshot: ConsoleSnapshot) -> tuple[ActionState, ...]:
    """Return the actions of the badge: conflicts and trays that are not empty."""
    counts = snapshot.counts
    offered = (
        ("settle", _("Settle conflicts"), "K", counts.conflicts),
        ("held", _("Held changes"), "B", counts.held),
        ("rejected", _("Rejected changes"), "Shift B", counts.rejected),
    )
    found = [ActionState(code=code, label=f"{label} · {n}", key=key) for code, label, key, n in offered if n]
    saver = _("Turn the data saver off") if snapshot.connection_settings.data_saver else _("Turn the data saver on")
    return (*found, ActionState(code="data_saver", label=saver, key="Shift F5"))


def _level(snapshot: ConsoleSnapshot, link: ConnectionStatus) -> Level:
    if link.state is ConnectionState.REFUSED or snapshot.counts.rejected:
        return Level.HIGH
    if link.state is ConnectionState.NONE:
        return Level.INFORMATION
    if link.state is ConnectionState.OFFLINE:
        return Level.ATTENTION
    if link.state is ConnectionState.CONNECTING:
        return Level.NO_DATA
    if snapshot.counts.held:
        return Level.ATTENTION
    return Level.INFORMATION if snapshot.counts.pending else Level.NORMAL


def _text(snapshot: ConsoleSnapshot, link: ConnectionStatus, now: datetime) -> str:
    """Return how much is pending and what needs a person."""
    counts = snapshot.counts
    parts = [_link_text(snapshot, link, now)]
    if snapshot.transfers.uploads:
        n = snapshot.transfers.uploads
        parts.append(ngettext("{n} photo waiting", "{n} photos waiting", n).format(n=n))
    if link.typed.waiting:
        n = link.typed.waiting
        parts.append(ngettext("{n} manual reading pending", "{n} manual readings pending", n).format(n=n))
    if counts.held:
        parts.append(ngettext("{n} held", "{n} held", counts.held).format(n=counts.held))
    if counts.rejected:
        parts.append(ngettext("{n} refused", "{n} refused", counts.rejected).format(n=counts.rejected))
    return " · ".join(parts)


def _link_text(snapshot: ConsoleSnapshot, link: ConnectionStatus, now: datetime) -> str:
    n, since = snapshot.counts.pending, snapshot.counts.since
    waiting = _("{n} waiting").format(n=n)
    match link.state:
        case ConnectionState.NONE:
            return _("Only on this computer") + (f" · {waiting}" if n else "")
        case ConnectionState.CONNECTING:
            return _("Connecting …") + (f" · {waiting}" if n else "")
        case ConnectionState.OFFLINE:
            at = format_recent_moment(link.since, now, zone=False) if link.since else ""
            told = _("Offline since {time}").format(time=at) if at else _("Offline")
            return f"{told} · {waiting}"
        case ConnectionState.REFUSED:
            return _("Not synced · {waiting}").format(waiting=waiting)
    if n and since is not None:
        return _("{n} waiting since {time}").format(n=n, time=format_recent_moment(since, now, zone=False))
    return _("Synced · {n} waiting").format(n=n)


def _details(snapshot: ConsoleSnapshot, link: ConnectionStatus, now: datetime) -> list[str]:
    counts = snapshot.counts
    n = counts.pending
    lines = [link.problem, _retry_words(link), _waiting_words(counts, now) if n else "", _next_words(link, n)]
    lines.append(_transfer_words(snapshot.transfers))
    lines.append(_typed_words(link))
    lines.append(_saver_words(snapshot))
    if counts.conflicts:
        lines.append(
            ngettext("{n} conflict waits for a decision.", "{n} conflicts wait for a decision.", counts.conflicts)
            .format(n=counts.conflicts)
        )  # fmt: skip
    lines += _held_words(snapshot)
    if counts.rejected:
        told = ngettext("{n} change was refused; its text is kept.", "{n} changes were refused; their text is kept.",
                        counts.rejected)  # fmt: skip
        lines.append(told.format(n=counts.rejected))
    if is_recent_renewal(snapshot.renewal, now) and snapshot.renewal is not None:
        approved = snapshot.identity is not None and snapshot.identity.approved
        lines.append(describe_renewal(snapshot.renewal, approved=approved))
    if snapshot.last_sync_at is not None:
        age = format_age(now - snapshot.last_sync_at)
        at = format_time(snapshot.last_sync_at, seconds=True)
        lines.append(_("Last answer of the server: {time}, {age} ago").format(time=at, age=age))
    return lines


def _held_words(snapshot: ConsoleSnapshot) -> list[str]:
    """Describe what a supervisor must decide, and what is deferred."""
    waits = sum(aside.reason in DEFERRAL_REASONS for aside in snapshot.held)
    asked = snapshot.counts.held - waits
    lines = []
    if asked > 0:
        told = ngettext("{n} change waits for a supervisor.", "{n} changes wait for a supervisor.", asked)
        lines.append(told.format(n=asked))
    if waits:
        told = ngettext(
            "{n} change is deferred: it depends on another entry.",
            "{n} changes are deferred: they depend on other entries.",
            waits,
        )
        lines.append(told.format(n=waits))
    return lines


def _typed_words(link: ConnectionStatus) -> str:
    """Describe manual readings that the server refused, which nothing else reports."""
    n = link.typed.refused
    told = ngettext(
        "{n} manual reading was rejected by the server; see `tabuah readings manual`.",
        "{n} manual readings were rejected by the server; see `tabuah readings manual`.",
        n,
    )
    return told.format(n=n) if n else ""


def _waiting_words(counts: PendingCounts, now: datetime) -> str:
    """Describe the number and size of pending changes and the age of the oldest."""
    n = counts.pending
    told = ngettext("{n} change is safe on this computer.", "{n} changes are safe on this computer.", n).format(n=n)
    if counts.since is None:
        return told
    waits = _("The oldest waits since {moment}, together {size}.")
    return told + " " + waits.format(moment=time_or_date(counts.since, now), size=format_size(counts.pending_bytes))


def _retry_words(link: ConnectionStatus) -> str:
    if link.retry_at is None:
        return ""
    return _("Next attempt at {time}, or press F5.").format(time=format_time(link.retry_at, seconds=True))


def _saver_words(snapshot: ConsoleSnapshot) -> str:
    connection_settings = snapshot.connection_settings
    if not connection_settings.data_saver:
        return ""
    known = snapshot.stations
    names = ", ".join(known[code].name if code in known else code for code in connection_settings.stations) or _(
        "no station"
    )
    told = _("Data saver: live readings of {stations} only; photos from other consoles are fetched when opened.")
    return told.format(stations=names)


def _transfer_words(transfers: TransferCounts) -> str:
    parts = []
    if transfers.uploads:
        told = ngettext("{n} photo or file to send", "{n} photos or files to send", transfers.uploads)
        parts.append(told.format(n=transfers.uploads))
    if transfers.downloads:
        told = ngettext("{n} photo or file to fetch", "{n} photos or files to fetch", transfers.downloads)
        parts.append(told.format(n=transfers.downloads))
    if transfers.failed:
        parts.append(ngettext("{n} failed", "{n} failed", transfers.failed).format(n=transfers.failed))
    return _("After everything else: {transfers}.").format(transfers=", ".join(parts)) if parts else ""


def _next_words(link: ConnectionStatus, waiting: int) -> str:
    if link.state is ConnectionState.NONE:
        return _("Log in to a server to share this work.")
    if link.state is ConnectionState.OFFLINE:
        return _("You can keep working; changes are sent automatically when the network is back.")
    if link.state is ConnectionState.ONLINE and not waiting:
        return _("The server has everything that was written here.")
    return ""
