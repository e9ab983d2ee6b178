"""Which feeds a server asks, and how: the file `feeds.toml`, read with the place of what is wrong."""

import tomllib
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.feeds.alarm_tables import EarthquakeTable, WarningTable

FILE_NAME: Final = "feeds.toml"
MOST_FEEDS: Final = 40
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class BadSources(ValueError):
    """The file cannot be used; the message says where and why."""


class FeedContent(StrEnum):
    """What a feed brings."""

    EARTHQUAKES = "earthquakes"
    WARNINGS = "warnings"
    FORECAST = "forecast"


class FeedSource(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One address that is asked every `every_s` seconds.

    After `lost_after_s` without an answer that can be used the link counts as lost; after `changes_within_h` hours
    without anything new it counts as frozen, 0 is never. Of warnings only those of `province` are fetched, by the
    number in BMKG's identifiers; empty is all. What comes by an `exercise` feed is marked as such.
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

    @property
    def shown_title(self) -> str:
        """What people call it."""
        return self.title or self.name

    def problem(self) -> str:
        """What is wrong with it, empty where nothing is."""
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
    """All of the file. Rules stand in the journal; tables of them, from before, are taken over by the server.

    A sort of table that the file does not name is None; named and empty it says that there shall be none of these.
    """

    feed: tuple[FeedSource, ...] = ()
    earthquake_alarm: tuple[EarthquakeTable, ...] | None = None
    warning_alarm: tuple[WarningTable, ...] | None = None

    @property
    def rules(self) -> tuple[BulletinRule, ...]:
        """The rules of all its tables."""
        tables: tuple[EarthquakeTable | WarningTable, ...] = (
            *(self.earthquake_alarm or ()),
            *(self.warning_alarm or ()),
        )
        return tuple(table.rule for table in tables)


def read_sources(text: str) -> FeedSet:
    """The feeds of a file, in its order.

    Raises:
        BadSources: it is no TOML, names something that does not exist, or a feed cannot work.
    """
    try:
        found = msgspec.convert(tomllib.loads(text), FeedSet)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise BadSources(str(error)) from error
    for source in found.feed:
        if problem := source.problem():
            raise BadSources(f"feed {source.name!r}: {problem}")
    _refuse_doubled("feeds", [source.name for source in found.feed])
    _refuse_doubled("alarms", [rule.id for rule in found.rules])
    if len(found.feed) > MOST_FEEDS:
        raise BadSources(f"{len(found.feed)} feeds; at most {MOST_FEEDS} can be asked")
    return found


def _refuse_doubled(what: str, names: list[str]) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise BadSources(f"two {what} are called {doubled[0]!r}")


# What `tabuah server feeds` writes: everything that BMKG publishes for the regency, each as often as it changes.
SAMPLE: Final = """\
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
changes_within_h = 48          # nothing new for longer: told as frozen

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
province = "13"                # Sumatera Barat

[[feed]]
name = "prakiraan-batang-barus"
title = "Prakiraan cuaca Batang Barus"
content = "forecast"
url = "https://api.bmkg.go.id/publik/prakiraan-cuaca?adm4=13.02.07.2006"
every_s = 10800
lost_after_s = 43200
changes_within_h = 36
"""
