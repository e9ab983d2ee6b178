"""Scope: which incidents each role may change. `SCOPES` is the one table.

`decide` enforces it (`operations/incidents/scope_rules.py`), `tabuah policy` prints it, and docs/roles.md shows it.
A user without an office (OPD) has no limits within the role.
"""

from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.people.roles import Role


class IncidentAction(StrEnum):
    """What a person does to an incident."""

    REPORT = "report"
    NOTE = "note"
    ATTACH = "attach"
    COUNT = "count"  # casualties and damage, answers of callers
    DESCRIBE = "describe"  # title, description, hazard, channel, time and caller
    PLACE = "place"  # place and area
    RATE = "rate"  # severity
    ASSIGN = "assign"
    MOVE = "move"  # a status short of contained
    CONTAIN = "contain"
    CLOSE = "close"
    REOPEN = "reopen"
    DISMISS = "dismiss"  # as a false report
    MERGE = "merge"  # or undo a merge
    GROUP = "group"  # put it under a parent event
    DELETE = "delete"


class Scope(StrEnum):
    """The incidents on which an action is allowed."""

    OWN = "own"  # the own OPD has reported it, and nobody is assigned
    ASSIGNED = "assigned"  # the own OPD is assigned
    LEAD = "lead"  # the own OPD is named first in the assignment
    ALL = "all"


Scopes = frozenset[Scope]

NOWHERE: Final[Scopes] = frozenset()
EVERYWHERE: Final[Scopes] = frozenset({Scope.ALL})
OWN_OR_ASSIGNED: Final[Scopes] = frozenset({Scope.OWN, Scope.ASSIGNED})
OWN_OR_LEAD: Final[Scopes] = frozenset({Scope.OWN, Scope.LEAD})


class ScopeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table: the incidents on which each role may take an action."""

    action: IncidentAction
    field: Scopes = NOWHERE
    operator: Scopes = NOWHERE
    supervisor: Scopes = NOWHERE

    def of(self, role: Role) -> Scopes:
        """Return the scopes of a role; roles that do not work on incidents have none."""
        by_role = {Role.FIELD: self.field, Role.OPERATOR: self.operator, Role.SUPERVISOR: self.supervisor}
        return by_role.get(role, NOWHERE)


# Nothing that people see, hear or count is ever refused. Unassigned incidents belong to the control room; until it
# assigns one, the OPD that reported it may work on it, too: a post without a network cannot wait.
SCOPES: Final = (
    ScopeRow(action=IncidentAction.REPORT, field=EVERYWHERE, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.NOTE, field=EVERYWHERE, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.ATTACH, field=EVERYWHERE, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.COUNT, field=EVERYWHERE, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.DESCRIBE, field=OWN_OR_ASSIGNED, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.PLACE, field=OWN_OR_ASSIGNED, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.RATE, field=OWN_OR_LEAD, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.ASSIGN, field=OWN_OR_LEAD, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.MOVE, field=OWN_OR_ASSIGNED, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.CONTAIN, field=OWN_OR_LEAD, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.DISMISS, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.MERGE, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.GROUP, operator=EVERYWHERE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.CLOSE, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.REOPEN, supervisor=EVERYWHERE),
    ScopeRow(action=IncidentAction.DELETE, supervisor=EVERYWHERE),
)

_ROWS: Final = {row.action: row for row in SCOPES}


class UserOffice(msgspec.Struct, frozen=True, kw_only=True):
    """The office of a person: its OPD, and the code of the kecamatan to which it is limited; empty for no limit."""

    opd: str = ""
    kecamatan: str = ""


class IncidentStanding(msgspec.Struct, frozen=True, kw_only=True):
    """What the scope of an incident depends on.

    Attributes:
        reporters: the OPDs of its reporter: the present one, or all that it may have been.
        assigned: the OPDs in its assignment, the lead first.
        kecamatan: the code of its kecamatan; empty where no person and no official boundary confirms it.
    """

    reporters: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    kecamatan: str = ""


def scopes_of(role: Role, action: IncidentAction) -> Scopes:
    """Return the incidents on which a role may take an action."""
    return _ROWS[action].of(role)


def relations(office: UserOffice, standing: IncidentStanding) -> Scopes:
    """Return how an incident belongs to an office with an OPD."""
    if office.kecamatan and standing.kecamatan not in ("", office.kecamatan):
        return NOWHERE
    own, assigned = plain(office.opd), [plain(opd) for opd in standing.assigned]
    if not assigned:
        return frozenset({Scope.OWN}) if own in map(plain, standing.reporters) else NOWHERE
    if own not in assigned:
        return NOWHERE
    return frozenset({Scope.ASSIGNED, Scope.LEAD}) if assigned[0] == own else frozenset({Scope.ASSIGNED})


def is_in_scope(role: Role, action: IncidentAction, office: UserOffice, standing: IncidentStanding) -> bool:
    """Return whether a person of an office may take an action on an incident."""
    allowed = scopes_of(role, action)
    if Scope.ALL in allowed:
        return True
    if not plain(office.opd):
        return bool(allowed)  # an office that is not set yet does not limit its users
    return not allowed.isdisjoint(relations(office, standing))


def plain(opd: str) -> str:
    """Return the name of an OPD for comparisons: case and outer spaces do not count."""
    return opd.strip().casefold()
