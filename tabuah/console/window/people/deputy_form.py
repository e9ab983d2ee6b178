"""The form that names a deputy: its fields, and the naming or the errors that its texts give."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.bounds import LONGEST_REASON
from tabuah.operations.people.authority import User
from tabuah.operations.people.fold import LONGEST_DEPUTYSHIP
from tabuah.operations.people.roles import DEPUTY_ROLES, Role
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import moment_text, parse_moment
from tabuah.storage.journal.people_protocol import DeputyNaming
from tabuah.text.people.permissions import role_label
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

_DAY: Final = timedelta(days=1)
_USUAL_TERM: Final = timedelta(hours=12)
_FARTHEST: Final = timedelta(days=366)
_CLOCK: Final = re.compile(r"\s*\d{1,2}[.:]?\d{2}(\s|$)")  # a time without a day


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault(Exception):
    """A field with a text that cannot be used, and why."""

    field: str
    text: str


def naming_fields(users: Iterable[User], now: datetime) -> tuple[EditField, ...]:
    """Return the fields; `users` are those who may be a deputy."""
    choices = tuple(Choice(code=user.name, label=f"{user.name} · {role_label(user.role)}") for user in users)
    roles = tuple(Choice(code=role.value, label=role_label(role)) for role in Role if role in DEPUTY_ROLES)
    until = moment_text(now + _USUAL_TERM, now=now)
    return (
        EditField(code="name", label=_("Who"), value="", choices=choices),
        EditField(code="role", label=_("Acts as"), value=Role.SUPERVISOR.value, choices=roles),
        EditField(code="start", label=_("From"), value="", hint=_("Empty: from now on. Such as 18.00.")),
        EditField(code="until", label=_("Until"), value=until, hint=_("Such as 06.00, or 2026-12-03 06.00.")),
        EditField(code="reason", label=_("Reason"), value="", hint=_("Recorded with your name.")),
    )


def read_naming(values: Mapping[str, str], now: datetime) -> DeputyNaming:
    """Return the naming that the texts of the form mean.

    Raises:
        FieldFault: one of them cannot be used.
    """
    if not values.get("name"):
        raise FieldFault(field="name", text=_("Choose a user."))
    starts_at, ends_at = read_term(values, now)
    reason = values.get("reason", "").strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise FieldFault(field="reason", text=_("Enter the reason; it is recorded."))
    return DeputyNaming(
        name=values["name"],
        role=Role(values.get("role") or Role.SUPERVISOR),
        starts_at=starts_at if values.get("start", "").strip() else None,
        ends_at=ends_at,
        reason=reason,
    )


def read_term(values: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """Return begin and end; an end before the begin that names no day is on the next one.

    Raises:
        FieldFault: one of them is no time, or the term is impossible.
    """
    starts_at = _moment(values, "start", now) if values.get("start", "").strip() else now
    ends_at = _moment(values, "until", now)
    if starts_at > now + _FARTHEST:
        raise FieldFault(field="start", text=_("Within a year, please."))
    if ends_at <= starts_at and _CLOCK.match(values["until"]):
        ends_at += ((starts_at - ends_at).days + 1) * _DAY
    if ends_at <= max(starts_at, now):
        raise FieldFault(field="until", text=_("The end must come after the begin, and in the future."))
    if ends_at - starts_at > LONGEST_DEPUTYSHIP:
        raise FieldFault(field="until", text=_("Three days at most."))
    return starts_at, ends_at


def _moment(values: Mapping[str, str], field: str, now: datetime) -> datetime:
    try:
        return parse_moment(values.get(field, ""), now=now)
    except ValueError as error:
        raise FieldFault(field=field, text=str(error)) from error
