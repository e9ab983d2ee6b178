"""The sync badge: what is not yet on the server, since when, and why."""

from datetime import datetime

from tabuah.console.attachment_words import size_words
from tabuah.console.renewal_words import is_recent, renewal_words
from tabuah.console.window.link import Link, LinkState
from tabuah.console.window.presenting.timeline_items import when
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.waiting import WAITS
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_age, format_near, format_time
from tabuah.storage.cache.attachments import TransferCounts
from tabuah.storage.cache.findings import Counts
from tabuah.widgets.values import ActionState, Level, SyncState


def sync_state(snapshot: RoomSnapshot, link: Link, now: datetime) -> SyncState:
    """What the badge says."""
    return SyncState(
        level=_level(snapshot, link),
        text=_text(snapshot, link, now),
        details=tuple(part for part in _details(snapshot, link, now) if part),
        can_sync=link.state is not LinkState.NONE,
        actions=_actions(snapshot),
    )


def _actions(snapshot: RoomSnapshot) -> tuple[ActionState, ...]:
    """What can be opened from the badge: conflicts and trays that have something in them."""
    counts = snapshot.counts
    offered = (
        ("settle", _("Settle conflicts"), "K", counts.conflicts),
        ("held", _("Held changes"), "B", counts.held),
        ("rejected", _("Rejected changes"), "Shift B", counts.rejected),
    )
    found = [ActionState(code=code, label=f"{label} · {n}", key=key) for code, label, key, n in offered if n]
    saver = _("Turn the data saver off") if snapshot.line.data_saver else _("Turn the data saver on")
    return (*found, ActionState(code="data_saver", label=saver, key="Shift F5"))


def _level(snapshot: RoomSnapshot, link: Link) -> Level:
    if link.state is LinkState.REFUSED or snapshot.counts.rejected:
        return Level.HIGH
    if link.state is LinkState.NONE:
        return Level.INFORMATION
    if link.state is LinkState.OFFLINE:
        return Level.ATTENTION
    if link.state is LinkState.CONNECTING:
        return Level.NO_DATA
    if snapshot.counts.held:
        return Level.ATTENTION
    return Level.INFORMATION if snapshot.counts.pending else Level.NORMAL


def _text(snapshot: RoomSnapshot, link: Link, now: datetime) -> str:
    """How much waits, and what needs a person."""
    counts = snapshot.counts
    parts = [_link_text(snapshot, link, now)]
    if snapshot.transfers.uploads:
        n = snapshot.transfers.uploads
        parts.append(ngettext("{n} photo waiting", "{n} photos waiting", n).format(n=n))
    if link.typed.waiting:
        n = link.typed.waiting
        parts.append(ngettext("{n} typed reading waiting", "{n} typed readings waiting", n).format(n=n))
    if counts.held:
        parts.append(ngettext("{n} held", "{n} held", counts.held).format(n=counts.held))
    if counts.rejected:
        parts.append(ngettext("{n} refused", "{n} refused", counts.rejected).format(n=counts.rejected))
    return " · ".join(parts)


def _link_text(snapshot: RoomSnapshot, link: Link, now: datetime) -> str:
    n, since = snapshot.counts.pending, snapshot.counts.since
    waiting = _("{n} waiting").format(n=n)
    match link.state:
        case LinkState.NONE:
            return _("Only on this computer") + (f" · {waiting}" if n else "")
        case LinkState.CONNECTING:
            return _("Connecting …") + (f" · {waiting}" if n else "")
        case LinkState.OFFLINE:
            at = format_near(link.since, now, zone=False) if link.since else ""
            told = _("Offline since {time}").format(time=at) if at else _("Offline")
            return f"{told} · {waiting}"
        case LinkState.REFUSED:
            return _("Not synced · {waiting}").format(waiting=waiting)
    if n and since is not None:
        return _("{n} waiting since {time}").format(n=n, time=format_near(since, now, zone=False))
    return _("Synced · {n} waiting").format(n=n)


def _details(snapshot: RoomSnapshot, link: Link, now: datetime) -> list[str]:
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
    if is_recent(snapshot.renewal, now) and snapshot.renewal is not None:
        approved = snapshot.identity is not None and snapshot.identity.approved
        lines.append(renewal_words(snapshot.renewal, approved=approved))
    if snapshot.last_sync_at is not None:
        age = format_age(now - snapshot.last_sync_at)
        at = format_time(snapshot.last_sync_at, seconds=True)
        lines.append(_("Last answer of the server: {time}, {age} ago").format(time=at, age=age))
    return lines


def _held_words(snapshot: RoomSnapshot) -> list[str]:
    """What a supervisor decides on, and what waits for other work."""
    waits = sum(aside.reason in WAITS for aside in snapshot.held)
    asked = snapshot.counts.held - waits
    lines = []
    if asked > 0:
        told = ngettext("{n} change waits for a supervisor.", "{n} changes wait for a supervisor.", asked)
        lines.append(told.format(n=asked))
    if waits:
        told = ngettext("{n} change waits for what it rests on.", "{n} changes wait for what they rest on.", waits)
        lines.append(told.format(n=waits))
    return lines


def _typed_words(link: Link) -> str:
    """Readings that the server did not take: nobody else would hear of it."""
    n = link.typed.refused
    told = ngettext(
        "{n} typed reading was not taken by the server: `tabuah readings typed` says why.",
        "{n} typed readings were not taken by the server: `tabuah readings typed` says why.",
        n,
    )
    return told.format(n=n) if n else ""


def _waiting_words(counts: Counts, now: datetime) -> str:
    """How many changes wait, how much that is, and since when the oldest does."""
    n = counts.pending
    told = ngettext("{n} change is safe on this computer.", "{n} changes are safe on this computer.", n).format(n=n)
    if counts.since is None:
        return told
    waits = _("The oldest waits since {moment}, together {size}.")
    return told + " " + waits.format(moment=when(counts.since, now), size=size_words(counts.pending_bytes))


def _retry_words(link: Link) -> str:
    if link.retry_at is None:
        return ""
    return _("Next attempt at {time}, or press F5.").format(time=format_time(link.retry_at, seconds=True))


def _saver_words(snapshot: RoomSnapshot) -> str:
    line = snapshot.line
    if not line.data_saver:
        return ""
    known = snapshot.stations
    names = ", ".join(known[code].name if code in known else code for code in line.stations) or _("no station")
    told = _("Data saver: live readings of {stations} only; photos of others come when they are opened.")
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


def _next_words(link: Link, waiting: int) -> str:
    if link.state is LinkState.NONE:
        return _("Log in to a server to share it with the others.")
    if link.state is LinkState.OFFLINE:
        return _("Everything can be done; it is sent by itself when the network is back.")
    if link.state is LinkState.ONLINE and not waiting:
        return _("The server has everything that was written here.")
    return ""
