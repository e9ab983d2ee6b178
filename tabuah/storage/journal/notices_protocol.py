"""The part of `/health` about outgoing notices."""

import msgspec


class NoticesHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Outgoing notices: messages that wait, that were given up, and whether the oldest has waited ten minutes."""

    waiting: int
    failed: int
    is_late: bool
