"""The route by which a rule is tried on the readings of the server."""

from typing import Any, Final

import msgspec
from litestar import Request, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from tabuah.server.errors import Refusal
from tabuah.server.sessions.gate import PEOPLE, Gate
from tabuah.server.trials.service import TrialService
from tabuah.storage.journal.trial_messages import MEDIA_TYPE, TrialRequest

AnyRequest = Request[Any, Any, Any]
MAX_BODY_BYTES: Final = 64 * 1024


def trial_routes(service: TrialService, gate: Gate) -> list[HTTPRouteHandler]:
    """`POST /v1/rules/try`."""

    @post(
        "/v1/rules/try",
        status_code=200,
        media_type=MEDIA_TYPE,
        request_max_body_size=MAX_BODY_BYTES,
        tags=["readings"],
    )
    async def try_rule(request: AnyRequest) -> Stream:
        """Play readings of the past to a rule, a `TrialRequest`; a line a second says how far it is.

        It ends when the line is closed, when the same person tries another rule, and after two minutes.
        """
        user = gate.user_with(request, PEOPLE)
        asked = _read(await request.body())
        messages = service.begin(user.name, asked)
        return Stream(messages, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    return [try_rule]


def _read(body: bytes) -> TrialRequest:
    try:
        asked = msgspec.json.decode(body, type=TrialRequest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(400, "malformed_request", str(error)) from error
    if asked.since > asked.until:
        raise Refusal(400, "bad_request", "from: it is after to")
    return asked
