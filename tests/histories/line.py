"""The line between a console and the server: a transport of the real client that loses, cuts and mixes up."""

from collections.abc import Callable
from enum import StrEnum

import httpx2
import msgspec
import zstandard
from histories.server_under_test import AT_COMMIT, ServerUnderTest

from tabuah.storage.journal.wire import PushedEntry, PushReply


class Fault(StrEnum):
    """What becomes of one request."""

    NONE = "none"
    LOST_REQUEST = "lost request"
    LOST_ANSWER = "lost answer"
    CUT_ANSWER = "cut answer"
    TWICE = "twice"
    LATE = "late"
    OLD_ANSWER = "old answer"
    POWER_CUT = "power cut"
    POWER_CUT_AT_COMMIT = "power cut at the commit"
    POWER_CUT_AFTER = "power cut after the commit"


class Line(httpx2.BaseTransport):
    """`faults` are what happens to the next requests; afterwards the line is good."""

    def __init__(
        self,
        server: ServerUnderTest,
        late: list[httpx2.Request],
        acknowledged: Callable[[PushedEntry], None],
        *,
        page_limit: int,
    ) -> None:
        self._server = server
        self._late = late
        self._acknowledged = acknowledged
        self._old: dict[str, httpx2.Response] = {}
        self.faults: list[tuple[Fault, int]] = []
        self.disturbed = False
        self.page_limit = page_limit

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        if "limit" in request.url.params:  # short pages, as of a journal with long entries
            limit = min(self.page_limit, int(request.url.params["limit"]))
            request.url = request.url.copy_set_param("limit", limit)
        fault, pick = self.faults.pop(0) if self.faults else (Fault.NONE, 0)
        self.disturbed = self.disturbed or fault is not Fault.NONE
        response = self._through(request, fault, pick)
        self._take_notice(request, response)
        return response

    def _through(self, request: httpx2.Request, fault: Fault, pick: int) -> httpx2.Response:
        match fault:
            case Fault.LOST_REQUEST:
                raise httpx2.ConnectError("no route", request=request)
            case Fault.LATE:
                self._late.append(request)
                raise httpx2.ReadTimeout("no answer", request=request)
            case Fault.OLD_ANSWER if request.method == "GET" and request.url.path in self._old:
                old = self._old[request.url.path]
                return _with(old, old.content)
            case Fault.POWER_CUT:
                self._server.crash_in = 1 + pick % 30
            case Fault.POWER_CUT_AT_COMMIT:
                self._server.crash_in = AT_COMMIT
        response = self._server.answer(request)
        match fault:
            case Fault.LOST_ANSWER:
                raise httpx2.ReadError("reset", request=request)
            case Fault.POWER_CUT_AFTER:
                self._server.restart()
                raise httpx2.ReadError("reset", request=request)
            case Fault.CUT_ANSWER:
                return _with(response, response.content[: pick % max(1, len(response.content))])
            case Fault.TWICE:
                return self._server.answer(request)
        return response

    def _take_notice(self, request: httpx2.Request, response: httpx2.Response) -> None:
        self._server.crash_in = None
        if response.status_code != httpx2.codes.OK:
            return
        if request.method == "GET":
            if b'"records":[]' not in _plain(response.content):
                self._old[request.url.path] = response
        elif request.url.path == "/v1/journal":
            try:
                results = msgspec.json.decode(_plain(response.content), type=PushReply).results
            except (msgspec.DecodeError, zstandard.ZstdError):
                return
            for result in results:
                self._acknowledged(result)


def _with(response: httpx2.Response, content: bytes) -> httpx2.Response:
    """A response as it was, with other content."""
    left_out = (b"content-length", b"content-encoding")
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in left_out]
    return httpx2.Response(response.status_code, headers=headers, content=content)


def _plain(content: bytes) -> bytes:
    is_packed = content.startswith(b"\x28\xb5\x2f\xfd")
    return zstandard.ZstdDecompressor().stream_reader(content).read() if is_packed else content
