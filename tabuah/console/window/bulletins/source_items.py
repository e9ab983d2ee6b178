"""The data sources panel.

Bulletins with local relevance first, feeds, gateways and station connections.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.console.window.bulletins.bulletin_layers import KnownBulletins
from tabuah.console.window.bulletins.volcano_level_fields import LEVEL_OF_VOLCANO
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.latest_readings import LatestReadings, newest_by_parameter, newest_time
from tabuah.operations.alarms.alarm import LINK, Alarm, cause_family
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning, Volcano
from tabuah.operations.bulletins.local_relevance import LocalRelevance
from tabuah.operations.entries import subject_of
from tabuah.operations.feeds.feed_health import FeedHealth, FeedState
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.stations.freshness import severity_of_station
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_recent_moment
from tabuah.storage.journal.protocol import FeedsReply, GatewaysReply
from tabuah.text.alarms.titles import alarm_title, severity_label
from tabuah.text.bulletins import bulletin_text, data_sources
from tabuah.text.facts import Facts
from tabuah.text.feeds import feed_status
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


class SourcesReport(msgspec.Struct, frozen=True, kw_only=True):
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
    impact: Callable[[KnownWarning], Facts],
    links: tuple[SourceItem, ...],
    level_reason: str,
    now: datetime,
) -> SourcesContent:
    """Return all tabs; without a map view only volcanoes and sources.

    `impact` returns the impact of a warning as facts, as far as it is known.
    """
    up = {alarm.parameter: alarm for alarm in alarms if alarm.is_active and not alarm.station}
    items = {
        EARTHQUAKES: earthquake_items(bulletins.earthquakes.values(), up, view, now) if view else (),
        WARNINGS: warning_items(bulletins.warnings.values(), up, view, impact=impact, now=now) if view else (),
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
                text=bulletin_text.mark_exercise(
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
    warnings: Iterable[KnownWarning],
    up: Mapping[str, Alarm],
    view: LocalRelevance,
    *,
    impact: Callable[[KnownWarning], Facts],
    now: datetime,
) -> tuple[SourceItem, ...]:
    """Return the warnings of the last month: those in force here, others in force, then expired ones."""
    seen = [(w, view.warning(w)) for w in warnings if now - w.issued.sent <= LISTED_FOR]
    seen.sort(key=lambda pair: (pair[0].is_over(now), not pair[1].touches, -pair[0].issued.sent.timestamp()))
    items = []
    for warning, where in seen:
        alarm, issued = up.get(subject_of("warning", warning.id)), warning.issued
        relation = bulletin_text.describe_warning_relation(where)
        quiet = Level.NO_DATA if warning.is_over(now) else Level.INFORMATION
        point = next((ring[0] for ring in issued.rings), None)
        items.append(
            SourceItem(
                id=warning.id,
                level=LEVEL_OF_ALARM[alarm.severity] if alarm else quiet,
                text=bulletin_text.mark_exercise(warning.exercise, issued.headline or issued.event or warning.id),
                word=bulletin_text.describe_warning_state(warning, where, now),
                about=f"{relation} · {bulletin_text.describe_validity(warning, now)}",
                at=format_recent_moment(issued.sent, now),
                author=issued.source,
                facts=bulletin_text.list_warning_facts(
                    warning, where, now, impact=impact(warning) if where.touches and not warning.is_over(now) else ()
                ),
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
    gateways = [
        (each.name, feed_status.describe_gateway(each.last_message_at, each.readings, now)) for each in reply.gateways
    ]
    return (
        SourceItem(
            id="broker",
            level=_level_of_gateways(reply),
            text=feed_status.describe_gateways(reply.broker),
            word=feed_status.describe_broker_state(connected=reply.connected, error=reply.error),
            about=reply.error or feed_status.describe_connection_start(reply.since),
            author="MQTT",
            facts=feed_status.list_gateway_facts(reply.error, gateways),
        ),
    )


def _level_of_gateways(reply: GatewaysReply) -> Level:
    """Return the highest level if nothing arrives, a lower one for a full disk or a refused gateway."""
    if not reply.connected:
        return Level.HIGH
    return Level.ATTENTION if reply.error else Level.NORMAL


def _feed_item(feed: FeedHealth, now: datetime) -> SourceItem:
    return SourceItem(
        id=f"feed/{feed.name}",
        level=_OF_FEED[feed.state],
        text=bulletin_text.mark_exercise(feed.exercise, feed.title),
        word=feed_status.describe_feed_state(feed),
        about=feed_status.describe_feed_problem(feed) or feed_status.describe_feed_age(feed, now),
        at=feed_status.describe_feed_counts(feed),
        author=feed.source,
        facts=feed_status.list_feed_facts(feed, now),
    )


def _volcano_item(volcano: Volcano, now: datetime) -> SourceItem:
    return SourceItem(
        id=volcano.id,
        level=LEVEL_OF_VOLCANO[volcano.level],
        text=bulletin_text.mark_exercise(
            volcano.exercise, f"{volcano.name} · {bulletin_text.volcano_level_label(volcano.level)}"
        ),
        word=bulletin_text.volcano_level_label(volcano.level),
        about=bulletin_text.describe_statement_time(volcano),
        at=bulletin_text.describe_statement_age(volcano, now),
        author=volcano.current.source,
        facts=bulletin_text.list_volcano_facts(volcano, now),
        lon_deg=volcano.lon_deg,
        lat_deg=volcano.lat_deg,
    )


def _leads(sources: SourcesReport, now: datetime) -> dict[str, str]:
    """Return the origin of each tab; for the sources also the age of the report."""
    feeds = sources.feeds.feeds if sources.feeds else ()
    bmkg = data_sources.describe_bmkg_origin(
        [feed.title for feed in feeds if feed.state in (FeedState.LOST, FeedState.FROZEN)]
    )
    return {
        EARTHQUAKES: bmkg,
        WARNINGS: bmkg,
        VOLCANOES: data_sources.describe_volcano_origin(),
        SOURCES: data_sources.describe_report_age(sources.problem, sources.asked_at, now),
    }


def _empties(sources: SourcesReport) -> dict[str, tuple[str, str]]:
    asked = sources.feeds is not None and sources.feeds.asking
    hint = "" if asked else data_sources.no_feeds_hint()
    return {
        EARTHQUAKES: (data_sources.no_earthquakes_text(), hint),
        WARNINGS: (data_sources.no_warnings_text(), hint),
        VOLCANOES: data_sources.no_volcano_levels_texts(),
        SOURCES: data_sources.no_sources_texts(sources.problem),
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
            id=f"link/{a.parameter}",
            level=Level.HIGH,
            text=alarm_title(a, None),
            word=data_sources.describe_lost_link(),
            author=a.title,
        )
        for a in lost
    ]
    if not stations:
        return tuple(rows)
    silent = [s for s in stations.values() if _is_silent(s, latest, now)]
    newest = newest_time(stations, latest)
    level = Level.NO_DATA if len(silent) == len(stations) else Level.ATTENTION if silent else Level.NORMAL
    rows.append(
        SourceItem(
            id="stations",
            level=level,
            text=data_sources.describe_reporting_stations(len(stations) - len(silent), len(stations)),
            word=data_sources.describe_stations_source(complete=not silent),
            about=data_sources.describe_newest_value(newest, now),
            facts=data_sources.list_silent_stations(sorted(s.name for s in silent)[:20]),
        )
    )
    return tuple(rows)


def _is_silent(station: Station, latest: LatestReadings, now: datetime) -> bool:
    severity = severity_of_station(station, alarms=(), latest=newest_by_parameter(station, latest), now=now)
    return severity is AlarmSeverity.NO_DATA
