"""The receipts of outgoing notices, as a client: read in bounded pages, sent again and cancelled."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from tabuah.storage.journal.notices_protocol import (
    MAX_RECEIPTS,
    NoticeReceipt,
    NoticeReceiptsReply,
    NoticesChangedReply,
    NoticesRequest,
)
from tabuah.storage.sync.client import ServerClient

MOST_RECEIPTS: Final = 10_000


def read_notice_receipts(
    client: ServerClient, *, state: str = "", subject: str = "", most: int = MAX_RECEIPTS, before: int | None = None
) -> NoticeReceiptsReply:
    """Return receipts, the newest first; raises like `ServerClient.call`.

    Args:
        client: the session.
        state: only those in this state.
        subject: only those about it, such as `alarm/ID`.
        most: how many at most, up to `MOST_RECEIPTS`; the reply says whether there are more.
        before: only those that are older than this id.
    """
    found: list[NoticeReceipt] = []
    while True:
        wanted: dict[str, Any] = {"limit": min(MAX_RECEIPTS, min(most, MOST_RECEIPTS) - len(found))}
        wanted |= {name: value for name, value in (("state", state), ("subject", subject)) if value}
        if before is not None:
            wanted["before"] = before
        page = client.call("GET", "/v1/notices", NoticeReceiptsReply, params=wanted)
        found += page.receipts
        # Not a smaller id is no page that follows: without this check such an answer would be asked for forever.
        is_last = page.before is None or (before is not None and page.before >= before)
        if is_last or len(found) >= min(most, MOST_RECEIPTS):
            return msgspec.structs.replace(page, receipts=tuple(found), before=None if is_last else page.before)
        before = page.before


def change_notices(client: ServerClient, act: Literal["retry", "cancel"], ids: Sequence[int]) -> tuple[int, ...]:
    """Send messages again, or cancel those that wait; return the ids of those that were changed.

    Raises like `ServerClient.call`. A repeated request changes nothing.
    """
    body = NoticesRequest(act=act, ids=tuple(dict.fromkeys(ids)))
    return client.call("POST", "/v1/notices", NoticesChangedReply, body=body).changed
