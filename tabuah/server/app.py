"""The server's HTTP application: all routes, with what they need passed to them."""

import asyncio
from dataclasses import dataclass

from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from tabuah.server.blob_routes import blob_routes
from tabuah.server.bundles.routes import sealed_routes
from tabuah.server.feeds.routes import feed_routes
from tabuah.server.feeds.service import FeedsService
from tabuah.server.forecasts.routes import forecast_routes
from tabuah.server.forecasts.service import ForecastService
from tabuah.server.journal import ServerJournal
from tabuah.server.journal_routes import journal_routes
from tabuah.server.mqtt.state import ReadingsLink
from tabuah.server.problems import exception_handlers
from tabuah.server.readings.past_routes import past_routes
from tabuah.server.readings.routes import readings_routes
from tabuah.server.readings.service import ReadingsService
from tabuah.server.sessions.gate import Gate
from tabuah.server.sessions.routes import session_routes
from tabuah.server.sessions.service import SessionService
from tabuah.server.snapshots.keeping import SnapshotKeeper
from tabuah.server.snapshots.routes import snapshot_routes
from tabuah.server.status_routes import VERSION, AdmittedCounter, status_routes
from tabuah.server.stream import Broadcaster
from tabuah.server.stream_routes import AbortConnection, stream_routes
from tabuah.server.trials.routes import trial_routes
from tabuah.server.trials.service import TrialService
from tabuah.storage.blobs.store import BlobStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerParts:
    """What the routes need."""

    journal: ServerJournal
    sessions: SessionService
    gate: Gate
    broadcaster: Broadcaster
    blobs: BlobStore
    boxes: BlobStore
    readings: ReadingsService
    forecasts: ForecastService
    trials: TrialService
    snapshots: SnapshotKeeper
    feeds: FeedsService
    admitted: AdmittedCounter
    abort_connection: AbortConnection
    link: ReadingsLink | None = None


def build_app(parts: ServerParts) -> Litestar:
    """The application over its parts; whoever makes the parts closes them."""

    async def attach_broadcaster() -> None:
        parts.broadcaster.attach(asyncio.get_running_loop())

    return Litestar(
        route_handlers=[
            *status_routes(parts.journal, parts.broadcaster, parts.admitted, parts.readings),
            *session_routes(parts.sessions, parts.gate),
            *journal_routes(parts.journal, parts.gate),
            *snapshot_routes(parts.snapshots, parts.gate),
            *stream_routes(parts.journal, parts.gate, parts.broadcaster, parts.abort_connection),
            *blob_routes(parts.journal, parts.gate, parts.blobs),
            *sealed_routes(parts.journal, parts.gate, parts.blobs, parts.boxes),
            *feed_routes(parts.feeds, parts.gate),
            *forecast_routes(parts.forecasts, parts.gate),
            *readings_routes(parts.readings, parts.gate, parts.link),
            *past_routes(parts.readings, parts.gate),
            *trial_routes(parts.trials, parts.gate),
        ],
        on_startup=[attach_broadcaster],
        exception_handlers=exception_handlers(),
        openapi_config=OpenAPIConfig(
            title="Tabuah",
            version=VERSION,
            description="The central server of Tabuah, the operations console of Kabupaten Solok.",
            use_handler_docstrings=True,
            # The interactive pages load scripts from elsewhere, and a control room may have no internet.
            render_plugins=[JsonRenderPlugin()],
        ),
        logging_config=None,
    )
