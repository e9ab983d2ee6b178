"""Server application called in this thread, without sockets."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote

import httpx2
from litestar import Litestar


class _AtOnce(ThreadPoolExecutor):
    """Executor that runs work immediately: histories have one request at a time."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(work(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            done.set_exception(error)
        return done


class InProcessServer:
    """Calls one application on its own event loop."""

    def __init__(self, app: Litestar) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(_AtOnce(1))

    def close(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def send(self, request: httpx2.Request) -> httpx2.Response:
        """Return the response of the application to a fully read request."""
        return self._loop.run_until_complete(self._send(request))

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        begun: dict[str, Any] = {}
        content = bytearray()
        arriving = [{"type": "http.request", "body": request.content, "more_body": False}]

        answered = asyncio.Event()

        async def receive() -> Any:
            if arriving:
                return arriving.pop()
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            begun.update({key: message[key] for key in ("status", "headers") if key in message})
            content.extend(message.get("body", b""))
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                answered.set()

        await self._app(_scope(request), receive, send)
        return httpx2.Response(begun["status"], headers=begun["headers"], content=bytes(content))


def _scope(request: httpx2.Request) -> Any:
    path, _mark, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": request.method,
        "path": unquote(path.decode()),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8410),
    }
