"""The security headers of every response."""

from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_TLS_HEADERS: Final = ((b"strict-transport-security", b"max-age=31536000"),)


class SecurityHeaders:
    """ASGI middleware that adds security headers to every response; a header of the response stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        headers = _HEADERS + (_TLS_HEADERS if scope["scheme"] == "https" else ())

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message["headers"])
                present = {name.lower() for name, _value in own}
                message["headers"] = [*own, *(header for header in headers if header[0] not in present)]
            await send(message)

        await self._app(scope, receive, send_with_headers)
