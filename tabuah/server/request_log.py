"""One log record a request, where it is wanted."""

import logging
import time
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tabuah.server.logs import FIELDS, REQUESTS

log = logging.getLogger(REQUESTS)

UNKNOWN_ROUTE: Final = "-"


class RequestLog:
    """ASGI middleware that logs each request by method, route, status, size and time.

    The route has placeholders in place of ids and names, and neither query, address nor user are logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request; without the log, at no cost."""
        if scope["type"] != ScopeType.HTTP or not log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        status, size, began_s = 0, 0, time.monotonic()

        async def send_counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            route = scope.get("path_template") or UNKNOWN_ROUTE
            fields = {
                "method": scope["method"],
                "route": route,
                "status": status,
                "bytes": size,
                "ms": round((time.monotonic() - began_s) * 1000, 1),
            }
            line = "{method} {route} {status} {bytes} B {ms} ms".format(**fields)
            log.info("%s", line, extra={FIELDS: fields})
