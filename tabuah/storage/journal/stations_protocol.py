"""Records of the HTTP interface for stations: their list, registration of many, and unregistered senders."""

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.import_table import RowState
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.unregistered import UnregisteredStation

MAX_STATIONS_POSTED: Final = 500

Cell = str | float | UnsetType  # a number may be written as text, also with a decimal comma


class PostedStation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A station by the columns of a station file. A known code changes this station; absent fields stay."""

    code: str
    name: Cell = UNSET
    kind: Cell = UNSET
    longitude: Cell = UNSET
    latitude: Cell = UNSET
    elevation_m: Cell = UNSET
    nagari: Cell = UNSET
    owner: Cell = UNSET
    gateway: Cell = UNSET
    parameters: Cell = UNSET
    river: Cell = UNSET
    downstream: Cell = UNSET
    lag_min: Cell = UNSET
    siaga_4: Cell = UNSET
    siaga_3: Cell = UNSET
    siaga_2: Cell = UNSET
    siaga_1: Cell = UNSET
    thresholds_source: Cell = UNSET
    thresholds_from: Cell = UNSET
    outside_reason: Cell = UNSET


class StationsPost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a post to `/v1/stations`.

    Attributes:
        stations: the stations.
        reason: why known stations change.
        valid_only: register the valid ones although others are refused.
        dry_run: only return what would happen.
    """

    stations: Annotated[tuple[PostedStation, ...], Meta(min_length=1, max_length=MAX_STATIONS_POSTED)]
    reason: Annotated[str, Meta(max_length=400)] = ""
    valid_only: bool = False
    dry_run: bool = False


class StationProblemReply(msgspec.Struct, frozen=True, kw_only=True):
    """A problem of one station, with its sentence in the language of the server."""

    field: str
    code: str
    text: str


class PostedStationResult(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one station of a post."""

    code: str
    state: RowState
    problems: tuple[StationProblemReply, ...] = ()


class StationsPostReply(msgspec.Struct, frozen=True, kw_only=True):
    """The result of each station, in the order of the post; `written` says whether anything was saved."""

    written: bool
    results: tuple[PostedStationResult, ...]


class StationsReply(msgspec.Struct, frozen=True, kw_only=True):
    """Stations by code; if `more` is true, repeat the request with `after` set to the last code."""

    stations: tuple[Station, ...]
    more: bool


class UnregisteredReply(msgspec.Struct, frozen=True, kw_only=True):
    """Stations that send and are not registered, by code and account."""

    stations: tuple[UnregisteredStation, ...]
