"""The status bar: link, stations with the age of their data, what waits for a person, journal, version."""

from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from tabuah.console.window.link import Link, LinkState
from tabuah.console.window.presenting.station_marks import Latest, age_words
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.levels import AlarmSeverity
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_number
from tabuah.widgets.values import Level, StatusItem, StatusSummary


def status_summary(
    snapshot: RoomSnapshot, link: Link, *, latest: Latest, severities: list[AlarmSeverity], now: datetime
) -> StatusSummary:
    """All statements."""
    services = (
        _server(snapshot, link),
        *_stations(snapshot, latest, severities, now),
        *_data_saver(snapshot),
        *_waiting_for_people(snapshot),
    )
    return StatusSummary(services=services, trust=(*_journal(snapshot), StatusItem(text=f"v{product_version()}")))


def product_version() -> str:
    """The version of Tabuah, short: "0.1"."""
    try:
        return ".".join(version("tabuah").split(".")[:2])
    except PackageNotFoundError:
        return "?"


def _server(snapshot: RoomSnapshot, link: Link) -> StatusItem:
    host = snapshot.identity.server_url.partition("//")[2].rstrip("/") if snapshot.identity else ""
    words = {
        LinkState.NONE: (_("No server"), None),
        LinkState.CONNECTING: (_("Looking for the server …"), Level.NO_DATA),
        LinkState.ONLINE: (_("Central server"), Level.NORMAL),
        LinkState.OFFLINE: (_("Server cannot be reached"), Level.ATTENTION),
        LinkState.REFUSED: (_("Server refuses"), Level.HIGH),
    }
    text, level = words[link.state]
    if link.state is LinkState.ONLINE and not link.live:
        text = _("Central server · no live stream")
    return StatusItem(text=text, level=level, details=" · ".join(part for part in (host, link.problem) if part))


def _stations(
    snapshot: RoomSnapshot, latest: Latest, severities: list[AlarmSeverity], now: datetime
) -> tuple[StatusItem, ...]:
    count = len(snapshot.stations)
    if not count:
        return (StatusItem(text=_("No stations yet"), details=_("Stations come with the first sync.")),)
    silent = sum(1 for severity in severities if severity is AlarmSeverity.NO_DATA)
    newest = max((reading.at for reading in latest.values()), default=None)
    told = ngettext("{n} station", "{n} stations", count).format(n=format_number(count))
    fresh = newest is not None and silent < count
    age = age_words(newest, now) if newest is not None else _("no data yet")
    items = [StatusItem(text=f"{told} · {age}", level=Level.NORMAL if fresh else Level.NO_DATA)]
    if silent:
        text = ngettext("{n} station without data", "{n} stations without data", silent).format(n=silent)
        items.append(StatusItem(text=text, level=Level.NO_DATA))
    return tuple(items)


def _data_saver(snapshot: RoomSnapshot) -> tuple[StatusItem, ...]:
    """Said as long as it is on: most stations grow grey then, and that is no fault of theirs."""
    if not snapshot.line.data_saver:
        return ()
    n = len(snapshot.line.stations)
    told = ngettext("Data saver · {n} station live", "Data saver · {n} stations live", n).format(n=n)
    return (StatusItem(text=told, level=Level.INFORMATION, details=_("Shift+F5 turns it off.")),)


def _waiting_for_people(snapshot: RoomSnapshot) -> tuple[StatusItem, ...]:
    counts, items = snapshot.counts, []
    if counts.conflicts:
        text = ngettext("{n} conflict", "{n} conflicts", counts.conflicts).format(n=counts.conflicts)
        items.append(StatusItem(text=text, level=Level.ATTENTION, details=_("Press K to settle it.")))
    if counts.held:
        text = ngettext("{n} held", "{n} held", counts.held).format(n=counts.held)
        items.append(StatusItem(text=text, level=Level.ATTENTION, details=_("A supervisor must release it.")))
    if counts.rejected:
        text = ngettext("{n} refused", "{n} refused", counts.rejected).format(n=counts.rejected)
        items.append(StatusItem(text=text, level=Level.HIGH, details=_("The text is kept on this computer.")))
    return tuple(items)


def _journal(snapshot: RoomSnapshot) -> tuple[StatusItem, ...]:
    if not snapshot.head.seq:
        return ()
    told = _("Audit trail: entry {seq} ✓").format(seq=format_number(snapshot.head.seq))
    details = _("Every entry up to this one was checked here: signature, order and hash. {hash}")
    return (StatusItem(text=told, details=details.format(hash=snapshot.head.hash[:16])),)
