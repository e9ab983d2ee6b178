"""The OpenAPI of the server, completed by facts that the routes cannot declare.

Litestar describes every struct as an object and every refusal as its own error. Here the structs are described by
msgspec, with their bounds and as arrays where they are sent as arrays, and each refusal is a problem document.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from litestar.connection import Request
from litestar.openapi.plugins import JsonRenderPlugin

from tabuah.operations.readings.reading import ReadingBatch
from tabuah.storage.journal.protocol import Problem
from tabuah.storage.journal.rule_trial_messages import TrialRequest
from tabuah.storage.journal.stations_protocol import StationsReply

_REFERENCE: Final = "#/components/schemas/{name}"
_METHODS: Final = frozenset({"delete", "get", "head", "post", "put"})
_OPEN: Final = frozenset(
    {
        *("/health", "/metrics", "/n/{token}"),
        *("/v1/session", "/v1/session/challenge", "/v1/session/refresh", "/v1/password/reset"),
    }
)
_BODIES: Final = {"/v1/readings": ReadingBatch, "/v1/rules/try": TrialRequest}  # of routes that read it themselves
_REPLIES: Final = {
    "get /v1/stations": StationsReply
}  # of routes that encode it themselves, with types Litestar refuses

_EVERYWHERE: Final = (400, 408, 429, 503)
_SIGNED_IN: Final = (401, 403)
_WITH_BODY: Final = (413, 415, 422, 507)
_WITH_PATH: Final = (404,)
# Further refusals of single routes.
_OF_ROUTE: Final = {
    "post /v1/session": (401, 403, 426),
    "post /v1/session/refresh": (401, 403, 426),
    "post /v1/devices": (409, 426),
    "post /v1/password/reset": (401,),
    "post /v1/deputies": (404, 409),
    "post /v1/deputies/end": (404,),
    "post /v1/second-factor": (409,),
    "post /v1/second-factor/confirm": (409,),
    "post /v1/second-factor/recovery-codes": (404,),
    "post /v1/second-factor/remove": (404,),
    "post /v1/users/second-factor-reset": (404, 409),
    "post /v1/users": (409,),
    "post /v1/users/change": (404, 409),
    "post /v1/users/reset-code": (404,),
    "post /v1/sessions/end": (404,),
    "post /v1/devices/approve": (404,),
    "post /v1/devices/revoke": (404,),
    "post /v1/devices/retire": (409,),
    "post /v1/devices/wipe-order": (404, 409),
    "post /v1/journal": (409,),
    "post /v1/messages": (409,),
    "get /v1/checkpoint": (404,),
    "get /n/{token}": (410,),
    "post /n/{token}": (410,),
    "get /v1/pairing": (404,),
    "get /v1/profile/map": (404,),
    "post /v1/checkpoint": (404, 409),
    "post /v1/handback": (409,),
    "get /v1/snapshot": (404,),
    "get /v1/snapshot/{snapshot_id}": (416,),
    "get /v1/blobs/{sha256}": (416,),
    "put /v1/blobs/{sha256}": (409,),
    "put /v1/sealed/{sha256}": (409,),
}
_PAGES: Final = frozenset({"/n/{token}"})  # for people: their refusals are pages, too
# Answers that are no refusal, and not that of the declared status.
_ANSWERS: Final = {
    "get /v1/snapshot/{snapshot_id}": {206: "application/octet-stream"},
    "get /v1/blobs/{sha256}": {206: "application/octet-stream"},
    "put /v1/blobs/{sha256}": {202: ""},
    "put /v1/sealed/{sha256}": {202: ""},
}


class CompletedJson(JsonRenderPlugin):
    """Serves the completed document."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, complete(openapi_schema))


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with exact schemas, all refusals, and the bodies that routes read themselves."""
    components = document.get("components", {})
    schemas = {**components.get("schemas", {}), **_exact_schemas(set(components.get("schemas", {})))}
    paths = {
        path: {method: _operation(method, path, found) for method, found in item.items()}
        for path, item in document["paths"].items()
    }
    return {**document, "paths": paths, "components": {**components, "schemas": schemas}}


def _exact_schemas(names: set[str]) -> dict[str, Any]:
    by_name: dict[str, list[type[msgspec.Struct]]] = {}
    for cls in _subclasses(msgspec.Struct):
        by_name.setdefault(cls.__name__, []).append(cls)
    known = [found[0] for name, found in by_name.items() if name in names and len(found) == 1]
    types = {*known, Problem, *_BODIES.values(), *_REPLIES.values()}
    _schemas, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    return components


def _subclasses(cls: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for child in cls.__subclasses__():
        if child.__module__.startswith("tabuah."):
            yield child
        yield from _subclasses(child)


def _operation(method: str, path: str, found: Any) -> Any:
    if method not in _METHODS:
        return found
    key = f"{method} {path}"
    answers = {status: reply for status, reply in found["responses"].items() if status < "300"}
    for status, media_type in _ANSWERS.get(key, {}).items():
        answers[str(status)] = {"description": "", **({"content": {media_type: {}}} if media_type else {})}
    if key in _REPLIES:
        answers["200"] = {**answers["200"], "content": _json_content(_REPLIES[key].__name__)}
    completed = {
        **found,
        "responses": answers | {str(status): _refusal(path) for status in sorted(_statuses(method, path))},
    }
    if method == "post" and path in _BODIES:
        completed["requestBody"] = {"content": _json_content(_BODIES[path].__name__), "required": True}
    return completed


def _json_content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REFERENCE.format(name=name)}}}


_PROBLEM: Final[dict[str, Any]] = {
    "description": "Refused; `code` is stable",
    "content": {"application/problem+json": {"schema": {"$ref": _REFERENCE.format(name="Problem")}}},
}


def _refusal(path: str) -> dict[str, Any]:
    if path not in _PAGES:
        return _PROBLEM
    return {**_PROBLEM, "content": {**_PROBLEM["content"], "text/html": {}}}


def _statuses(method: str, path: str) -> set[int]:
    statuses = {*_EVERYWHERE, *_OF_ROUTE.get(f"{method} {path}", ())}
    if path not in _OPEN:
        statuses |= set(_SIGNED_IN)
    if method in ("post", "put"):
        statuses |= set(_WITH_BODY)
    if "{" in path:
        statuses |= set(_WITH_PATH)
    return statuses
