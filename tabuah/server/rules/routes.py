"""The route of trial runs of rules on the server's readings."""

from typing import Final

import msgspec
from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from tabuah.server.errors import Refusal
from tabuah.server.people.access import PEOPLE, AccessControl, AnyRequest
from tabuah.server.rules.trial_service import TrialService
from tabuah.storage.journal.rule_trial_messages import MEDIA_TYPE, TrialRequest

MAX_BODY_BYTES: Final = 64 * 1024


def trial_routes(service: TrialService, access: AccessControl) -> list[HTTPRouteHandler]:
    """Build the route `POST /v1/rules/try`."""

    @post(
        "/v1/rules/try",
        status_code=200,
        media_type=MEDIA_TYPE,
        request_max_body_size=MAX_BODY_BYTES,
        tags=["readings"],
    )
    async def try_rule(request: AnyRequest) -> Stream:
        """Run a rule on past readings, a `TrialRequest`; progress is reported every second.

        The trial ends when the connection closes, when the same user starts another trial, and after two
        minutes.
        """
        user = access.user_with(request, PEOPLE)
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
        raise Refusal(400, "bad_request", "from must not be after to")
    return asked
