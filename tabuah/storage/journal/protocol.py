"""The records of the HTTP interface that server and client share, besides entries: sessions, devices, readings."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.authority.records import Grant
from tabuah.operations.authority.roles import Role
from tabuah.operations.forecast.forecast import StageForecast
from tabuah.operations.forecast.model import GaugeModel, TooLittleHistory
from tabuah.operations.forecast.verifying import Verification
from tabuah.operations.levels import RiverLevel
from tabuah.operations.stations.readings import Reading, SeriesPoint, SeriesSummary

PROTOCOL_VERSION: Final = 1
HEARTBEAT_S: Final = 15.0


class SessionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Log in. With the id of an enrolled device the reply brings a grant to write from it."""

    user: Annotated[str, Meta(min_length=1, max_length=80)]
    password: Annotated[str, Meta(min_length=1, max_length=1024)]
    device: str = ""
    protocol: int = PROTOCOL_VERSION


class RefreshRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A new access token for a refresh token, which is used up by it.

    `attempt` is a random word that is kept until the answer is here: the same request gets the same refresh token,
    however often and in whatever order it arrives.
    """

    refresh_token: str
    device: str = ""
    attempt: Annotated[str, Meta(max_length=64)] = ""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """An open session; `server` names the journal, so a console never mixes two."""

    access_token: str
    access_expires_at: datetime
    refresh_token: str
    user: str
    role: Role
    opd: str
    server: str  # device id of the server
    server_public_key: str  # hex
    now: datetime
    grant: Grant | None = None


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A device asks to be let in. `proof` is its signature over `tabuah-enrol/<public_key>/<user>` in hex.

    With `sealing_key` others can seal for it what strangers carry; see `published_sealing_key`.
    """

    public_key: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    proof: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]
    name: Annotated[str, Meta(max_length=120)] = ""
    written_before: Annotated[int, Meta(ge=0)] = 0
    sealing_key: Annotated[str, Meta(pattern=r"^([0-9a-f]{192})?$")] = ""


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """The device as the journal now has it; the grant is there once it is approved.

    `written_before` is what its first enrolment said, however often it enrols.
    """

    device: str
    tag: str
    approved: bool
    grant: Grant | None = None
    written_before: int = 0


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """A reading that was not taken, by its index in the batch, with a stable reason code."""

    index: int
    reason: str


class ReadingsReply(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch of readings: `stored` are new or corrected, `unchanged` were known already."""

    stored: int
    unchanged: int
    set_aside: tuple[SetAside, ...] = ()


class LatestReply(msgspec.Struct, frozen=True, kw_only=True):
    """The newest reading of every series."""

    readings: tuple[Reading, ...]


class GatewayHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What has come by one kind of message since the server's start."""

    name: str
    topic: str
    messages: int
    readings: int
    set_aside: int
    last_message_at: datetime | None = None


class GatewaysReply(msgspec.Struct, frozen=True, kw_only=True):
    """How the link to the broker is; an empty `broker` means that the server has none."""

    broker: str = ""
    connected: bool = False
    since: datetime | None = None
    error: str = ""
    unmatched: int = 0
    gateways: tuple[GatewayHealth, ...] = ()


class ForecastReply(msgspec.Struct, frozen=True, kw_only=True):
    """The newest forecast of a gauge; None where there is none, `too_little_history` when that is why."""

    station: str
    forecast: StageForecast | None = None
    too_little_history: TooLittleHistory | None = None


class ModelReply(msgspec.Struct, frozen=True, kw_only=True):
    """What the forecasts of a gauge rest on."""

    station: str
    model: GaugeModel | None = None
    too_little_history: TooLittleHistory | None = None


class LevelVerification(msgspec.Struct, frozen=True, kw_only=True):
    """How the forecasts of one level have done."""

    level: RiverLevel
    result: Verification


class VerificationReply(msgspec.Struct, frozen=True, kw_only=True):
    """How the forecasts of a gauge have done; they count when a level was to be reached within `within_s` seconds."""

    station: str
    within_s: float
    levels: tuple[LevelVerification, ...]


class FeedState(StrEnum):
    """How a feed is: FAILING has only just begun, FROZEN answers and has had nothing new for too long."""

    WAITING = "waiting"
    WORKING = "working"
    FAILING = "failing"
    LOST = "lost"
    FROZEN = "frozen"


class FeedAside(msgspec.Struct, frozen=True, kw_only=True):
    """Something a feed brought that could not be used, and why."""

    at: datetime
    reason: str


class FeedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How one feed fares and what came by it; a count of readings is one of answers that could be read."""

    name: str
    title: str
    content: str
    source: str
    url: str
    state: FeedState
    last_success_at: datetime | None = None
    last_change_at: datetime | None = None
    last_tried_at: datetime | None = None
    failing_since: datetime | None = None
    next_try_at: datetime | None = None
    error: str = ""
    moved_to: str = ""
    changes_within_h: float = 0.0
    readings: int = 0
    unchanged: int = 0
    new: int = 0
    revised: int = 0
    set_aside: int = 0
    refused: int = 0
    asides: tuple[FeedAside, ...] = ()
    said: tuple[str, ...] = ()  # a forecast in words, step by step
    exercise: bool = False


class FeedsReply(msgspec.Struct, frozen=True, kw_only=True):
    """The feeds that the server asks, none where it asks none."""

    asking: bool = False
    feeds: tuple[FeedHealth, ...] = ()


class SeriesReply(msgspec.Struct, frozen=True, kw_only=True):
    """One series between two moments, at most the number of points that was asked for."""

    station: str
    parameter: str
    points: tuple[SeriesPoint, ...]


class ValuesReply(msgspec.Struct, frozen=True, kw_only=True):
    """The oldest values of one series between two moments, with their quality; `more` when others follow."""

    station: str
    parameter: str
    values: tuple[Reading, ...]
    more: bool = False


class SummariesReply(msgspec.Struct, frozen=True, kw_only=True):
    """One series in minutes, hours or days of UTC; values, and so minutes, are kept from `values_from` on."""

    station: str
    parameter: str
    span: str
    summaries: tuple[SeriesSummary, ...]
    values_from: datetime | None = None


class AsideReply(msgspec.Struct, frozen=True, kw_only=True):
    """How many readings of one station were set aside, by the code of the reason."""

    station: str
    counts: dict[str, int]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What `/health` says."""

    status: str
    server: str
    version: str
    protocol: int
    oldest_protocol: int
    head: int
    now: datetime


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An RFC 9457 problem document. `code` is stable; `expected` comes with the code `gap`."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""
    code: str = ""
    expected: int | None = None


def enrolment_proof_text(public_key: str, user: str) -> bytes:
    """What a device signs to prove that it holds the key it enrols."""
    return f"tabuah-enrol/{public_key}/{user}".encode()
