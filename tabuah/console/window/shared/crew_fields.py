"""Form fields of the people of a crew, and the crew that a person typed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import WORKERS
from tabuah.operations.roster.crew_people import find_people
from tabuah.operations.roster.drafts import Rosters, known_crews
from tabuah.operations.roster.duty import acts_as_supervisor
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.resources.localisation import _
from tabuah.text.roster.roster_text import person_name
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

_MOST_CHOICES: Final = 8
_MOST_NAMES: Final = 12


class ShiftFieldFault(Exception):
    """A field that cannot be used: its code, and why."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(reason)


def people_fields(users: Mapping[str, User], crew: Crew | None, at: datetime) -> tuple[EditField, EditField]:
    """Return the fields of the supervisor, who is chosen from the able ones, and of the members of a crew."""
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


def read_crew(
    rosters: Rosters, users: Mapping[str, User], values: Mapping[str, str], changes: Mapping[str, str]
) -> Crew:
    """Return the crew of a form; the name of a known one alone gives its people.

    Raises:
        ShiftFieldFault: a field cannot be used.
    """
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
