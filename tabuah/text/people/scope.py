"""Texts about scope: actions on incidents, the incidents on which a role may take them, and why a person may not."""

from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.scope_rules import standing_of
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import (
    EVERYWHERE,
    NOWHERE,
    IncidentAction,
    IncidentStanding,
    Scope,
    Scopes,
    UserOffice,
    is_in_scope,
    plain,
    relations,
    scopes_of,
)
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.resources.localisation import _
from tabuah.text.people.permissions import role_label
from tabuah.text.sync.verdict_reasons import describe_reason

WORKING_ROLES: Final = (Role.FIELD, Role.OPERATOR, Role.SUPERVISOR)  # the columns of the table

_ACTIONS: Final[dict[str, str]] = {
    IncidentAction.REPORT: "Report a new incident",
    IncidentAction.NOTE: "Write a note",
    IncidentAction.ATTACH: "Add photos and files",
    IncidentAction.COUNT: "Enter casualties and damage",
    IncidentAction.DESCRIBE: "Change title, description, hazard, channel or time",
    IncidentAction.PLACE: "Change place or affected area",
    IncidentAction.RATE: "Change the severity",
    IncidentAction.ASSIGN: "Assign OPD and units",
    IncidentAction.MOVE: "Move the status, up to “on scene”",
    IncidentAction.CONTAIN: "Report as contained",
    IncidentAction.DISMISS: "Mark as a false report",
    IncidentAction.MERGE: "Merge, or undo a merge",
    IncidentAction.GROUP: "Put under a parent event, or take out",
    IncidentAction.CLOSE: "Close",
    IncidentAction.REOPEN: "Reopen",
    IncidentAction.DELETE: "Delete",
}
_SCOPES: Final[dict[str, str]] = {
    Scope.OWN: "own OPD",
    Scope.ASSIGNED: "assigned",
    Scope.LEAD: "lead",
    Scope.ALL: "all",
}
_MEANINGS: Final[dict[str, str]] = {
    Scope.OWN: "the own OPD has reported the incident, and nobody is assigned yet",
    Scope.ASSIGNED: "the own OPD, or a unit of it, is assigned",
    Scope.LEAD: "the own OPD is named first in the assignment, itself or by a unit",
    Scope.ALL: "every incident",
}


def action_label(action: IncidentAction) -> str:
    return _(_ACTIONS[action])


def scope_label(scope: Scope) -> str:
    return _(_SCOPES[scope])


def scope_meaning(scope: Scope) -> str:
    """Return which incidents a scope has."""
    return _(_MEANINGS[scope])


def scopes_text(scopes: Scopes) -> str:
    """Return one cell of the table: "own OPD, assigned", or a dash."""
    return ", ".join(scope_label(scope) for scope in Scope if scope in scopes) or "–"


def scope_notes() -> tuple[str, ...]:
    """Return the rules that the table itself does not show."""
    others = ", ".join(role_label(role) for role in (Role.VIEWER, Role.AUDITOR, Role.ADMIN, Role.GATEWAY))
    return (
        _("Users without an OPD are not limited. Incidents without an assignment belong to the control room."),
        _(
            "A user with a kecamatan is limited to incidents there. An estimated kecamatan never counts, only one"
            " that a person named or an official boundary contains."
        ),
        _(
            "A change that was allowed when it was written, and is not any more, is held for a supervisor and never"
            " rejected."
        ),
        _("These roles change no incidents: {roles}.").format(roles=others),
    )


def always_accepted_text() -> str:
    """Return what everybody who works on incidents may add to each of them."""
    return _("Notes, photos and figures are always accepted.")


def office_text(office: UserOffice) -> str:
    """Return an office: "Damkar", with its kecamatan if it has one."""
    name = office.opd or _("no OPD")
    return f"{name} ({_('kecamatan {code}').format(code=office.kecamatan)})" if office.kecamatan else name


def describe_rights(role: Role, office: UserOffice, *, kecamatan: str = "") -> tuple[str, ...]:
    """Return the rights of a person with a role and an office on incidents, as sentences from the table.

    `kecamatan` is the name of the office's kecamatan, where it is known.
    """
    if role not in WORKING_ROLES:
        return (_("The role {role} changes no incidents.").format(role=role_label(role)),)
    by_scopes = _actions_by_scopes(role, office)
    lines = [_describe_scopes(allowed, actions) for allowed, actions in by_scopes.items()]
    if office.kecamatan and by_scopes.keys() - {NOWHERE, EVERYWHERE}:
        lines.append(_("Limited to incidents in kecamatan {code}.").format(code=kecamatan or office.kecamatan))
    return tuple(lines)


def _actions_by_scopes(role: Role, office: UserOffice) -> dict[Scopes, list[IncidentAction]]:
    """Return the actions by the scopes of their incidents; an office that is not set does not limit them."""
    found: dict[Scopes, list[IncidentAction]] = {}
    for action in IncidentAction:
        allowed = scopes_of(role, action)
        limited = bool(allowed) and Scope.ALL not in allowed and bool(plain(office.opd))
        found.setdefault(allowed if limited or not allowed else EVERYWHERE, []).append(action)
    return found


def _describe_scopes(scopes: Scopes, actions: Iterable[IncidentAction]) -> str:
    labels = "; ".join(action_label(action) for action in actions)
    if not scopes:
        return _("Not allowed: {actions}.").format(actions=labels)
    if Scope.ALL in scopes:
        return _("On every incident: {actions}.").format(actions=labels)
    return _("On incidents of the scope {scopes}: {actions}.").format(scopes=scopes_text(scopes), actions=labels)


def scope_refusal(role: Role, action: IncidentAction, office: UserOffice, standing: IncidentStanding) -> str:
    """Return why a person may not take an action on an incident; empty if that is allowed."""
    if is_in_scope(role, action, office, standing):
        return ""
    allowed = scopes_of(role, action)
    if not allowed:
        return describe_reason("role_forbids")
    if office.kecamatan and standing.kecamatan not in ("", office.kecamatan):
        return _("You work on incidents of kecamatan {code} only.").format(code=office.kecamatan)
    if not standing.assigned:
        return _("No OPD is assigned yet: the control room does this.")
    if Scope.ASSIGNED in relations(office, standing):
        return _("The lead, {opd}, or the control room does this.").format(opd=standing.assigned[0])
    return _("This incident is assigned to {opds}.").format(opds=", ".join(_distinct(standing.assigned)))


class PersonalScope(msgspec.Struct, frozen=True, kw_only=True):
    """What one person may do to incidents, with the reasons. `actor` is the name of the user."""

    role: Role
    actor: str
    authority: Authority

    @property
    def office(self) -> UserOffice:
        return self.authority.office_of_user(self.actor)

    def refusal(self, incident: Incident, *actions: IncidentAction) -> str:
        """Return why the person may not take one of these actions on an incident; empty if all are allowed."""
        office = self.office if self._has_scope else UserOffice()  # a server with older rules knows no scope
        standing = standing_of(incident, self.authority)
        reasons = (scope_refusal(self.role, action, office, standing) for action in actions)
        return next(filter(None, reasons), "")

    @property
    def _has_scope(self) -> bool:
        return self.authority.policy.decide_version >= PROVENANCE_VERSION


def _distinct(names: Iterable[str]) -> list[str]:
    return list({plain(name): name for name in names}.values())
