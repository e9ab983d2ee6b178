"""The forms of the shift on duty: a shift that the roster does not plan, and a promise."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.shared.crew_fields import ShiftFieldFault, people_fields, read_crew
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.people.authority import User
from tabuah.operations.roster.drafts import Rosters, known_crews
from tabuah.operations.roster.duty import acts_as_supervisor
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.roster.shift_pattern import usual_crews
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import moment_text, parse_moment
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.widgets.controls.edit_form import EditField

_LONGEST_H: Final = 48
_USUAL_DUE: Final = timedelta(hours=2)


def start_fields(rosters: Rosters, users: Mapping[str, User], actor: str, now: datetime) -> tuple[EditField, ...]:
    """Return the fields of a shift that the roster does not plan, led by the person at the desk if they may."""
    able = [name for name, user in users.items() if acts_as_supervisor(user, now)]
    leader = actor if not users or actor in able else next(iter(able), "") if len(able) == 1 else ""
    crew = Crew(name="-", supervisor=leader) if leader else None
    names = dict.fromkeys((*usual_crews(), *known_crews(rosters.values())))
    return (
        EditField(
            code="crew",
            label=_("Crew"),
            value="",
            hint=_("{names}. Without people: as this crew was planned last.").format(names=", ".join(names)),
        ),
        *people_fields(users, crew, now),
        EditField(code="hours", label=_("Hours"), value="24", hint=_("From now, 1 to 48.")),
    )


def read_start(
    rosters: Rosters,
    users: Mapping[str, User],
    *,
    actor: str,
    changes: Mapping[str, str],
    now: datetime,
    world: SubjectWorld,
) -> Draft:
    """Return the start of a shift from a submitted form.

    Raises:
        ShiftFieldFault: a field cannot be used.
        NotPossible: the shift cannot be started.
    """
    values = {field.code: field.value for field in start_fields(rosters, users, actor, now)} | dict(changes)
    crew, hours = read_crew(rosters, users, values, changes), values["hours"].strip()
    if not hours.isdecimal() or not 1 <= int(hours[:3]) <= _LONGEST_H:
        raise ShiftFieldFault("hours", _("From now, 1 to 48."))
    return drafts.start_other_shift(new_uuid(now), crew, now, now + timedelta(hours=int(hours)), world=world)


def promise_fields(now: datetime) -> tuple[EditField, ...]:
    """Return the fields of a promise."""
    return (
        EditField(code="what", label=_("What"), value=""),
        EditField(code="to", label=_("To whom"), value="", hint=_("A person or an office.")),
        EditField(code="due", label=_("Until"), value=moment_text(now + _USUAL_DUE, now=now)),
    )


def read_promise(shift: DutyShift, values: Mapping[str, str], now: datetime) -> Draft:
    """Return a promise from the values of a form.

    Raises:
        ShiftFieldFault: the due time cannot be read.
        NotPossible: a text is empty or too long.
    """
    try:
        due_at = parse_moment(values["due"], now=now)
    except ValueError as error:
        raise ShiftFieldFault("due", str(error)) from error
    return drafts.make_promise(shift, values["what"], to=values["to"], due_at=due_at)
