"""The parts of `/health` about outgoing notices and webhooks."""

import msgspec


class NoticesHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Outgoing notices: messages that wait, that were given up, and whether the oldest has waited ten minutes."""

    waiting: int
    failed: int
    is_late: bool


class WebhooksHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Webhooks: events that wait and that were given up, and the names of endpoints.

    `disabled` are those that get no events, `failing` those that have accepted none for an hour.
    """

    waiting: int
    failed: int
    disabled: tuple[str, ...]
    failing: tuple[str, ...] = ()
