"""Receipts of notices in words: the state with its time, the reason, and the numbers of a list."""

from collections.abc import Mapping
from datetime import datetime

from tabuah.resources.localisation import _, format_moment, format_number, ngettext
from tabuah.text.notices.notice_text import delivery_state_label


def describe_receipt_state(
    state: str, *, attempts: int, due_at: datetime, ended_at: datetime | None, acknowledged_at: datetime | None
) -> str:
    """Return the state of a message, and when it got it or is sent again."""
    if acknowledged_at is not None:
        return _("confirmed {moment}").format(moment=format_moment(acknowledged_at))
    label = delivery_state_label(state)
    if state == "waiting" and attempts:
        retry = ngettext(
            "{state}, {n} attempt failed, next {moment}", "{state}, {n} attempts failed, next {moment}", attempts
        )
        return retry.format(state=label, n=format_number(attempts), moment=format_moment(due_at))
    moment = due_at if state == "waiting" else ended_at
    return f"{label} {format_moment(moment)}" if moment is not None else label


def describe_receipt_counts(counts: Mapping[str, int]) -> str:
    """Return how many messages are in each state, such as “12 accepted · 1 failed”."""
    return " · ".join(f"{format_number(n)} {delivery_state_label(state)}" for state, n in counts.items() if n)


def no_receipts_text(*, is_sending: bool) -> str:
    """Return why there are no receipts."""
    if not is_sending:
        return _("This server sends no notices: notices.toml names no channel.")
    return _("No notice was sent in the time that the server keeps.")
