"""The forms that plan and swap a shift: their fields, and the crew that a person typed."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import WORKERS
from tabuah.operations.roster.crew_people import find_people
from tabuah.operations.roster.drafts import Rosters, ShiftRef, find_shift, known_crews
from tabuah.operations.roster.duty import acts_as_supervisor
from tabuah.operations.roster.entry_bodies import Crew, ShiftTime
from tabuah.operations.roster.shift_pattern import usual_crews
from tabuah.operations.roster.week_roster import PlannedCrew
from tabuah.resources.localisation import _
from tabuah.text.roster.roster_text import describe_planned, person_name, short_day_title
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

_MOST_CHOICES: Final = 8
_MOST_NAMES: Final = 12


class ShiftFieldFault(Exception):
    """A field that cannot be used: its code, and why."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(reason)


def plan_fields(rosters: Rosters, users: Mapping[str, User], ref: ShiftRef) -> tuple[EditField, ...]:
    """Return the fields of the form that plans a shift."""
    present = find_shift(rosters, ref)
    planned = present.planned if present else None
    crew = planned.crew if planned else None
    names = dict.fromkeys((*usual_crews(), *known_crews(rosters.values())))
    return (
        EditField(
            code="crew",
            label=_("Crew"),
            value=crew.name if crew else "",
            hint=_("{names}. Without people: as this crew was planned last.").format(names=", ".join(names)),
        ),
        *_people_fields(users, crew, ref.shift.starts_at(ref.week)),
        EditField(code="hours", label=_("Length in hours"), value=f"{ref.shift.minutes / 60:g}"),
        EditField(code="label", label=_("Name of the shift"), value=planned.label if planned else ""),
        EditField(code="note", label=_("Note"), value=planned.note if planned else ""),
    )


def swap_fields(rosters: Rosters, users: Mapping[str, User], ref: ShiftRef) -> tuple[EditField, ...]:
    """Return the fields of the form that swaps a planned shift."""
    present = find_shift(rosters, ref)
    crew = present.planned.crew if present and present.planned else None
    roster = rosters[str(ref.week)]
    others = tuple(
        Choice(
            code=each.key,
            label=f"{short_day_title(ref.week.day(each.shift.day))} · {describe_planned(each.planned, users)}",
        )
        for each in roster.planned_shifts
        if each.key != ref.shift.key and each.planned is not None and each.planned.crew != crew
    )
    with_shift = EditField(
        code="with",
        label=_("Exchange with"),
        value="",
        choices=(Choice(code="", label=_("no other shift")), *others),
        hint=_("Or change the people below: they take over this shift."),
    )
    return (
        *((with_shift,) if others else ()),
        EditField(code="reason", label=_("Reason"), value="", hint=_("It is recorded.")),
        EditField(code="crew", label=_("Crew"), value=crew.name if crew else ""),
        *_people_fields(users, crew, ref.shift.starts_at(ref.week)),
    )


def _people_fields(users: Mapping[str, User], crew: Crew | None, at: datetime) -> tuple[EditField, EditField]:
    leader = crew.supervisor if crew else ""
    able = [user.name for user in users.values() if acts_as_supervisor(user, at)]
    names = [*able, *([leader] if leader and leader not in able else [])]
    choices = tuple(Choice(code=name, label=person_name(name, users)) for name in sorted(names))
    is_list = bool(able) and len(choices) <= _MOST_CHOICES
    workers = sorted(user.name for user in users.values() if user.active and user.role in WORKERS)
    known = ", ".join(_with_full_name(name, users) for name in workers[:_MOST_NAMES])
    supervisor = EditField(
        code="supervisor",
        label=_("Supervisor"),
        value=leader,
        choices=choices if is_list else (),
        hint="" if is_list else _("The user name of a supervisor, or of a deputy for this time."),
    )
    members = EditField(
        code="members",
        label=_("Members"),
        value=", ".join(crew.members) if crew else "",
        hint=_("User names, separated by commas: {names}").format(names=known) if known else "",
    )
    return supervisor, members


def _with_full_name(name: str, users: Mapping[str, User]) -> str:
    full = person_name(name, users)
    return name if full == name else f"{name} ({full})"


def read_plan(
    rosters: Rosters, users: Mapping[str, User], ref: ShiftRef, changes: Mapping[str, str]
) -> tuple[ShiftRef, PlannedCrew]:
    """Return the shift and the crew of a submitted form.

    Raises:
        ShiftFieldFault: a field cannot be used.
    """
    values = {field.code: field.value for field in plan_fields(rosters, users, ref)} | dict(changes)
    shift = msgspec.structs.replace(ref.shift, minutes=_minutes(values["hours"]))
    crew = _crew_of(rosters, users, values, changes)
    planned = PlannedCrew(crew=crew, label=values["label"].strip(), note=values["note"].strip())
    for code, longest in (("label", 80), ("note", 400)):
        if len(values[code]) > longest:
            raise ShiftFieldFault(code, _("At most {n} characters.").format(n=longest))
    return ref._replace(shift=shift), planned


def read_swap(
    rosters: Rosters, users: Mapping[str, User], ref: ShiftRef, changes: Mapping[str, str]
) -> tuple[str, Crew | None, str]:
    """Return the reason, the crew that takes over, and the key of the shift to exchange with.

    Raises:
        ShiftFieldFault: a field cannot be used.
    """
    reason = changes.get("reason", "").strip()
    if not 1 <= len(reason) <= 400:
        raise ShiftFieldFault("reason", _("Write why, in at most {n} characters.").format(n=400))
    if other := changes.get("with", ""):
        return reason, None, other
    values = {field.code: field.value for field in swap_fields(rosters, users, ref)} | dict(changes)
    return reason, _crew_of(rosters, users, values, changes), ""


def _crew_of(
    rosters: Rosters, users: Mapping[str, User], values: Mapping[str, str], changes: Mapping[str, str]
) -> Crew:
    name = " ".join(values["crew"].split())
    last = next((c for c in known_crews(rosters.values()).values() if c.name.casefold() == name.casefold()), None)
    is_by_name = "crew" in changes and "supervisor" not in changes and "members" not in changes
    if last is not None and is_by_name:
        return last
    if not 1 <= len(name) <= 80:
        raise ShiftFieldFault("crew", _("The crew needs a name of at most {n} characters.").format(n=80))
    supervisor = find_people(values["supervisor"], users)
    if len(supervisor) != 1:
        raise ShiftFieldFault("supervisor", _("Name one supervisor."))
    members = tuple(each for each in find_people(values["members"], users) if each != supervisor[0])
    for field, people in (("supervisor", supervisor), ("members", members)):
        _check(field, people, users)
    if len(members) > 50:
        raise ShiftFieldFault("members", _("At most {n} members.").format(n=50))
    return Crew(name=name, supervisor=supervisor[0], members=members)


def _check(field: str, people: Sequence[str], users: Mapping[str, User]) -> None:
    for name in people:
        if users and name not in users:
            raise ShiftFieldFault(field, _("There is no user {name}.").format(name=name[:80]))
        if users and not users[name].active:
            raise ShiftFieldFault(field, _("{name} is locked.").format(name=name))


def _minutes(text: str) -> int:
    clean = text.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,2}(\.\d{1,2})?", clean) or not 0.5 <= float(clean) <= 48:
        raise ShiftFieldFault("hours", _("Write a number of hours from 0.5 to 48."))
    return round(float(clean) * 60)


def shift_of_key(rosters: Rosters, ref: ShiftRef, key: str) -> ShiftRef:
    """Return another planned shift of the same week."""
    shift: ShiftTime = rosters[str(ref.week)].shifts[key].shift
    return ShiftRef(ref.week, shift)
