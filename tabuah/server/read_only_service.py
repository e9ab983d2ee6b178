"""The server on a disk without space: it serves log-in, pull, stream and attachments, until there is space again."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

from litestar import Litestar, Response, get
from litestar.exceptions import HTTPException

from tabuah.server.attachments.routes import blob_routes
from tabuah.server.attachments.unnamed_blobs import UnnamedUploads
from tabuah.server.disk_space import has_space
from tabuah.server.errors import ServerReadOnly
from tabuah.server.health import HealthSources, health_of
from tabuah.server.http_server import HttpServer, http_configuration
from tabuah.server.journal import utc_now
from tabuah.server.journal_routes import journal_routes
from tabuah.server.limits.connections import ConnectionTable
from tabuah.server.limits.request_limits import RequestLimits
from tabuah.server.people.access import AccessControl, AnyRequest, bearer_token
from tabuah.server.people.access_tokens import AccessTokens
from tabuah.server.people.routes import session_routes
from tabuah.server.people.sessions import SessionService
from tabuah.server.problem_documents import exception_handlers, storage_response
from tabuah.server.read_only import ReadOnlyReason
from tabuah.server.read_only_journal import ReadOnlyJournal
from tabuah.server.rules.trial_service import TrialService
from tabuah.server.service import ServerSettings
from tabuah.server.stream import Broadcaster, stream_routes
from tabuah.server.tls.routes import pairing_routes
from tabuah.server.tls.server_tls import ServerTls
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.journal.protocol import Health

LOOK_EVERY_S: Final = 1.0


class ReadOnlyService:
    """One server in this process that writes nothing. `run` blocks until `stop`, a signal, or free space.

    Afterwards, when `ended` is set, `found_space` says whether a `ServerService` can take over.
    """

    def __init__(self, settings: ServerSettings, *, clock: Callable[[], datetime] = utc_now) -> None:
        """Open the journal and listen.

        Raises:
            ServerError: it cannot be started; the message gives the next step.
        """
        self.settings = settings
        self.found_space = False
        self.broadcaster = Broadcaster()
        self.journal = ReadOnlyJournal.open_in(settings.directory, database=settings.database, clock=clock)
        self._stopping = threading.Event()
        self.ended = threading.Event()
        self._watch = threading.Thread(target=self._watch_space, name="tabuah-space", daemon=True)
        try:
            self._tls = ServerTls.of(settings.address)
            self._socket = settings.address.listen()
        except BaseException:
            self.journal.close()
            raise
        self.url = settings.address.url_of(self._socket)
        self.port: int = self._socket.getsockname()[1]
        tokens = AccessTokens(self.journal.key.secret)
        self._sessions = SessionService(self.journal, tokens, settings.policy)
        limits = settings.limits
        connections = ConnectionTable(limit=limits.connections, proxies=limits.trusted_proxies)
        app = RequestLimits(
            self._build_app(tokens),
            limits=limits,
            table=connections,
            user_of=lambda header: tokens.user_of(bearer_token(header), self.journal.clock()) or "",
            security_log=self.journal.security_log,
        )
        configuration = http_configuration(app, limits.trusted_proxies)
        trials = TrialService(self.journal, settings.directory)  # none can be started here
        self._http_server = HttpServer(configuration, self.broadcaster, trials, limits, connections, self._tls)

    def _build_app(self, tokens: AccessTokens) -> Litestar:
        access = AccessControl(self.journal, tokens)
        blobs = BlobStore(self.journal.directory.blobs_path)

        async def attach_broadcaster() -> None:
            self.broadcaster.attach(asyncio.get_running_loop())

        @get("/health", sync_to_thread=True)
        def health() -> Health:
            """Whether the server runs, and why it takes nothing."""
            return health_of(HealthSources(journal=self.journal, has_writer=False))

        return Litestar(
            route_handlers=[
                health,
                *session_routes(self._sessions, access),
                *pairing_routes(self.journal),
                *journal_routes(self.journal, access, self.settings.limits),
                *stream_routes(self.journal, access, self.broadcaster),
                *blob_routes(self.journal, access, blobs, UnnamedUploads(self.journal, blobs)),
            ],
            on_startup=[attach_broadcaster],
            exception_handlers={**exception_handlers(self.journal.security_log), 404: _on_unknown, 405: _on_unknown},
            openapi_config=None,
            logging_config=None,
        )

    def run(self, on_ready: Callable[[str], None] | None = None) -> None:
        """Serve until stopped or until there is space, then close everything."""
        self._watch.start()
        try:
            if on_ready is not None:
                on_ready(self.url)
            self._http_server.run(sockets=[self._socket])
        finally:
            self._stopping.set()
            self._watch.join()
            self.close()
            self.ended.set()

    def stop(self) -> None:
        """Ask `run` to end; callable from any thread."""
        self._http_server.should_exit = True

    def close(self) -> None:
        """Close everything that is still open; `run` calls it at its end."""
        self._sessions.close()
        self._socket.close()
        self.journal.close()

    def _watch_space(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            if has_space(self.settings.directory):
                self.found_space = True
                self.stop()
                return


def _on_unknown(_request: AnyRequest, _error: HTTPException) -> Response[bytes]:
    """Refuse requests that this server cannot serve now, such as readings: its disk is full."""
    return storage_response(ServerReadOnly(ReadOnlyReason.NO_SPACE.value))
