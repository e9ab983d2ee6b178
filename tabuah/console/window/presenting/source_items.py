"""What comes from elsewhere as the panel of sources shows it: what concerns us first, always with its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.bulletin_words import earthquake_facts, relation_words, source_words, volcano_facts, warning_facts
from tabuah.console.feed_words import age_line, counts_line, problem_line, state_word
from tabuah.console.window.presenting.bulletin_layers import Bulletins, drill_words
from tabuah.console.window.presenting.level_fields import LEVEL_OF_VOLCANO
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.titles import severity_word
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.telling import tell_size, tell_validity, tell_volcano_level
from tabuah.operations.bulletins.viewpoint import Viewpoint
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.entries import subject_of
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_age, format_moment, format_near
from tabuah.storage.journal.protocol import FeedHealth, FeedsReply, FeedState, GatewaysReply
from tabuah.widgets.sources.source_item import (
    EARTHQUAKES,
    SOURCES,
    VOLCANOES,
    WARNINGS,
    SourceItem,
    SourcesContent,
)
from tabuah.widgets.values import Level

LISTED_FOR: Final = timedelta(days=30)
_OF_FEED: Final = {
    FeedState.WAITING: Level.NO_DATA,
    FeedState.WORKING: Level.NORMAL,
    FeedState.FAILING: Level.ATTENTION,
    FeedState.LOST: Level.HIGH,
    FeedState.FROZEN: Level.HIGH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSources:
    """What the server said of its sources, when it said so, and why it is not asked anew."""

    feeds: FeedsReply | None = None
    gateways: GatewaysReply | None = None
    asked_at: datetime | None = None
    problem: str = ""


def sources_content(
    told: Bulletins,
    sources: KnownSources,
    *,
    alarms: Iterable[Alarm],
    view: Viewpoint | None,
    links: tuple[SourceItem, ...],
    level_reason: str,
    now: datetime,
) -> SourcesContent:
    """All tabs; without a view of the map only volcanoes and sources."""
    up = {alarm.parameter: alarm for alarm in alarms if alarm.is_active and not alarm.station}
    items = {
        EARTHQUAKES: earthquake_items(told.earthquakes.values(), up, view, now) if view else (),
        WARNINGS: warning_items(told.warnings.values(), up, view, now) if view else (),
        VOLCANOES: tuple(_volcano_item(volcano, now) for volcano in told.volcanoes.values()),
        SOURCES: (*feed_items(sources.feeds, now), *gateway_items(sources.gateways, now), *links),
    }
    return SourcesContent(
        items=items,
        lead=_leads(sources, now),
        empty=_empties(sources),
        tabs=tuple(
            (code, f"{number}  {_(_TABS[code])} · {len(found)}")
            for number, (code, found) in enumerate(items.items(), start=1)
        ),
        level_reason=level_reason,
    )


_TABS: Final = {
    EARTHQUAKES: "Earthquakes",
    WARNINGS: "Weather warnings",
    VOLCANOES: "Volcanoes",
    SOURCES: "Data sources",
}


def earthquake_items(
    quakes: Iterable[KnownEarthquake], up: Mapping[str, Alarm], view: Viewpoint, now: datetime
) -> tuple[SourceItem, ...]:
    """The earthquakes of the last month, those that concern us first, then the newest."""
    seen = [(quake, view.earthquake(quake)) for quake in quakes if now - quake.latest.at <= LISTED_FOR]
    seen.sort(key=lambda pair: (not pair[1].concerns_us, -pair[0].latest.at.timestamp()))
    items = []
    for quake, where in seen:
        alarm, latest = up.get(subject_of("earthquake", quake.id)), quake.latest
        quiet = Level.INFORMATION if where.concerns_us else Level.NO_DATA
        items.append(
            SourceItem(
                id=quake.id,
                level=LEVEL_OF_ALARM[alarm.severity] if alarm else quiet,
                text=drill_words(quake.exercise, f"{tell_size(latest)} · {where.from_capital}"),
                word=severity_word(alarm.severity) if alarm else relation_words(where),
                about=latest.region,
                at=format_near(latest.at, now),
                author=source_words(quake),
                facts=earthquake_facts(quake, where),
                lon_deg=latest.lon_deg,
                lat_deg=latest.lat_deg,
            )
        )
    return tuple(items)


def warning_items(
    warnings: Iterable[KnownWarning], up: Mapping[str, Alarm], view: Viewpoint, now: datetime
) -> tuple[SourceItem, ...]:
    """The warnings of the last month: those in force that touch us, others in force, those that are over."""
    seen = [(w, view.warning(w)) for w in warnings if now - w.issued.sent <= LISTED_FOR]
    seen.sort(key=lambda pair: (pair[0].is_over(now), not pair[1].touches, -pair[0].issued.sent.timestamp()))
    items = []
    for warning, where in seen:
        alarm, issued = up.get(subject_of("warning", warning.id)), warning.issued
        quiet = Level.NO_DATA if warning.is_over(now) else Level.INFORMATION
        here = _("over our regency") if where.touches else _("for others")
        point = next((ring[0] for ring in issued.rings), None)
        items.append(
            SourceItem(
                id=warning.id,
                level=LEVEL_OF_ALARM[alarm.severity] if alarm else quiet,
                text=drill_words(warning.exercise, issued.headline or issued.event or warning.id),
                word=_("ended") if warning.is_over(now) else here,
                about=f"{here} · {tell_validity(warning, now)}",
                at=format_near(issued.sent, now),
                author=issued.source,
                facts=warning_facts(warning, where, now),
                lon_deg=point[0] if point else None,
                lat_deg=point[1] if point else None,
            )
        )
    return tuple(items)


def feed_items(reply: FeedsReply | None, now: datetime) -> tuple[SourceItem, ...]:
    """The feeds that the server asks, in the order of its file."""
    return tuple(_feed_item(feed, now) for feed in reply.feeds) if reply else ()


def gateway_items(reply: GatewaysReply | None, now: datetime) -> tuple[SourceItem, ...]:
    """The broker with its kinds of messages; nothing where the server has none."""
    if reply is None or not reply.broker:
        return ()
    facts = [(each.name, _gateway_words(each.last_message_at, each.readings, now)) for each in reply.gateways]
    since = _("since {moment}").format(moment=format_moment(reply.since)) if reply.since else ""
    problem = [(_("Problem"), reply.error)] if reply.error else []
    return (
        SourceItem(
            id="broker",
            level=_level_of_gateways(reply),
            text=_("MQTT gateways · {broker}").format(broker=reply.broker),
            word=_("lost") if not reply.connected else _("not everything comes in") if reply.error else _("works"),
            about=reply.error or since,
            author="MQTT",
            facts=(*problem, *facts),
        ),
    )


def _level_of_gateways(reply: GatewaysReply) -> Level:
    """Worst when nothing comes; a full disk, or a gateway that is refused, is worth a look."""
    if not reply.connected:
        return Level.HIGH
    return Level.ATTENTION if reply.error else Level.NORMAL


def _gateway_words(last_message_at: datetime | None, readings: int, now: datetime) -> str:
    told = ngettext("{n} reading", "{n} readings", readings).format(n=readings)
    if last_message_at is None:
        return told
    return f"{told} · " + _("last message {age} ago").format(age=format_age(now - last_message_at))


def _feed_item(feed: FeedHealth, now: datetime) -> SourceItem:
    problem = problem_line(feed)
    asides = "\n".join(f"{format_moment(aside.at)}: {aside.reason}" for aside in feed.asides[:5])
    next_try = format_moment(feed.next_try_at) if feed.next_try_at else ""
    facts = (
        (_("Problem"), problem),
        (_("Last"), age_line(feed, now)),
        (_("Came"), counts_line(feed)),
        (_("Forecast"), "\n".join(feed.said)),
        (_("Put aside"), asides),
        (_("Next try"), next_try),
        (_("Address"), feed.url),
    )
    return SourceItem(
        id=f"feed/{feed.name}",
        level=_OF_FEED[feed.state],
        text=drill_words(feed.exercise, feed.title),
        word=state_word(feed),
        about=problem or age_line(feed, now),
        at=counts_line(feed),
        author=feed.source,
        facts=tuple((name, value) for name, value in facts if value),
    )


def _volcano_item(volcano: Volcano, now: datetime) -> SourceItem:
    return SourceItem(
        id=volcano.id,
        level=LEVEL_OF_VOLCANO[volcano.level],
        text=drill_words(volcano.exercise, f"{volcano.name} · {tell_volcano_level(volcano.level)}"),
        word=tell_volcano_level(volcano.level),
        about=_("stated {moment}").format(moment=format_moment(volcano.current.stated_at)),
        at=_("{age} ago").format(age=format_age(now - volcano.current.stated_at)),
        author=volcano.current.source,
        facts=volcano_facts(volcano, now),
        lon_deg=volcano.lon_deg,
        lat_deg=volcano.lat_deg,
    )


def _leads(sources: KnownSources, now: datetime) -> dict[str, str]:
    """Where it comes from; and for the sources how old what is said of them is."""
    bmkg = _("Source: BMKG")
    feeds = sources.feeds.feeds if sources.feeds else ()
    dead = [feed.title for feed in feeds if feed.state in (FeedState.LOST, FeedState.FROZEN)]
    if dead:
        bmkg += " · " + _("not complete, these are lost: {feeds}").format(feeds=", ".join(dead))
    known = ""
    if sources.asked_at is not None:
        known = _("as the server said {age} ago").format(age=format_age(now - sources.asked_at))
    told = " · ".join(part for part in (sources.problem, known) if part)
    return {EARTHQUAKES: bmkg, WARNINGS: bmkg, VOLCANOES: _("PVMBG's levels are entered by hand"), SOURCES: told}


def _empties(sources: KnownSources) -> dict[str, tuple[str, str]]:
    asked = sources.feeds is not None and sources.feeds.asking
    hint = "" if asked else _("The server asks no feeds, or nobody could ask it: that nothing is here says nothing.")
    return {
        EARTHQUAKES: (_("No earthquakes in the last 30 days"), hint),
        WARNINGS: (_("No weather warnings in the last 30 days"), hint),
        VOLCANOES: (_("No level was stated yet"), _("Read it at PVMBG (MAGMA Indonesia) and state it here: V.")),
        SOURCES: (
            _("The sources are not known"),
            sources.problem or _("The server asks no feeds and has no gateways."),
        ),
    }
