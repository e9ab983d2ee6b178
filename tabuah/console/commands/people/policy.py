"""`tabuah policy`: who may change which incidents, and what the logged-in user may do to one of them."""

from collections.abc import Sequence

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahCommand
from tabuah.console.commands.invocation import Invocation, print_facts, print_table, print_text
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import SCOPES, IncidentAction, Scope, ScopeRow, Scopes
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.people.permissions import person_text, role_label
from tabuah.text.people.scope import (
    WORKING_ROLES,
    PersonalScope,
    action_label,
    office_text,
    scope_label,
    scope_meaning,
    scope_notes,
    scopes_text,
)


class PolicyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table: the scopes of each role that works on incidents."""

    action: IncidentAction
    label: str
    field: tuple[Scope, ...]
    operator: tuple[Scope, ...]
    supervisor: tuple[Scope, ...]


class PermissionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the logged-in user may take an action on an incident; `reason` is empty if so."""

    action: IncidentAction
    label: str
    allowed: bool
    reason: str


@click.command(
    "policy", cls=TabuahCommand, help=N_("Show who may change which incidents, or what you may do to one of them.")
)
@click.argument("incident", metavar="[INCIDENT]", required=False)
@click.pass_obj
def policy(call: Invocation, *, incident: str | None) -> None:
    if incident is None:
        call.show([_make_record(row) for row in SCOPES], _print_policy)
        return
    with call.open_store() as store:
        found, own = store.incident(incident), _personal_scope(store)
    records = [_make_permission(own, found, row.action) for row in SCOPES]
    call.show(records, lambda: _print_permissions(own, found, records))


def _personal_scope(store: ConsoleStore) -> PersonalScope:
    identity = store.identity
    role = identity.role if identity else Role.SUPERVISOR  # before the first log-in nothing is restricted
    return PersonalScope(role=role, actor=store.actor, authority=store.authority())


def _make_record(row: ScopeRow) -> PolicyRecord:
    return PolicyRecord(
        action=row.action,
        label=action_label(row.action),
        field=_in_order(row.field),
        operator=_in_order(row.operator),
        supervisor=_in_order(row.supervisor),
    )


def _in_order(scopes: Scopes) -> tuple[Scope, ...]:
    return tuple(scope for scope in Scope if scope in scopes)


def _make_permission(own: PersonalScope, incident: Incident, action: IncidentAction) -> PermissionRecord:
    reason = own.refusal(incident, action)
    return PermissionRecord(action=action, label=action_label(action), allowed=not reason, reason=reason)


def _print_policy() -> None:
    headers = [_("Action"), *(role_label(role) for role in WORKING_ROLES)]
    rows = [[action_label(row.action), *(scopes_text(row.of(role)) for role in WORKING_ROLES)] for row in SCOPES]
    print_table(headers, rows)
    print_text("")
    print_facts([(scope_label(scope), scope_meaning(scope)) for scope in Scope])
    print_text("")
    for note in scope_notes():
        print_text(note)


def _print_permissions(own: PersonalScope, incident: Incident, records: Sequence[PermissionRecord]) -> None:
    print_text(f"{person_text(own.actor, own.role)} · {office_text(own.office)} · {incident.number}")
    rows = [[record.label, record.reason or _("allowed")] for record in records]
    print_table([_("Action"), _("You")], rows)
