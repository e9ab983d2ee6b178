"""Records of the HTTP interface that server and client share: sessions, devices, readings.

Entries are in `wire.py`.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.feeds.feed_health import FeedHealth
from tabuah.operations.forecast.gauge_model import GaugeModel, TooLittleHistory
from tabuah.operations.forecast.stage_forecast import StageForecast
from tabuah.operations.forecast.verification import ForecastVerification
from tabuah.operations.levels import RiverLevel
from tabuah.operations.people.authority import Grant
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading, ReadingCorrection, SeriesPoint, SeriesSummary
from tabuah.storage.journal.messages_protocol import MailboxesHealth
from tabuah.storage.journal.notices_protocol import NoticesHealth, WebhooksHealth
from tabuah.storage.journal.server_keys import KeyCertificates
from tabuah.storage.journal.signatures import DeviceKey

PROTOCOL_VERSION: Final = 2  # since 2, devices sign their enrolment and the renewal of their sessions
HEARTBEAT_S: Final = 15.0


class ExerciseSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An exercise, as gateways see it."""

    id: str
    name: str
    started_at: datetime
    ended_at: datetime | None = None
    wiped_at: datetime | None = None


class ExercisesReply(msgspec.Struct, frozen=True, kw_only=True):
    """All exercises, and the number of stations of the real world."""

    exercises: tuple[ExerciseSummary, ...] = ()
    real_stations: int = 0


class SessionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A log-in. The session belongs to `device` if the device proves its key; the reply then contains its grant.

    `proof` is the signature of `log_in_proof_text` in hex; the reply to a `LogInChallenge` contains the `nonce`. A
    proven and approved device is exempt from the delays that failed log-ins of others cause.
    """

    user: Annotated[str, Meta(min_length=1, max_length=80)]
    password: Annotated[str, Meta(min_length=1, max_length=1024)]
    device: str = ""
    protocol: int = PROTOCOL_VERSION
    code: Annotated[str, Meta(max_length=100)] = ""  # of the second factor
    nonce: Annotated[str, Meta(max_length=200)] = ""
    public_key: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    proof: Annotated[str, Meta(pattern=r"^([0-9a-f]{128})?$")] = ""


class RefreshRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Exchange a refresh token, which is thereby used up, for a new access token.

    `attempt` is a random word that the client keeps until it has the answer. A repeated request with
    the same `attempt` gets the same refresh token, however often and in whatever order it arrives.
    The session of a device is renewed only with `proof`, the signature of `refresh_proof_text` in hex.
    """

    refresh_token: str
    device: str = ""
    attempt: Annotated[str, Meta(max_length=64)] = ""
    public_key: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    proof: Annotated[str, Meta(pattern=r"^([0-9a-f]{128})?$")] = ""


class RegencySummary(msgspec.Struct, frozen=True, kw_only=True):
    """The regency of a server: Kemendagri code, name, and SHA-256 of the profile."""

    code: str
    name: str
    sha256: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """An open session; `server` identifies the journal, so that a console never mixes two.

    `server` is the device id of the server's first key; `server_keys` are the certificates of the later ones.
    `epoch` counts how often all sessions of the user have ended.
    """

    access_token: str
    access_expires_at: datetime
    refresh_token: str
    user: str
    role: Role
    opd: str
    server: str  # device id of the server
    server_public_key: str  # hex, of the newest key
    server_keys: KeyCertificates = ()
    now: datetime
    grant: Grant | None = None
    epoch: int = 0
    regency: RegencySummary | None = None  # None is the shipped profile


class EnrolmentChallenge(msgspec.Struct, frozen=True, kw_only=True):
    """A nonce for one enrolment, and the id of the server that issued it."""

    nonce: str
    server: str
    expires_at: datetime


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request to enrol a device.

    The user vouches for the chain of `written_before` entries that ends in the SHA-256 `written_head`. `proof` is the
    signature of `enrolment_proof_text` in hex; `nonce` comes from an `EnrolmentChallenge`. `sealing_key` lets others
    seal content for the device that third parties carry; see `published_sealing_key`.
    """

    public_key: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    proof: Annotated[str, Meta(pattern=r"^[0-9a-f]{128}$")]
    name: Annotated[str, Meta(max_length=120)] = ""
    written_before: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    written_head: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    nonce: Annotated[str, Meta(max_length=200)] = ""
    sealing_key: Annotated[str, Meta(pattern=r"^([0-9a-f]{192})?$")] = ""


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """A device as recorded in the journal; `grant` is set once it is approved.

    `written_before` is the value of the first enrolment, even if the device enrols again.
    """

    device: str
    tag: str
    approved: bool
    grant: Grant | None = None
    written_before: int = 0


class QuarantineNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A reading that was quarantined: its index in the batch and a stable reason code."""

    index: int
    reason: str


class ReadingsReply(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a batch of readings: `stored` are new or corrected, `unchanged` were known."""

    stored: int
    unchanged: int
    set_aside: tuple[QuarantineNotice, ...] = ()


class LatestReply(msgspec.Struct, frozen=True, kw_only=True):
    """The newest reading of every series."""

    readings: tuple[Reading, ...]


class GatewayHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one kind of MQTT message since the server's start."""

    name: str
    topic: str
    messages: int
    readings: int
    set_aside: int
    last_message_at: datetime | None = None


class GatewaysReply(msgspec.Struct, frozen=True, kw_only=True):
    """State of the connection to the MQTT broker; `broker` is empty when the server has none."""

    broker: str = ""
    connected: bool = False
    since: datetime | None = None
    error: str = ""
    unmatched: int = 0
    gateways: tuple[GatewayHealth, ...] = ()


class ForecastReply(msgspec.Struct, frozen=True, kw_only=True):
    """The newest forecast of a gauge, or `too_little_history` if that is why there is none."""

    station: str
    forecast: StageForecast | None = None
    too_little_history: TooLittleHistory | None = None


class ModelReply(msgspec.Struct, frozen=True, kw_only=True):
    """The model behind the forecasts of a gauge."""

    station: str
    model: GaugeModel | None = None
    too_little_history: TooLittleHistory | None = None


class LevelVerification(msgspec.Struct, frozen=True, kw_only=True):
    """Verification of the forecasts of one level."""

    level: RiverLevel
    result: ForecastVerification


class VerificationReply(msgspec.Struct, frozen=True, kw_only=True):
    """Verification of a gauge's forecasts of a level reached within `within_s` seconds."""

    station: str
    within_s: float
    levels: tuple[LevelVerification, ...]


class FeedsReply(msgspec.Struct, frozen=True, kw_only=True):
    """The feeds that the server polls; `asking` is false where it polls none."""

    asking: bool = False
    feeds: tuple[FeedHealth, ...] = ()


class SeriesReply(msgspec.Struct, frozen=True, kw_only=True):
    """One series between two moments, with at most the requested number of points."""

    station: str
    parameter: str
    points: tuple[SeriesPoint, ...]


class ValuesReply(msgspec.Struct, frozen=True, kw_only=True):
    """The oldest values of one series between two moments, with their quality; `more` if others follow."""

    station: str
    parameter: str
    values: tuple[Reading, ...]
    more: bool = False


class SummariesReply(msgspec.Struct, frozen=True, kw_only=True):
    """One series in minutes, hours or days of UTC.

    Single values, and therefore minutes, are available from `values_from` on.
    """

    station: str
    parameter: str
    span: str
    summaries: tuple[SeriesSummary, ...]
    values_from: datetime | None = None


class CorrectionsReply(msgspec.Struct, frozen=True, kw_only=True):
    """The oldest corrections of a series by time of the reading; `more` if not all fit."""

    corrections: tuple[ReadingCorrection, ...]
    more: bool = False


class QuarantineReply(msgspec.Struct, frozen=True, kw_only=True):
    """Number of quarantined readings of one station by reason code."""

    station: str
    counts: dict[str, int]


class QuarantineGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Quarantined readings of one station, sender and reason; `received_at` is the time of the newest."""

    station: str
    source: str
    reason: str
    count: int
    received_at: datetime


class QuarantineListReply(msgspec.Struct, frozen=True, kw_only=True):
    """The quarantined readings in groups, the largest first."""

    groups: tuple[QuarantineGroup, ...]


class WriterHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The journal's writer: requests that wait, and for how long the present group has been written."""

    queued: int
    busy_s: float
    is_running: bool


class BackupHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Scheduled backups: age of the newest one in seconds, None without one; whether the last attempt failed."""

    age_s: int | None
    is_old: bool
    failed: bool


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The reply of `/health`.

    `status` is `ok`, or `degraded` if `problems` names any; docs/api.md lists their codes.

    `faults` counts the items that could not be handled since the start, `quarantined` the readings in quarantine
    by reason. `read_only` is why the server takes no entries (`no_space`, `restored`); empty while it does.
    `clock_jump_s` is not 0 if the clock of the computer has jumped by this time: `now` goes on without the jump.
    `jobs` says of each background job whether its thread runs, `feeds` has the state of each polled feed. `backup` is
    None where no backups are scheduled, `notices` where no channel is set, `webhooks` where no endpoint is,
    `mailboxes` where there is no mailbox and messages.toml is valid.
    `certificate_expires_at` is the end of the server's TLS certificate; None for plain HTTP.
    """

    status: str
    server: str
    version: str
    protocol: int
    oldest_protocol: int
    head: int
    now: datetime
    faults: int = 0
    read_only: str = ""
    clock_jump_s: int = 0
    quarantined: dict[str, int] = {}
    problems: tuple[str, ...] = ()
    disk_free_mb: int | None = None
    writer: WriterHealth | None = None
    jobs: dict[str, bool] = {}
    feeds: dict[str, str] = {}
    backup: BackupHealth | None = None
    notices: NoticesHealth | None = None
    webhooks: WebhooksHealth | None = None
    mailboxes: MailboxesHealth | None = None
    certificate_expires_at: datetime | None = None


class WantedBlobs(msgspec.Struct, frozen=True, kw_only=True):
    """The reply of `/v1/wanted-blobs`: attachments that entries name and the server does not have."""

    wanted: tuple[str, ...]


MAX_BLOBS_ASKED: Final = 500


class BlobsQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a POST to `/v1/missing-blobs`: attachments by their SHA-256."""

    blobs: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")], ...], Meta(min_length=1, max_length=MAX_BLOBS_ASKED)
    ]


class MissingBlobs(msgspec.Struct, frozen=True, kw_only=True):
    """The reply of `/v1/missing-blobs`: those that the server does not have, or that the user may not see."""

    missing: tuple[str, ...]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An RFC 9457 problem document. `code` is stable; `expected` comes with the code `gap`."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""
    code: str = ""
    expected: int | None = None


def refresh_proof_text(request: RefreshRequest, *, server: str) -> bytes:
    """Return the text that a device signs to renew its session; each refresh token is used once."""
    token = hashlib.sha256(request.refresh_token.encode()).hexdigest()
    return f"tabuah-refresh/1/{server}/{token}/{request.attempt}".encode()


def sign_refresh(request: RefreshRequest, key: DeviceKey, *, server: str) -> RefreshRequest:
    """Return the request with the signature of a device."""
    proof = key.sign(refresh_proof_text(request, server=server)).hex()
    return msgspec.structs.replace(request, public_key=key.public_key.hex(), proof=proof)


def enrolment_proof_text(request: EnrolRequest, *, user: str, server: str) -> bytes:
    """Return the text that a device signs to prove that it holds the key it enrols, and which entries it has written.

    The nonce and the server's id prevent that the proof is used again or elsewhere.
    """
    chain = f"{request.written_before}/{request.written_head}"
    return f"tabuah-enrol/2/{server}/{request.nonce}/{request.public_key}/{user}/{chain}".encode()


def sign_enrolment(request: EnrolRequest, key: DeviceKey, *, user: str, server: str) -> EnrolRequest:
    """Return the request with its proof."""
    proof = key.sign(enrolment_proof_text(request, user=user, server=server)).hex()
    return msgspec.structs.replace(request, proof=proof)
