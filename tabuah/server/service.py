"""The running server: opens the journal, listens, and stops at once when asked, even with open streams."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec
from litestar import Litestar

from tabuah.operations.feeds.sources import FeedSet
from tabuah.operations.notices.settings import NoticeSettings
from tabuah.operations.readings.authorship import DEFAULT_AGE_LIMITS, AgeLimits
from tabuah.server.alarms.escalation_scheduler import EscalationScheduler
from tabuah.server.app import ServerParts, build_app
from tabuah.server.attachments.unnamed_blobs import BlobCollector
from tabuah.server.backups.backup_scheduler import BackupScheduler
from tabuah.server.backups.schedule import NO_BACKUPS, BackupConfiguration
from tabuah.server.bundles.box_uploads import BOXES_KEPT_S
from tabuah.server.bundles.quarantine import admit_quarantined
from tabuah.server.feeds.service import FeedsService
from tabuah.server.feeds.sources import load_feed_sources
from tabuah.server.forecast.service import ForecastService
from tabuah.server.gateways.gateway_mappings import load_gateway_mappings
from tabuah.server.gateways.message_recorder import FILE_NAME as RECORDED_MESSAGES
from tabuah.server.gateways.message_recorder import MessageRecorder
from tabuah.server.handback.handback import Handback
from tabuah.server.handback.wait import SETTLING
from tabuah.server.http_server import HttpServer, http_configuration
from tabuah.server.journal import ServerJournal, utc_now
from tabuah.server.limits.connections import ConnectionTable
from tabuah.server.limits.load_limits import DEFAULT_LIMITS, LoadLimits
from tabuah.server.limits.request_limits import RequestLimits
from tabuah.server.listen_address import ListenAddress
from tabuah.server.messages.answer_service import AnswerService
from tabuah.server.messages.intake import MessageIntake
from tabuah.server.messages.mailbox_service import MailboxService
from tabuah.server.mqtt.address import BrokerAddress, EmbeddedAddress
from tabuah.server.mqtt.broker_client import BrokerClient
from tabuah.server.mqtt.embedded.broker import EmbeddedBroker, broker_address
from tabuah.server.mqtt.embedded.gateway_access import GatewayAccess
from tabuah.server.notices.service import NoticeService, prune_unused_notices
from tabuah.server.notices.settings_file import load_notice_settings
from tabuah.server.people.access import AccessControl, bearer_token
from tabuah.server.people.access_tokens import AccessTokens
from tabuah.server.people.enrolment import EnrolmentPolicy
from tabuah.server.people.personal_data import KEEP_PERSONAL, PersonalConfiguration
from tabuah.server.people.personal_retention import PersonalRetention
from tabuah.server.people.reset_codes import DEFAULT_ACCOUNTS, AccountsConfiguration
from tabuah.server.people.sessions import SessionService
from tabuah.server.readings.service import ReadingsService
from tabuah.server.regency.journal_profile import use_journal_profile
from tabuah.server.regency.setup_files import finish_killed_import
from tabuah.server.rules.trial_service import TrialService
from tabuah.server.snapshots.snapshot_store import SnapshotStore
from tabuah.server.status_routes import AdmittedCounter
from tabuah.server.stream import Broadcaster
from tabuah.server.tls.gateway_certificates import GatewayCertificates
from tabuah.server.tls.server_tls import CertificateRenewal, ServerTls, own_authority, renew_before_start
from tabuah.server.webhooks.service import WebhookService, prune_unused_events
from tabuah.server.webhooks.settings_file import load_webhook_settings
from tabuah.storage.blobs.store import BlobStore

log = logging.getLogger(__name__)

PARTIAL_BLOBS_KEPT_S: Final = 7 * 86_400


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Server settings. Without a policy, devices are approved at once on loopback, and by hand elsewhere.

    With a broker, readings also come by MQTT, as configured in `gateways.toml`; with `feeds`, the feeds
    of `feeds.toml` are polled. With `checks_clock` a server does not start with a clock that is behind its journal.
    `settling` is how long a server that went back takes no entries after a hand-back.
    """

    directory: Path
    address: ListenAddress
    database: str = ""
    enrolment: EnrolmentPolicy | None = None
    broker: BrokerAddress | EmbeddedAddress | None = None
    feeds: bool = False
    checks_clock: bool = False
    limits: LoadLimits = DEFAULT_LIMITS
    settling: timedelta = SETTLING
    reading_ages: AgeLimits = DEFAULT_AGE_LIMITS
    backup: BackupConfiguration = NO_BACKUPS
    personal: PersonalConfiguration = KEEP_PERSONAL
    accounts: AccountsConfiguration = DEFAULT_ACCOUNTS

    @property
    def policy(self) -> EnrolmentPolicy:
        """The enrolment policy for new devices."""
        if self.enrolment is not None:
            return self.enrolment
        return EnrolmentPolicy.OPEN if self.address.is_loopback else EnrolmentPolicy.APPROVE


class _Service(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...

    @property
    def is_running(self) -> bool: ...


_S = TypeVar("_S", bound=_Service)


class ServerService:
    """One server in this process. `run` blocks until `stop` or a signal; the journal is open before and after."""

    def __init__(
        self,
        settings: ServerSettings,
        *,
        clock: Callable[[], datetime] = utc_now,
        prepare: Callable[[ServerJournal], object] = lambda _journal: None,
    ) -> None:
        """Open everything, so that errors are reported before anything runs.

        Args:
            settings: the settings.
            clock: returns the time in UTC.
            prepare: writes entries that must exist before readings are evaluated, such as the initial rules.

        Raises:
            ServerError: it cannot be started; the message gives the next step.
        """
        self.settings = settings
        self.broadcaster = Broadcaster()
        self._jobs: dict[str, Callable[[], bool]] = {}
        with ExitStack() as opened:
            self.journal = opened.enter_context(_open_journal(settings, clock))
            opened.callback(use_journal_profile(self.journal))
            finish_killed_import(self.journal)
            self.journal.directory.remove_unfinished()
            self._when_writable(lambda: admit_quarantined(self.journal))
            self._gateway_certificates = GatewayCertificates(settings.directory, clock=self.journal.clock)
            self.tls, self.certificate_renewal = self._load_certificate(opened)
            self._socket = opened.enter_context(settings.address.listen())
            self._when_writable(lambda: prepare(self.journal))
            self.url = settings.address.url_of(self._socket)
            tokens = AccessTokens(self.journal.key.secret)
            self._sessions = SessionService(self.journal, tokens, settings.policy)
            opened.callback(self._sessions.close)
            readings = ReadingsService(
                self.journal, self.broadcaster, settings.directory, age_limits=settings.reading_ages
            )
            self.readings = self._started(opened, "readings", readings)
            forecasts = ForecastService(self.journal, self.readings, settings.directory)
            self.forecasts = self._started(opened, "forecasts", forecasts)
            self.trials = TrialService(self.journal, settings.directory)
            opened.callback(self.trials.stop)
            self.escalation_scheduler = self._started(opened, "escalation", EscalationScheduler(self.journal))
            mqtt_source = self._link_to(settings.broker)
            self.mqtt_source = self._started(opened, "mqtt", mqtt_source) if mqtt_source is not None else None
            self.feeds = self._start_feeds(opened)
            outgoing = load_notice_settings(settings.directory)
            self.notices = self._start_notices(opened, outgoing)
            self.answers = self._started(opened, "answers", AnswerService(self.journal, outgoing.channel))
            self._message_intake, self.mailboxes = self._start_mailboxes(opened)
            self.webhooks = self._start_webhooks(opened)
            self.snapshots = self._started(opened, "snapshots", SnapshotStore(self.journal))
            blobs = BlobStore(self.journal.directory.blobs_path)
            boxes = BlobStore(self.journal.directory.boxes_path)
            kept_s = {blobs: PARTIAL_BLOBS_KEPT_S, boxes: BOXES_KEPT_S}
            self._started(opened, "attachments", BlobCollector(self.journal, blobs, kept_s))
            backups = BackupScheduler(self.journal, settings.backup, database=settings.database)
            self.backups = self._started(opened, "backups", backups)
            self._started(opened, "retention", PersonalRetention(self.journal, settings.personal))
            limits = settings.limits
            self.connections = ConnectionTable(limit=limits.connections, proxies=limits.trusted_proxies)
            self._http_server = self._build_http_server(tokens, self._build_app(tokens, blobs, boxes))
            self._opened = opened.pop_all()

    def _started(self, opened: ExitStack, name: str, service: _S) -> _S:
        """Start a job and return it; closing `opened` stops it, and `/health` names it."""
        service.start()
        opened.callback(service.stop)
        self._jobs[name] = lambda: service.is_running
        return service

    def _start_mailboxes(self, opened: ExitStack) -> tuple[MessageIntake, MailboxService]:
        """Open the intake of messages, and read the mailboxes into it."""
        channels = self.answers.channels
        intake = MessageIntake(self.journal, self.settings.directory, answer_channels=channels)
        return intake, self._started(opened, "mailboxes", MailboxService(self.journal, intake))

    def _load_certificate(self, opened: ExitStack) -> tuple[ServerTls | None, CertificateRenewal]:
        """Renew the server's own certificate if it is due, load it, and keep it renewed."""
        address, clock = self.settings.address, self.journal.clock
        open_authority = partial(own_authority, self.settings.directory, address)
        renew_before_start(open_authority, clock())
        tls = ServerTls.of(address)
        renewal = CertificateRenewal(tls, open_authority, clock=clock)
        return tls, self._started(opened, "certificate", renewal) if tls is not None else renewal

    def _when_writable(self, work: Callable[[], object]) -> None:
        """Do work that writes entries now, or once the server is no longer read-only."""
        if self.journal.read_only.reason is None:
            work()
        else:
            self.journal.read_only.on_end(work)

    def _link_to(self, broker: BrokerAddress | EmbeddedAddress | None) -> BrokerClient | EmbeddedBroker | None:
        if broker is None:
            return None
        mappings = load_gateway_mappings(self.settings.directory)
        unread = MessageRecorder(self.settings.directory / RECORDED_MESSAGES, clock=self.journal.clock)
        if isinstance(broker, EmbeddedAddress):
            open_to_all = self.settings.address.is_loopback
            gateway_access = GatewayAccess(
                self.journal,
                self._sessions,
                open_to_all=open_to_all,
                certificates=self._gateway_certificates,
            )
            where = broker_address(self.settings.address, broker)
            return EmbeddedBroker(
                where,
                mappings,
                self.readings,
                gateway_access,
                clock=self.journal.clock,
                tls=self.tls,
                unread=unread,
            )
        name = f"tabuah-{self.journal.server_id[:12]}"
        return BrokerClient(broker, mappings, self.readings, name=name, clock=self.journal.clock, unread=unread)

    def _start_feeds(self, opened: ExitStack) -> FeedsService:
        sources = load_feed_sources(self.settings.directory) if self.settings.feeds else FeedSet()
        feeds = FeedsService(self.journal, sources, asking=self.settings.feeds)
        opened.callback(feeds.stop)  # before the start: its HTTP client is open already
        feeds.start()
        self._jobs["feeds"] = lambda: feeds.is_running
        return feeds

    def _start_notices(self, opened: ExitStack, settings: NoticeSettings) -> NoticeService | None:
        """Start the outgoing notices, if `notices.toml` names a channel."""
        if settings.channel:
            return self._started(opened, "notices", NoticeService(self.journal, settings))
        prune_unused_notices(self.journal, settings)
        return None

    def _start_webhooks(self, opened: ExitStack) -> WebhookService | None:
        """Start the webhooks, if `webhooks.toml` names an endpoint."""
        settings = load_webhook_settings(self.settings.directory)
        if settings.endpoint:
            return self._started(opened, "webhooks", WebhookService(self.journal, settings))
        prune_unused_events(self.journal, settings)
        return None

    def _build_http_server(self, tokens: AccessTokens, app: Litestar) -> HttpServer:
        """Return the server of the app behind the limits on requests and connections."""
        limits = self.settings.limits
        limited = RequestLimits(
            app,
            limits=limits,
            table=self.connections,
            user_of=lambda header: tokens.user_of(bearer_token(header), self.journal.clock()) or "",
            security_log=self.journal.security_log,
        )
        configuration = http_configuration(limited, limits.trusted_proxies)
        return HttpServer(configuration, self.broadcaster, self.trials, limits, self.connections, self.tls)

    def _build_app(self, tokens: AccessTokens, blobs: BlobStore, boxes: BlobStore) -> Litestar:
        admitted = AdmittedCounter()
        self.journal.subscribe(admitted.count)
        self.journal.subscribe(self.broadcaster.publish_records)
        return build_app(
            ServerParts(
                journal=self.journal,
                sessions=self._sessions,
                access=AccessControl(self.journal, tokens, self._gateway_certificates),
                broadcaster=self.broadcaster,
                blobs=blobs,
                boxes=boxes,
                readings=self.readings,
                forecasts=self.forecasts,
                trials=self.trials,
                snapshots=self.snapshots,
                mqtt_source=self.mqtt_source,
                feeds=self.feeds,
                notices=self.notices,
                message_intake=self._message_intake,
                mailboxes=self.mailboxes,
                webhooks=self.webhooks,
                handback=Handback(self.journal, settling=self.settings.settling),
                admitted=admitted,
                jobs=self._jobs,
                backups=self.backups,
                limits=self.settings.limits,
                code_term=self.settings.accounts.code_term,
                certificate=self.certificate_renewal,
            )
        )

    def run(self, on_ready: Callable[[str], None] | None = None) -> None:
        """Serve until stopped, then close everything.

        Args:
            on_ready: called with the URL once the socket listens.
        """
        try:
            if on_ready is not None:
                on_ready(self.url)
            self._http_server.run(sockets=[self._socket])
        finally:
            self.close()

    def stop(self) -> None:
        """Ask `run` to end; callable from any thread."""
        self._http_server.should_exit = True

    def close(self) -> None:
        """Close everything that is still open; `run` calls it at its end."""
        self._opened.close()


def _open_journal(settings: ServerSettings, clock: Callable[[], datetime]) -> ServerJournal:
    return ServerJournal.open(
        settings.directory,
        database=settings.database,
        serving=True,
        checks_clock=settings.checks_clock,
        clock=clock,
    )
