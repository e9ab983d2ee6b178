"""The forms that plan and swap a shift: their fields, and the crew that a person typed."""

import re
from collections.abc import Mapping

import msgspec

from tabuah.console.window.shared.crew_fields import ShiftFieldFault, people_fields, read_crew
from tabuah.operations.people.authority import User
from tabuah.operations.roster.drafts import Rosters, ShiftRef, find_shift, known_crews
from tabuah.operations.roster.entry_bodies import Crew, ShiftTime
from tabuah.operations.roster.shift_pattern import usual_crews
from tabuah.operations.roster.week_roster import PlannedCrew
from tabuah.resources.localisation import _
from tabuah.text.roster.roster_text import describe_planned, short_day_title
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice


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
        *people_fields(users, crew, ref.shift.starts_at(ref.week)),
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
        *people_fields(users, crew, ref.shift.starts_at(ref.week)),
    )


def read_plan(
    rosters: Rosters, users: Mapping[str, User], ref: ShiftRef, changes: Mapping[str, str]
) -> tuple[ShiftRef, PlannedCrew]:
    """Return the shift and the crew of a submitted form.

    Raises:
        ShiftFieldFault: a field cannot be used.
    """
    values = {field.code: field.value for field in plan_fields(rosters, users, ref)} | dict(changes)
    shift = msgspec.structs.replace(ref.shift, minutes=_minutes(values["hours"]))
    crew = read_crew(rosters, users, values, changes)
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
    return reason, read_crew(rosters, users, values, changes), ""


def _minutes(text: str) -> int:
    clean = text.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,2}(\.\d{1,2})?", clean) or not 0.5 <= float(clean) <= 48:
        raise ShiftFieldFault("hours", _("Write a number of hours from 0.5 to 48."))
    return round(float(clean) * 60)


def shift_of_key(rosters: Rosters, ref: ShiftRef, key: str) -> ShiftRef:
    """Return another planned shift of the same week."""
    shift: ShiftTime = rosters[str(ref.week)].shifts[key].shift
    return ShiftRef(ref.week, shift)
