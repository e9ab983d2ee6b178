"""Gateway mapping: topic, format and location of values in the messages of one kind of gateway."""

import re
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from tabuah.resources.time_zone import home_zone

_PLACES: Final = {"{station}": "station", "{parameter}": "parameter"}


class PayloadFormat(StrEnum):
    """Format of a message; SenML is RFC 8428 in JSON."""

    JSON = "json"
    CSV = "csv"
    SENML = "senml"


class TimeFormat(StrEnum):
    """Format of a time: RFC 3339, or seconds or milliseconds since 1970 (UTC)."""

    ISO = "iso"
    SECONDS = "s"
    MILLISECONDS = "ms"


class ValueMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Path and meaning of one value; `value * scale + offset` is in `unit`, or in the native unit."""

    path: str
    parameter: str = ""
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0


class GatewayMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of message.

    `topic` is an MQTT topic filter in which `{station}` and `{parameter}` may stand for a level. A path
    such as `uplink.decoded.level` goes down into JSON objects, a number into a list; in CSV it is a
    column name or number. `stations` maps the gateway's own identifiers to station codes; others are
    taken as they are. `zone` is that of times without one; empty means the regency's. An empty `time`
    means the time of receipt: only for gateways without a clock, because a repeated message then counts
    twice. A mapping grants nothing: a station names the account that may send its readings.
    """

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    topic: Annotated[str, Meta(min_length=1, max_length=500)]
    format: PayloadFormat = PayloadFormat.JSON
    items: str = ""
    station: str = ""
    stations: dict[str, str] = {}
    time: str = "t"
    time_format: TimeFormat = TimeFormat.ISO
    zone: Annotated[str, Meta(pattern=r"^([+-]\d\d:\d\d)?$")] = ""
    delimiter: Annotated[str, Meta(pattern=r"^[,;\t|]?$")] = ""
    values: tuple[ValueMapping, ...] = (ValueMapping(path="v"),)

    @property
    def default_zone(self) -> tzinfo:
        """Return the zone of times that name none."""
        return (datetime.fromisoformat(f"2026-01-01T00:00{self.zone}").tzinfo if self.zone else None) or home_zone()

    @property
    def filter(self) -> str:
        """Return the topic filter to subscribe to."""
        return "/".join("+" if level in _PLACES else level for level in self.topic.split("/"))

    def problem(self) -> str:
        """Return the error in the mapping, or an empty text; station and parameter must be given somewhere."""
        levels = self.topic.split("/")
        if not _FILTER.match(self.filter):
            return f"{self.topic!r} is no topic filter: + and # stand for whole levels, # only at the end"
        if any(levels.count(place) > 1 for place in _PLACES):
            return f"{self.topic!r} names the same twice"
        if self.format is PayloadFormat.SENML:
            return ""
        if not self.values:
            return "it names no values"
        if "{station}" not in levels and not self.station:
            return "neither the topic nor `station` gives the station code"
        if "{parameter}" not in levels and any(not value.parameter for value in self.values):
            return "neither the topic nor the value says which parameter it is"
        return ""


# Levels without wildcards, or wildcards that are a whole level (MQTT 5, 4.7.1).
_FILTER: Final = re.compile(r"^(?:(?:\+|[^+#/\0]*)/)*(?:\+|#|[^+#/\0]*)$")


class TopicPlaces(NamedTuple):
    """The parts of a message's topic; empty where the mapping has no placeholder."""

    station: str = ""
    parameter: str = ""


def read_topic(mapping: GatewayMapping, topic: str) -> TopicPlaces | None:
    """Return the station and parameter of a topic; None if it does not match the mapping."""
    wanted, given = mapping.topic.split("/"), topic.split("/")
    found: dict[str, str] = {}
    for index, level in enumerate(wanted):
        if level == "#":
            return TopicPlaces(**found)
        if index >= len(given):
            return None
        if level in _PLACES:
            found[_PLACES[level]] = given[index]
        elif level not in ("+", given[index]):
            return None
    return TopicPlaces(**found) if len(wanted) == len(given) else None


# `tabuah/v1/SLK-AWLR-03/stage_m` with `{"t": "2026-11-24T07:30:00Z", "v": 3.42}` or a list of them.
DEFAULT_MAPPING: Final = GatewayMapping(name="tabuah", topic="tabuah/v1/{station}/{parameter}")
