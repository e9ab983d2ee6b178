"""RFC 9457 problem documents: every error as a response with a stable code."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from tabuah.server.errors import Refusal, ServerReadOnly, ServerStopping, StorageFailed, StorageFull
from tabuah.server.limits.http_protocol import connection_of
from tabuah.server.people.access import AnyRequest
from tabuah.server.read_only import ReadOnlyReason
from tabuah.server.request_log import UNKNOWN_ROUTE
from tabuah.server.security_log import SecurityLog
from tabuah.storage.blobs.errors import BlobError, WrongOffset
from tabuah.storage.journal.errors import ChainGap, JournalError
from tabuah.storage.journal.protocol import Problem

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
_DISCONNECTED: Final = "client disconnected prematurely"

_STATUS_OF_CODE: Final = {
    "malformed_entry": 422,
    "bad_signature": 422,
    "unknown_device": 403,
    "gap": 409,
    "fork": 409,
    "broken_chain": 409,
    "broken_handback": 422,
    "not_found": 404,
    "too_large": 413,
    "wrong_offset": 409,
    "wrong_content": 422,
    "seal_broken": 422,
    "not_for_this_device": 422,
    "program_refused": 415,
    "damaged_blob": 404,
    "storage_full": 507,
}
_CODE_OF_STATUS: Final = {
    400: "malformed_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "malformed_request",
}


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    return Response(
        msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers or {}
    )


def _problem(status: int, code: str, detail: str, expected: int | None = None) -> Problem:
    return Problem(title=HTTPStatus(status).phrase, status=status, code=code, detail=detail, expected=expected)


def refusal_response(refusal: Refusal) -> Response[bytes]:
    """Return the response to a refused request."""
    return problem_response(_problem(refusal.status, refusal.code, str(refusal)), refusal.headers)


def _on_refusal(_request: AnyRequest, error: Refusal) -> Response[bytes]:
    return refusal_response(error)


def _on_journal_error(_request: AnyRequest, error: JournalError) -> Response[bytes]:
    expected = error.expected if isinstance(error, ChainGap) else None
    status = _STATUS_OF_CODE.get(error.code, 422)
    log.warning("refused: %s (%s)", error, error.code)
    return problem_response(_problem(status, error.code, str(error), expected))


def _on_blob_error(_request: AnyRequest, error: BlobError) -> Response[bytes]:
    headers = {"Upload-Offset": str(error.expected)} if isinstance(error, WrongOffset) else {}
    return problem_response(_problem(_STATUS_OF_CODE.get(error.code, 400), error.code, str(error)), headers)


def _user_of(request: AnyRequest) -> str:
    connection = connection_of(request.scope)
    return connection.user if connection is not None else ""


def _address_of(request: AnyRequest) -> str:
    return request.client.host if request.client else ""


def _on_storage_failed(_request: AnyRequest, error: StorageFailed) -> Response[bytes]:
    return storage_response(error)


def storage_response(error: StorageFailed) -> Response[bytes]:
    """Return the response where nothing could be saved."""
    if isinstance(error, ServerReadOnly) and error.reason != ReadOnlyReason.NO_SPACE:
        detail = "the server is read-only: nothing was saved; keep it and try again later"
        return problem_response(_problem(503, f"server_{error.reason}", detail), {"Retry-After": "30"})
    if isinstance(error, StorageFull | ServerReadOnly):
        detail = "the server's disk is full: nothing was saved; keep it and try again later"
        return problem_response(_problem(507, "storage_full", detail), {"Retry-After": "30"})
    detail = "the server could not save: nothing was saved; keep it and try again later"
    return problem_response(_problem(503, "storage_failed", detail), {"Retry-After": "10"})


def _on_stopping(_request: AnyRequest, _error: ServerStopping) -> Response[bytes]:
    return problem_response(_problem(503, "stopping", "the server is stopping"), {"Retry-After": "5"})


def _on_http_exception(_request: AnyRequest, error: HTTPException) -> Response[bytes]:
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _on_disconnect_or_bug(_request, error)
    code = _CODE_OF_STATUS.get(error.status_code, "refused")
    return problem_response(_problem(error.status_code, code, _detail_of(error)), error.headers)


def _detail_of(error: HTTPException) -> str:
    """Describe an error and its place, without repeating submitted values."""
    extra = error.extra if isinstance(error.extra, list) else []
    found = [item for item in extra if isinstance(item, dict) and "message" in item]
    parts = [f"{item['key']}: {item['message']}" if item.get("key") else str(item["message"]) for item in found]
    return "; ".join(parts) or error.detail


def _on_bad_utf8(_request: AnyRequest, _error: UnicodeDecodeError) -> Response[bytes]:
    return problem_response(_problem(400, "malformed_request", "the request is not UTF-8 text"))


def _on_recursion(_request: AnyRequest, _error: RecursionError) -> Response[bytes]:
    return problem_response(_problem(400, "malformed_request", "the JSON is nested too deeply"))


def _on_disconnect_or_bug(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Distinguish a lost connection from a bug: Litestar raises a plain internal error for both."""
    if error.detail == _DISCONNECTED:
        log.info("%s %s: the client disconnected", request.method, _route_of(request))
        return problem_response(_problem(400, "malformed_request", "the request ended too early"))
    return _on_bug(request, error)


def _on_bug(request: AnyRequest, error: Exception) -> Response[bytes]:
    log.exception("%s %s failed", request.method, _route_of(request), exc_info=error)
    return problem_response(_problem(500, "internal", "a bug in the server; it is in the server's log"))


def _route_of(request: AnyRequest) -> str:
    """Return the path with placeholders: an address may contain a name or the secret of a link."""
    return str(request.scope.get("path_template") or UNKNOWN_ROUTE)


def exception_handlers(security_log: SecurityLog) -> ExceptionHandlersMap:
    """Return the exception handlers of the application; refusals that concern security are logged."""

    def log_refusal(request: AnyRequest, error: Refusal) -> Response[bytes]:
        security_log.record_refusal(error.status, error.code, user=_user_of(request), address=_address_of(request))
        return _on_refusal(request, error)

    def log_journal_error(request: AnyRequest, error: JournalError) -> Response[bytes]:
        status = _STATUS_OF_CODE.get(error.code, 422)
        security_log.record_refusal(status, error.code, user=_user_of(request), address=_address_of(request))
        return _on_journal_error(request, error)

    return {
        Refusal: log_refusal,
        JournalError: log_journal_error,
        BlobError: _on_blob_error,
        StorageFailed: _on_storage_failed,
        ServerStopping: _on_stopping,
        HTTPException: _on_http_exception,
        RecursionError: _on_recursion,
        UnicodeDecodeError: _on_bad_utf8,
        Exception: _on_bug,
    }
