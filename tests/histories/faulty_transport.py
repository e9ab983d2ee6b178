"""Faulty transport of the real client: requests are lost, cut, repeated and reordered."""

from collections.abc import Callable
from enum import StrEnum

import httpx2
import msgspec
import zstandard
from histories.server_under_test import AT_COMMIT, ServerUnderTest

from tabuah.storage.journal.push import PushedEntry, PushReply


class Fault(StrEnum):
    """Fault of one request."""

    LOST_REQUEST = "lost request"
    LOST_ANSWER = "lost answer"
    CUT_ANSWER = "cut answer"
    TWICE = "twice"
    LATE = "late"
    OLD_ANSWER = "old answer"
    POWER_CUT = "power cut"
    POWER_CUT_AT_COMMIT = "power cut at the commit"
    POWER_CUT_AFTER = "power cut after the commit"
    DISK_FULL = "disk full"


class FaultTarget(StrEnum):
    """Request that a fault waits for."""

    PUSH = "push"
    PULL = "pull"
    FILE = "file"
    ANY = "any"


Trouble = tuple[FaultTarget, Fault, int]  # with a number that selects the position of the fault


class FaultyTransport(httpx2.BaseTransport):
    """Each of `troubles` affects the next request of its target; without any the connection is good."""

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
        self.troubles: list[Trouble] = []
        self.disturbed = False
        self.page_limit = page_limit

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        if (
            int(request.url.params.get("limit", 0)) > self.page_limit
        ):  # short pages, as of a journal with long entries
            request.url = request.url.copy_set_param("limit", self.page_limit)
        fault, pick = self._next_fault(_aim_at(request))
        self.disturbed = self.disturbed or fault is not None
        response = self._through(request, fault, pick)
        self._take_notice(request, response)
        return response

    def _next_fault(self, aim: FaultTarget) -> tuple[Fault | None, int]:
        for trouble in self.troubles:
            if trouble[0] in (aim, FaultTarget.ANY):
                self.troubles.remove(trouble)
                return trouble[1:]
        return None, 0

    def _through(self, request: httpx2.Request, fault: Fault | None, pick: int) -> httpx2.Response:
        match fault:
            case Fault.LOST_REQUEST:
                raise httpx2.ConnectError("no route", request=request)
            case Fault.LATE:
                self._late.append(request)
                raise httpx2.ReadTimeout("no answer", request=request)
            case Fault.OLD_ANSWER if request.method == "GET" and (old := self._old.get(_asked_of(request))):
                return _with(old, old.content)
        response = self._answer(request, fault, pick)
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

    def _answer(self, request: httpx2.Request, fault: Fault | None, pick: int) -> httpx2.Response:
        crashes = {Fault.POWER_CUT: 1 + pick % 30, Fault.POWER_CUT_AT_COMMIT: AT_COMMIT}
        self._server.crash_in = crashes.get(fault) if fault else None
        self._server.disk_is_full = fault is Fault.DISK_FULL
        try:
            return self._server.answer(request)
        finally:
            self._server.crash_in, self._server.disk_is_full = None, False

    def _take_notice(self, request: httpx2.Request, response: httpx2.Response) -> None:
        if response.status_code != httpx2.codes.OK:
            return
        if request.method == "GET":
            if b'"records":[]' not in _plain(response.content):
                self._old[_asked_of(request)] = response
        elif request.url.path == "/v1/journal":
            try:
                results = msgspec.json.decode(_plain(response.content), type=PushReply).results
            except (msgspec.DecodeError, zstandard.ZstdError):
                return
            for result in results:
                self._acknowledged(result)


def _aim_at(request: httpx2.Request) -> FaultTarget:
    if request.url.path == "/v1/journal":
        return FaultTarget.PUSH if request.method == "POST" else FaultTarget.PULL
    return (
        FaultTarget.FILE
        if request.url.path.startswith(("/v1/blobs/", "/v1/sealed/", "/v1/snapshot"))
        else FaultTarget.ANY
    )


def _asked_of(request: httpx2.Request) -> str:
    """Return the kind of a request, wherever its page begins."""
    asked = [pair for pair in request.url.params.multi_items() if pair[0] not in ("after", "limit")]
    return f"{request.url.path} {asked}"


def _with(response: httpx2.Response, content: bytes) -> httpx2.Response:
    """Return a response with other content."""
    left_out = (b"content-length", b"content-encoding")
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in left_out]
    return httpx2.Response(response.status_code, headers=headers, content=content)


def _plain(content: bytes) -> bytes:
    is_packed = content.startswith(b"\x28\xb5\x2f\xfd")
    return zstandard.ZstdDecompressor().stream_reader(content).read() if is_packed else content
