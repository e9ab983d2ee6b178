"""The data sources panel.

Bulletins with local relevance first, feeds, gateways and station connections.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.bulletins.bulletin_layers import KnownBulletins, mark_exercise
from tabuah.console.window.bulletins.volcano_level_fields import LEVEL_OF_VOLCANO
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.latest_readings import LatestReadings, newest_by_parameter
from tabuah.operations.alarms.alarm import LINK, Alarm, cause_family
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning, Volcano
from tabuah.operations.bulletins.local_relevance import LocalRelevance
from tabuah.operations.entries import subject_of
from tabuah.operations.feeds.feed_health import FeedHealth, FeedState
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.stations.freshness import severity_of_station
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_age, format_moment, format_recent_moment
from tabuah.storage.journal.protocol import FeedsReply, GatewaysReply
from tabuah.text.alarms.titles import alarm_title, severity_label
from tabuah.text.bulletins import bulletin_text
from tabuah.text.feeds.feed_status import (
    describe_feed_age,
    describe_feed_counts,
    describe_feed_problem,
    describe_feed_state,
    describe_gateway,
)
from tabuah.widgets.bulletins.source_item import EARTHQUAKES, SOURCES, VOLCANOES, WARNINGS, SourceItem, SourcesContent
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
class SourcesReport:
    """The server's report on its sources, its time, and why it could not be updated."""

    feeds: FeedsReply | None = None
    gateways: GatewaysReply | None = None
    asked_at: datetime | None = None
    problem: str = ""


def sources_content(
    bulletins: KnownBulletins,
    sources: SourcesReport,
    *,
    alarms: Iterable[Alarm],
    view: LocalRelevance | None,
    links: tuple[SourceItem, ...],
    level_reason: str,
    now: datetime,
) -> SourcesContent:
    """Return all tabs; without a map view only volcanoes and sources."""
    up = {alarm.parameter: alarm for alarm in alarms if alarm.is_active and not alarm.station}
    items = {
        EARTHQUAKES: earthquake_items(bulletins.earthquakes.values(), up, view, now) if view else (),
        WARNINGS: warning_items(bulletins.warnings.values(), up, view, now) if view else (),
        VOLCANOES: tuple(_volcano_item(volcano, now) for volcano in bulletins.volcanoes.values()),
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
    quakes: Iterable[KnownEarthquake], up: Mapping[str, Alarm], view: LocalRelevance, now: datetime
) -> tuple[SourceItem, ...]:
    """Return the earthquakes of the last month: relevant ones first, then newest first."""
    seen = [(quake, view.earthquake(quake)) for quake in quakes if now - quake.latest.at <= LISTED_FOR]
    seen.sort(key=lambda pair: (not pair[1].is_relevant, -pair[0].latest.at.timestamp()))
    items = []
    for quake, where in seen:
        alarm, latest = up.get(subject_of("earthquake", quake.id)), quake.latest
        quiet = Level.INFORMATION if where.is_relevant else Level.NO_DATA
        items.append(
            SourceItem(
                id=quake.id,
                level=LEVEL_OF_ALARM[alarm.severity] if alarm else quiet,
                text=mark_exercise(
                    quake.exercise,
                    f"{bulletin_text.describe_magnitude(latest)} · {bulletin_text.describe_epicentre(where)}",
                ),
                word=severity_label(alarm.severity) if alarm else bulletin_text.describe_earthquake_relation(where),
                about=latest.region,
                at=format_recent_moment(latest.at, now),
                author=bulletin_text.describe_earthquake_source(quake),
                facts=bulletin_text.list_earthquake_facts(quake, where),
                lon_deg=latest.lon_deg,
                lat_deg=latest.lat_deg,
            )
        )
    return tuple(items)


def warning_items(
    warnings: Iterable[KnownWarning], up: Mapping[str, Alarm], view: LocalRelevance, now: datetime
) -> tuple[SourceItem, ...]:
    """Return the warnings of the last month: those in force here, others in force, then expired ones."""
    seen = [(w, view.warning(w)) for w in warnings if now - w.issued.sent <= LISTED_FOR]
    seen.sort(key=lambda pair: (pair[0].is_over(now), not pair[1].touches, -pair[0].issued.sent.timestamp()))
    items = []
    for warning, where in seen:
        alarm, issued = up.get(subject_of("warning", warning.id)), warning.issued
        quiet = Level.NO_DATA if warning.is_over(now) else Level.INFORMATION
        here = _("over the regency") if where.touches else _("for others")
        point = next((ring[0] for ring in issued.rings), None)
        items.append(
            SourceItem(
                id=warning.id,
                level=LEVEL_OF_ALARM[alarm.severity] if alarm else quiet,
                text=mark_exercise(warning.exercise, issued.headline or issued.event or warning.id),
                word=_("ended") if warning.is_over(now) else here,
                about=f"{here} · {bulletin_text.describe_validity(warning, now)}",
                at=format_recent_moment(issued.sent, now),
                author=issued.source,
                facts=bulletin_text.list_warning_facts(warning, where, now),
                lon_deg=point[0] if point else None,
                lat_deg=point[1] if point else None,
            )
        )
    return tuple(items)


def feed_items(reply: FeedsReply | None, now: datetime) -> tuple[SourceItem, ...]:
    """Return the server's feeds, in the order of its configuration."""
    return tuple(_feed_item(feed, now) for feed in reply.feeds) if reply else ()


def gateway_items(reply: GatewaysReply | None, now: datetime) -> tuple[SourceItem, ...]:
    """Return the broker and its message types; nothing if the server has none."""
    if reply is None or not reply.broker:
        return ()
    facts = [(each.name, describe_gateway(each.last_message_at, each.readings, now)) for each in reply.gateways]
    since = _("since {moment}").format(moment=format_moment(reply.since)) if reply.since else ""
    problem = [(_("Problem"), reply.error)] if reply.error else []
    return (
        SourceItem(
            id="broker",
            level=_level_of_gateways(reply),
            text=_("MQTT gateways · {broker}").format(broker=reply.broker),
            word=_("lost") if not reply.connected else _("some data is missing") if reply.error else _("works"),
            about=reply.error or since,
            author="MQTT",
            facts=(*problem, *facts),
        ),
    )


def _level_of_gateways(reply: GatewaysReply) -> Level:
    """Return the highest level if nothing arrives, a lower one for a full disk or a refused gateway."""
    if not reply.connected:
        return Level.HIGH
    return Level.ATTENTION if reply.error else Level.NORMAL


def _feed_item(feed: FeedHealth, now: datetime) -> SourceItem:
    problem = describe_feed_problem(feed)
    asides = "\n".join(f"{format_moment(aside.at)}: {aside.reason}" for aside in feed.asides[:5])
    next_try = format_moment(feed.next_try_at) if feed.next_try_at else ""
    facts = (
        (_("Problem"), problem),
        (_("Last"), describe_feed_age(feed, now)),
        (_("Came"), describe_feed_counts(feed)),
        (_("Forecast"), "\n".join(feed.said)),
        (_("Put aside"), asides),
        (_("Next try"), next_try),
        (_("Address"), feed.url),
    )
    return SourceItem(
        id=f"feed/{feed.name}",
        level=_OF_FEED[feed.state],
        text=mark_exercise(feed.exercise, feed.title),
        word=describe_feed_state(feed),
        about=problem or describe_feed_age(feed, now),
        at=describe_feed_counts(feed),
        author=feed.source,
        facts=tuple((name, value) for name, value in facts if value),
    )


def _volcano_item(volcano: Volcano, now: datetime) -> SourceItem:
    return SourceItem(
        id=volcano.id,
        level=LEVEL_OF_VOLCANO[volcano.level],
        text=mark_exercise(volcano.exercise, f"{volcano.name} · {bulletin_text.volcano_level_label(volcano.level)}"),
        word=bulletin_text.volcano_level_label(volcano.level),
        about=_("stated {moment}").format(moment=format_moment(volcano.current.stated_at)),
        at=_("{age} ago").format(age=format_age(now - volcano.current.stated_at)),
        author=volcano.current.source,
        facts=bulletin_text.list_volcano_facts(volcano, now),
        lon_deg=volcano.lon_deg,
        lat_deg=volcano.lat_deg,
    )


def _leads(sources: SourcesReport, now: datetime) -> dict[str, str]:
    """Return the origin of each tab; for the sources also the age of the report."""
    bmkg = _("Source: BMKG")
    feeds = sources.feeds.feeds if sources.feeds else ()
    dead = [feed.title for feed in feeds if feed.state in (FeedState.LOST, FeedState.FROZEN)]
    if dead:
        bmkg += " · " + _("incomplete; feeds not working: {feeds}").format(feeds=", ".join(dead))
    known = ""
    if sources.asked_at is not None:
        known = _("as reported by the server {age} ago").format(age=format_age(now - sources.asked_at))
    text = " · ".join(part for part in (sources.problem, known) if part)
    return {EARTHQUAKES: bmkg, WARNINGS: bmkg, VOLCANOES: _("PVMBG's levels are entered by hand"), SOURCES: text}


def _empties(sources: SourcesReport) -> dict[str, tuple[str, str]]:
    asked = sources.feeds is not None and sources.feeds.asking
    hint = (
        ""
        if asked
        else _("The server has no feeds or cannot be reached: an empty list does not mean that nothing happened.")
    )
    return {
        EARTHQUAKES: (_("No earthquakes in the last 30 days"), hint),
        WARNINGS: (_("No weather warnings in the last 30 days"), hint),
        VOLCANOES: (_("No level entered yet"), _("Look it up at PVMBG (MAGMA Indonesia) and enter it here: V.")),
        SOURCES: (
            _("The sources are unknown"),
            sources.problem or _("The server has no feeds and no gateways."),
        ),
    }


def station_link_items(
    stations: Mapping[str, Station], latest: LatestReadings, alarms: Iterable[Alarm], now: datetime
) -> tuple[SourceItem, ...]:
    """Return a row for all stations and one for each lost connection; nothing without stations."""
    lost = [
        alarm for alarm in alarms if alarm.is_active and cause_family(alarm) == LINK and "/" not in alarm.parameter
    ]
    rows = [
        SourceItem(
            id=f"link/{a.parameter}", level=Level.HIGH, text=alarm_title(a, None), word=_("lost"), author=a.title
        )
        for a in lost
    ]
    if not stations:
        return tuple(rows)
    silent = [s for s in stations.values() if _is_silent(s, latest, now)]
    newest = max((reading.at for reading in latest.values()), default=None)
    heard = _("{heard} of {all} stations are reporting").format(heard=len(stations) - len(silent), all=len(stations))
    age = _("newest value {age} ago").format(age=format_age(now - newest)) if newest else _("no station data yet")
    facts = ((_("Without data"), ", ".join(sorted(s.name for s in silent)[:20])),) if silent else ()
    level = Level.NO_DATA if len(silent) == len(stations) else Level.ATTENTION if silent else Level.NORMAL
    word = _("works") if level is Level.NORMAL else _("some stations are silent")
    rows.append(SourceItem(id="stations", level=level, text=heard, word=word, about=age, facts=facts))
    return tuple(rows)


def _is_silent(station: Station, latest: LatestReadings, now: datetime) -> bool:
    severity = severity_of_station(station, alarms=(), latest=newest_by_parameter(station, latest), now=now)
    return severity is AlarmSeverity.NO_DATA
