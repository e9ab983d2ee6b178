"""Feed sources of a server: the file `feeds.toml`, parsed with precise error positions."""

from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from tabuah.operations.bulletins.rules import (
    BulletinCondition,
    BulletinRule,
    EarthquakeCondition,
    WarningCondition,
    default_bulletin_rules,
)
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.feeds.alert_choice import AlertChoice
from tabuah.operations.feeds.cap_alert import CapCertainty, CapSeverity, CapUrgency
from tabuah.operations.levels import AlarmSeverity
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import RegencyProfile
from tabuah.resources.toml_parser import parse_toml

RuleName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]


class EarthquakeTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Legacy table `[[earthquake_alarm]]`: `feeds.toml` held rules before the journal did."""

    name: RuleName
    severity: AlarmSeverity
    magnitude: Annotated[float, Meta(ge=0, le=10)] = 0.0
    within_km: Annotated[float, Meta(gt=0, le=20_000)] | None = None
    felt_mmi: Annotated[int, Meta(ge=1, le=12)] | None = None
    source: str = ""

    @property
    def rule(self) -> BulletinRule:
        """Return the journal rule of this table."""
        condition = EarthquakeCondition(magnitude=self.magnitude, within_km=self.within_km, felt_mmi=self.felt_mmi)
        return _rule(self.name, condition, self.severity, self.source)


class WarningTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Legacy table `[[warning_alarm]]`."""

    name: RuleName
    severity: AlarmSeverity
    severities: tuple[CapSeverity, ...] = ()
    urgencies: tuple[CapUrgency, ...] = ()
    certainties: tuple[CapCertainty, ...] = ()
    source: str = ""

    @property
    def rule(self) -> BulletinRule:
        """Return the journal rule of this table."""
        condition = WarningCondition(
            severities=self.severities, urgencies=self.urgencies, certainties=self.certainties
        )
        return _rule(self.name, condition, self.severity, self.source)


def _rule(rule_id: str, condition: BulletinCondition, severity: AlarmSeverity, source: str) -> BulletinRule:
    """Return a rule named like the default rule with its id; else like the id without hyphens."""
    first = {rule.id: rule.name for rule in default_bulletin_rules()}
    name = first.get(rule_id, rule_id.replace("-", " ").capitalize())
    return BulletinRule(id=rule_id, name=name, condition=condition, severity=severity, source=source)


FILE_NAME: Final = "feeds.toml"
MAX_FEEDS: Final = 40
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class InvalidFeedSources(ValueError):
    """The file cannot be used; the message gives position and reason."""


class FeedContent(StrEnum):
    """Content of a feed."""

    EARTHQUAKES = "earthquakes"
    WARNINGS = "warnings"
    FORECAST = "forecast"


class FeedSource(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One address, polled every `every_s` seconds.

    The source is lost after `lost_after_s` without a usable response and frozen after
    `changes_within_h` hours without anything new (0: never). Only the warnings of `province` are
    fetched, by the number in BMKG's identifiers; empty is all. Data of an `exercise` feed are marked as
    exercise; `exercise_id` names it, empty for drills of no named exercise. Warnings of the regency that
    `messages` chooses become messages, too.
    """

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    content: FeedContent
    url: Annotated[str, Meta(min_length=1, max_length=500)]
    title: Annotated[str, Meta(max_length=80)] = ""
    every_s: Annotated[float, Meta(ge=30, le=86_400)] = 120.0
    lost_after_s: Annotated[float, Meta(ge=60, le=7 * 86_400)] = 900.0
    changes_within_h: Annotated[float, Meta(ge=0, le=24 * 365)] = 0.0
    province: Annotated[str, Meta(pattern=r"^([0-9]{2})?$")] = ""
    exercise: bool = False
    exercise_id: Annotated[str, Meta(pattern=r"^([a-z0-9][a-z0-9-]{0,39})?$")] = ""
    messages: AlertChoice | None = None

    @property
    def world(self) -> SubjectWorld:
        """Return the world that its items belong to."""
        return SubjectWorld(self.exercise, self.exercise_id if self.exercise else "")

    @property
    def display_title(self) -> str:
        """Return the title for people."""
        return self.title or self.name

    def problem(self) -> str:
        """Return the fault of the source, empty when it is valid."""
        if self.messages is not None and self.content is not FeedContent.WARNINGS:
            return "`messages` chooses warnings, which this feed does not have"
        try:
            parts = urlsplit(self.url)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            return f"{self.url!r} is no address"
        if not host or parts.username or parts.scheme not in ("http", "https"):
            return f"{self.url!r} is no address that begins with https://"
        if parts.scheme == "http" and host not in _LOOPBACK:
            return f"{self.url!r} is not protected: it must begin with https://"
        return ""


class FeedSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Content of the file. Rules live in the journal; the server takes over legacy tables of rules.

    A missing kind of table is None; an empty one means that there are no such rules.
    """

    feed: tuple[FeedSource, ...] = ()
    earthquake_alarm: tuple[EarthquakeTable, ...] | None = None
    warning_alarm: tuple[WarningTable, ...] | None = None

    @property
    def rules(self) -> tuple[BulletinRule, ...]:
        """Return the rules of all tables."""
        tables: tuple[EarthquakeTable | WarningTable, ...] = (
            *(self.earthquake_alarm or ()),
            *(self.warning_alarm or ()),
        )
        return tuple(table.rule for table in tables)


def read_sources(text: str) -> FeedSet:
    """Parse the feeds of a file, in order.

    Raises:
        InvalidFeedSources: not TOML, an unknown name, or an invalid feed.
    """
    try:
        found = msgspec.convert(parse_toml(text), FeedSet)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise InvalidFeedSources(str(error)) from error
    for source in found.feed:
        if problem := source.problem():
            raise InvalidFeedSources(f"feed {source.name!r}: {problem}")
    _refuse_doubled("feeds", [source.name for source in found.feed])
    _refuse_doubled("alarms", [rule.id for rule in found.rules])
    if len(found.feed) > MAX_FEEDS:
        raise InvalidFeedSources(f"{len(found.feed)} feeds; at most {MAX_FEEDS} can be asked")
    return found


def _refuse_doubled(what: str, names: list[str]) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise InvalidFeedSources(f"two {what} are called {doubled[0]!r}")


# Written by `tabuah server feeds`: all BMKG feeds for the regency, each polled as often as it changes.
_FEEDS: Final = """\
# The feeds that this server asks. Used when it runs with: tabuah server --feeds
# When what they bring is an alarm is said by rules: Ctrl+R in the window, or `tabuah rule list`.
# Source of all of them: BMKG (Badan Meteorologi, Klimatologi, dan Geofisika), which asks to be named.
# BMKG allows 60 requests a minute from one address; Tabuah never makes more, however many feeds stand here.

[[feed]]
name = "autogempa"
title = "Gempa terbaru"
content = "earthquakes"
url = "https://data.bmkg.go.id/DataMKG/TEWS/autogempa.json"
every_s = 60
changes_within_h = 48          # reported as frozen after this time without news

[[feed]]
name = "gempadirasakan"
title = "Gempa dirasakan"
content = "earthquakes"
url = "https://data.bmkg.go.id/DataMKG/TEWS/gempadirasakan.json"
every_s = 120
changes_within_h = 96

[[feed]]
name = "gempaterkini"
title = "Gempa M 5 ke atas"
content = "earthquakes"
url = "https://data.bmkg.go.id/DataMKG/TEWS/gempaterkini.json"
every_s = 300
changes_within_h = 240

[[feed]]
name = "nowcast"
title = "Peringatan dini cuaca"
content = "warnings"
url = "https://www.bmkg.go.id/alerts/nowcast/id/rss.xml"
every_s = 120
changes_within_h = 6
province = "PROVINCE"                # of the regency
# messages = { severities = ["Severe", "Extreme"] }   # these become messages, too, so that a person deals with them
"""
_FORECAST_OF_BATANG_BARUS: Final = """
[[feed]]
name = "prakiraan-batang-barus"
title = "Prakiraan cuaca Batang Barus"
content = "forecast"
url = "https://api.bmkg.go.id/publik/prakiraan-cuaca?adm4=13.02.07.2006"
every_s = 10800
lost_after_s = 43200
changes_within_h = 36
"""


def sample_feeds_toml(regency: RegencyProfile) -> str:
    """Return a file with all BMKG feeds for a regency; a forecast is of one village, here one of Kabupaten Solok."""
    feeds = _FEEDS.replace("PROVINCE", regency.kemendagri_code[:2])
    is_shipped = regency.kemendagri_code == shipped_regency().kemendagri_code
    return feeds + _FORECAST_OF_BATANG_BARUS if is_shipped else feeds
