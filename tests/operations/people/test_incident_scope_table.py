"""The table of scopes: every role × action × scope is allowed or denied as it says, and docs/roles.md shows it."""

from pathlib import Path

import pytest

from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import (
    SCOPES,
    IncidentAction,
    IncidentStanding,
    Scope,
    UserOffice,
    is_in_scope,
    relations,
)
from tabuah.operations.subjects import ENTRY_KINDS
from tabuah.resources.localisation import set_language
from tabuah.text.people.permissions import role_label
from tabuah.text.people.scope import (
    WORKING_ROLES,
    action_label,
    scope_label,
    scope_meaning,
    scope_refusal,
    scopes_text,
)

DAMKAR = UserOffice(opd="Damkar")
STANDINGS = {  # one incident for each way in which it can belong to the office
    "own": IncidentStanding(reporters=("Damkar",)),
    "assigned": IncidentStanding(reporters=("BPBD",), assigned=("PUPR", "damkar ")),
    "lead": IncidentStanding(reporters=("BPBD",), assigned=("Damkar", "PUPR")),
    "reported, then assigned to others": IncidentStanding(reporters=("Damkar",), assigned=("PUPR",)),
    "unassigned, of others": IncidentStanding(reporters=("BPBD",)),
    "unassigned, of nobody": IncidentStanding(),
}
EXPECTED = {  # the scopes that each incident satisfies for the office
    "own": {Scope.OWN},
    "assigned": {Scope.ASSIGNED},
    "lead": {Scope.ASSIGNED, Scope.LEAD},
    "reported, then assigned to others": set(),
    "unassigned, of others": set(),
    "unassigned, of nobody": set(),
}
KINDS = {
    IncidentAction.REPORT: "incident.reported",
    IncidentAction.NOTE: "incident.noted",
    IncidentAction.ATTACH: "incident.attached",
    IncidentAction.COUNT: "incident.counted",
    IncidentAction.DESCRIBE: "incident.edited",
    IncidentAction.PLACE: "incident.edited",
    IncidentAction.RATE: "incident.edited",
    IncidentAction.ASSIGN: "incident.edited",
    IncidentAction.MOVE: "incident.moved",
    IncidentAction.CONTAIN: "incident.moved",
    IncidentAction.MERGE: "incident.merged",
    IncidentAction.GROUP: "incident.grouped",
    IncidentAction.DELETE: "incident.deleted",
}


def test_scope_table_has_each_action_once():
    assert sorted(row.action for row in SCOPES) == sorted(IncidentAction)


@pytest.mark.parametrize("name", STANDINGS)
def test_relations_of_an_incident_to_an_office(name):
    assert relations(DAMKAR, STANDINGS[name]) == EXPECTED[name]


@pytest.mark.parametrize("name", STANDINGS)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("row", SCOPES, ids=lambda row: row.action)
def test_every_cell_allows_exactly_its_scopes(row, role, name):
    cell = row.of(role)
    allowed = Scope.ALL in cell or bool(cell & EXPECTED[name])
    assert is_in_scope(role, row.action, DAMKAR, STANDINGS[name]) is allowed
    set_language("en")
    assert bool(scope_refusal(role, row.action, DAMKAR, STANDINGS[name])) is not allowed


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("row", SCOPES, ids=lambda row: row.action)
def test_user_without_an_opd_has_the_full_scope_of_the_role(row, role):
    for standing in STANDINGS.values():
        assert is_in_scope(role, row.action, UserOffice(opd=" "), standing) is bool(row.of(role))


@pytest.mark.parametrize("role", Role)
def test_table_agrees_with_the_writers_of_entries(role):
    for row in SCOPES:
        if row.action in KINDS:
            assert bool(row.of(role)) is ENTRY_KINDS[KINDS[row.action]].may_be_written_by(role), row.action


@pytest.mark.parametrize(
    ("of_office", "of_incident", "allowed"),
    [("", "13.02.07", True), ("13.02.07", "13.02.07", True), ("13.02.07", "13.02.09", False), ("13.02.07", "", True)],
)
@pytest.mark.parametrize("name", ["own", "assigned", "lead"])
def test_kecamatan_limits_an_office(of_office, of_incident, allowed, name):
    office = UserOffice(opd="Damkar", kecamatan=of_office)
    standing = STANDINGS[name]
    placed = IncidentStanding(reporters=standing.reporters, assigned=standing.assigned, kecamatan=of_incident)
    assert bool(relations(office, placed)) is allowed
    assert is_in_scope(Role.OPERATOR, IncidentAction.ASSIGN, office, placed)  # the control room has no limit
    assert is_in_scope(Role.FIELD, IncidentAction.NOTE, office, placed)


def test_scope_table_in_docs_equals_the_code(project: Path):
    set_language("en")
    head = f"| action | name | {' | '.join(role_label(role) for role in WORKING_ROLES)} |"
    rows = [
        f"| {action_label(row.action)} | `{row.action}` | "
        f"{' | '.join(scopes_text(row.of(role)) for role in WORKING_ROLES)} |"
        for row in SCOPES
    ]
    scopes = [f"| {scope_label(scope)} | `{scope}` | {scope_meaning(scope)} |" for scope in Scope]
    lines = (project / "docs/roles.md").read_text("utf-8").splitlines()
    start = lines.index(head)
    assert lines[start + 2 : start + 2 + len(rows)] == rows
    assert [line for line in lines if line in scopes] == scopes
