"""Receipts of notices in words: the state with its time, the reason, and the numbers of a list."""

from collections.abc import Mapping
from datetime import datetime

from tabuah.operations.people.roles import MAY_CHANGE_NOTICES, Role
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


def changed_by_text(user: str) -> str:
    """Return the user who changed a message from a console; empty without one."""
    return _("changed by {name}").format(name=user) if user else ""


def describe_change(act: str, *, changed: int, asked: int) -> str:
    """Return how many messages are sent again (`retry`) or were cancelled, and why others were not.

    Args:
        act: `retry` or `cancel`.
        changed: the number of those that were changed.
        asked: the number of those that were named.
    """
    if act == "retry":
        done = ngettext("{n} message is sent again.", "{n} messages are sent again.", changed)
        rest = _("Only messages that failed or were cancelled, and have an address, are sent again.")
    else:
        done = ngettext("{n} message was cancelled.", "{n} messages were cancelled.", changed)
        rest = _("Only messages that wait can be cancelled.")
    text = done.format(n=format_number(changed))
    return text if changed == asked else f"{text} {rest}"


def retry_refusal(state: str, *, has_address: bool, role: Role) -> str:
    """Return why a message cannot be sent again by a person; empty if it can."""
    if role not in MAY_CHANGE_NOTICES:
        return _change_refusal()
    if state == "waiting":
        return _("It is sent by itself.")
    if state == "accepted":
        return _("The channel has accepted it already.")
    return "" if has_address else _("the contact has no address for this channel")


def cancel_refusal(state: str, *, role: Role) -> str:
    """Return why a message cannot be cancelled by a person; empty if it can."""
    if role not in MAY_CHANGE_NOTICES:
        return _change_refusal()
    return "" if state == "waiting" else _("It does not wait any more.")


def _change_refusal() -> str:
    return _("Only supervisors and administrators send messages again or cancel them.")
