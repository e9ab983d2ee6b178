"""The server's HTTP application: all routes, wired to their services."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig

from tabuah.server.attachments.routes import blob_routes
from tabuah.server.attachments.unnamed_blobs import UnnamedUploads
from tabuah.server.backups.backup_scheduler import BackupScheduler
from tabuah.server.backups.routes import backup_routes
from tabuah.server.bundles.sealed_attachments import sealed_routes
from tabuah.server.exercises.routes import exercise_routes
from tabuah.server.feeds.routes import feed_routes
from tabuah.server.feeds.service import FeedsService
from tabuah.server.forecast.routes import forecast_routes
from tabuah.server.forecast.service import ForecastService
from tabuah.server.gateways.routes import gateway_routes
from tabuah.server.handback.handback import Handback
from tabuah.server.handback.routes import handback_routes
from tabuah.server.health import VERSION, HealthSources
from tabuah.server.incidents.presence import PresenceBoard
from tabuah.server.incidents.routes import presence_routes
from tabuah.server.journal import ServerJournal
from tabuah.server.journal_routes import journal_routes
from tabuah.server.limits.load_limits import DEFAULT_LIMITS, LoadLimits
from tabuah.server.messages.intake import MessageIntake
from tabuah.server.messages.mailbox_service import MailboxService
from tabuah.server.messages.routes import message_routes
from tabuah.server.mqtt.status import MqttSource
from tabuah.server.notices.receipts import receipt_routes
from tabuah.server.notices.routes import notice_routes
from tabuah.server.notices.service import NoticeService
from tabuah.server.openapi_document import CompletedJson
from tabuah.server.people.access import AccessControl
from tabuah.server.people.deputy_routes import deputy_routes
from tabuah.server.people.personal_routes import personal_routes
from tabuah.server.people.reset_codes import CODE_TERM
from tabuah.server.people.retirement import retirement_routes
from tabuah.server.people.routes import session_routes
from tabuah.server.people.second_factor_routes import second_factor_routes
from tabuah.server.people.sessions import SessionService
from tabuah.server.people.user_routes import user_routes
from tabuah.server.problem_documents import exception_handlers
from tabuah.server.readings.history_routes import past_routes
from tabuah.server.readings.routes import readings_routes
from tabuah.server.readings.service import ReadingsService
from tabuah.server.regency.routes import profile_routes
from tabuah.server.rules.routes import trial_routes
from tabuah.server.rules.trial_service import TrialService
from tabuah.server.snapshots.routes import snapshot_routes
from tabuah.server.snapshots.snapshot_store import SnapshotStore
from tabuah.server.stations.routes import station_routes
from tabuah.server.status_routes import AdmittedCounter, status_routes
from tabuah.server.stream import Broadcaster, stream_routes
from tabuah.server.tls.routes import pairing_routes
from tabuah.server.tls.server_tls import CertificateRenewal
from tabuah.server.webhooks.service import WebhookService
from tabuah.storage.blobs.store import BlobStore


class ServerParts(msgspec.Struct, frozen=True, kw_only=True):
    """The services that the routes use."""

    journal: ServerJournal
    sessions: SessionService
    access: AccessControl
    broadcaster: Broadcaster
    blobs: BlobStore
    boxes: BlobStore
    readings: ReadingsService
    forecasts: ForecastService
    trials: TrialService
    snapshots: SnapshotStore
    feeds: FeedsService
    message_intake: MessageIntake
    handback: Handback
    admitted: AdmittedCounter
    certificate: CertificateRenewal
    backups: BackupScheduler
    mqtt_source: MqttSource | None = None
    notices: NoticeService | None = None
    mailboxes: MailboxService | None = None
    webhooks: WebhookService | None = None
    jobs: Mapping[str, Callable[[], bool]] = msgspec.field(default_factory=dict)
    limits: LoadLimits = DEFAULT_LIMITS
    code_term: timedelta = CODE_TERM


def build_app(parts: ServerParts) -> Litestar:
    """Build the application. The caller closes the services."""

    async def attach_broadcaster() -> None:
        parts.broadcaster.attach(asyncio.get_running_loop())

    return Litestar(
        route_handlers=_route_handlers(parts),
        on_startup=[attach_broadcaster],
        exception_handlers=exception_handlers(parts.journal.security_log),
        openapi_config=OpenAPIConfig(
            title="Tabuah",
            version=VERSION,
            description="The central server of Tabuah, the operations console of a regency.",
            use_handler_docstrings=True,
            # The interactive pages load scripts from a CDN, and a control room may have no internet.
            render_plugins=[CompletedJson()],
        ),
        logging_config=None,
    )


def _route_handlers(parts: ServerParts) -> list[HTTPRouteHandler]:
    unnamed = UnnamedUploads(parts.journal, parts.blobs)
    return [
        *status_routes(_health_sources(parts), parts.broadcaster, parts.admitted, parts.readings),
        *session_routes(parts.sessions, parts.access),
        *retirement_routes(parts.journal, parts.sessions, parts.access),
        *deputy_routes(parts.journal, parts.sessions, parts.access),
        *second_factor_routes(parts.journal, parts.sessions, parts.access),
        *user_routes(parts.journal, parts.sessions, parts.access, code_term=parts.code_term),
        *backup_routes(parts.backups, parts.sessions, parts.access),
        *personal_routes(parts.journal, parts.sessions, parts.access),
        *pairing_routes(parts.journal),
        *journal_routes(parts.journal, parts.access, parts.limits),
        *handback_routes(parts.handback),
        *snapshot_routes(parts.snapshots, parts.access),
        *stream_routes(parts.journal, parts.access, parts.broadcaster),
        *blob_routes(parts.journal, parts.access, parts.blobs, unnamed),
        *sealed_routes(parts.journal, parts.access, parts.blobs, parts.boxes, unnamed),
        *presence_routes(parts.journal, parts.access, parts.broadcaster, PresenceBoard(time.monotonic)),
        *exercise_routes(parts.journal, parts.access),
        *profile_routes(parts.journal, parts.access),
        *feed_routes(parts.feeds, parts.access),
        *forecast_routes(parts.forecasts, parts.access),
        *readings_routes(parts.readings, parts.access, parts.mqtt_source),
        *gateway_routes(parts.journal, parts.access, parts.mqtt_source),
        *message_routes(parts.message_intake, parts.access),
        *notice_routes(parts.journal, is_open=parts.notices is not None),
        *receipt_routes(
            parts.journal, parts.access, channels=parts.notices.channels if parts.notices is not None else None
        ),
        *past_routes(parts.readings, parts.access),
        *station_routes(parts.journal, parts.access, parts.readings),
        *trial_routes(parts.trials, parts.access),
    ]


def _health_sources(parts: ServerParts) -> HealthSources:
    return HealthSources(
        journal=parts.journal,
        quarantined=parts.readings.quarantined,
        jobs=parts.jobs,
        feeds=parts.feeds.health,
        certificate_expires_at=lambda: parts.certificate.expires_at,
        backup=parts.backups.health,
        notices=parts.notices.health if parts.notices is not None else lambda: None,
        webhooks=parts.webhooks.health if parts.webhooks is not None else lambda: None,
        mailboxes=parts.mailboxes.health if parts.mailboxes is not None else lambda: None,
    )
