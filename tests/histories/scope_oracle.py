"""Test oracle for scope: decides by independent simple rules who may change which incident.

It reads the records in order and tracks the OPD of each user. An entry of a field office takes effect at once only if
the present assignment allows it, is held for its scope only if that does not, and is never rejected for it if a
console wrote it.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from histories.auditor import Audit
from histories.ledger import Ledger, mark_of
from histories.world import World

from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.incidents.incident import Incident

LEADS = ("severity", "assignment")  # fields that only the lead may write
KINDS = ("incident.edited", "incident.moved", "conflict.settled")
IN_EFFECT = (Verdict.ACCEPTED, Verdict.CONFLICT)
CONTROL_ROOM = ("operator", "supervisor")


@dataclass
class ScopeOracle:
    """The OPD and role of each user, and the role of each grant, up to one record."""

    offices: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    grants: dict[str, str] = field(default_factory=dict)
    version: int = 1

    def learn(self, entry: Entry, body: dict[str, Any]) -> None:
        key = subject_key(entry.subject)
        if entry.kind in ("user.created", "user.changed"):
            self.offices[key] = body.get("opd", self.offices.get(key, ""))
            self.roles[key] = body.get("role", self.roles.get(key, ""))
        elif entry.kind == "user.granted":
            self.grants[body["grant"]] = body["role"]
        elif entry.kind == "policy.changed":
            self.version = body["decide_version"]

    def is_limited(self, entry: Entry) -> bool:
        role = self.grants.get(entry.grant) or self.roles.get(entry.actor, "")
        return self.version >= 3 and role == "field" and bool(self.offices.get(entry.actor))

    def allows(self, entry: Entry, body: dict[str, Any], incident: Incident) -> bool:
        own, assigned = self.offices[entry.actor], list(incident.assignment)
        if not assigned:
            return self.offices.get(incident.reporter, "") == own
        return own == assigned[0] if _needs_lead(entry, body, incident) else own in assigned


def check_scope(audit: Audit, ledger: Ledger, programs: Collection[str] = ()) -> None:
    """Fail on an entry that took effect out of scope, that was held in scope, or that was rejected for its scope.

    `programs` are devices without a console, which write what no console lets a person write.
    """
    oracle = ScopeOracle()
    for record, entry, before, _after in audit.steps:
        body = json.loads(bytes(entry.body))
        if record.reason == "out_of_scope" and entry.device not in programs:
            assert mark_of(entry) not in ledger.gestures, f"work was rejected for its scope: {entry}"
        incident = before.value
        is_change = entry.kind in KINDS and not _comes_too_late(entry, body, incident)
        if isinstance(incident, Incident) and is_change and oracle.is_limited(entry):
            allowed = oracle.allows(entry, body, incident)
            if record.verdict in IN_EFFECT:
                assert allowed, f"{entry} took effect on an incident of {incident.assignment}"
            elif record.reason == "scope_changed":
                assert not allowed, f"{entry} was held, and is in scope"
        if record.verdict is Verdict.ACCEPTED:
            oracle.learn(entry, body)


def check_personal_values(world: World, audit: Audit) -> None:
    """Fail on a console that knows a caller of an incident that is not its user's, and on one that lacks one."""
    users = {key: state.value for key, state in audit.states.items() if key.startswith("user/")}
    for console in world.consoles:
        user: Any = users[f"user/{console.user}"]
        if user.role != "field" or not user.opd:
            continue
        query = """SELECT DISTINCT j.subject FROM personal p JOIN journal j ON j.entry = p.entry
                   WHERE j.verdict IN ('accepted', 'conflict')"""
        for (subject,) in console.store._session.connection.execute(query).fetchall():
            incident: Any = audit.states[subject].value
            if not isinstance(incident, Incident):
                continue  # a field office reads the numbers of all contacts
            reporter: Any = users.get(f"user/{incident.reporter}")
            own = user.opd in incident.assignment or (
                not incident.assignment and reporter is not None and reporter.opd == user.opd
            )
            assert own, f"{console.name} knows a caller of {incident.assignment}"
            assert incident.is_open, f"{console.name} knows a caller of an incident that has ended"


def _comes_too_late(entry: Entry, body: dict[str, Any], incident: Any) -> bool:
    """Return whether an entry settles a conflict that is settled: it is noted, and changes nothing."""
    is_settlement = entry.kind == "conflict.settled" and isinstance(incident, Incident)
    return is_settlement and all(c.id != body["conflict"] for c in incident.conflicts if c.settled is None)


def _needs_lead(entry: Entry, body: dict[str, Any], incident: Incident) -> bool:
    if entry.kind == "incident.edited":
        return any(name in body for name in LEADS)
    if entry.kind == "incident.moved":
        return bool(body["to"] == "contained")
    conflict = next((c for c in incident.conflicts if c.id == body["conflict"]), None)
    if conflict is None:
        return False
    if conflict.field == "status":
        sides = {"current": conflict.current, "proposed": conflict.proposed, "base": conflict.base}
        chosen = sides[body["take"]] or conflict.current
        return json.loads(chosen.value) == "contained"
    return conflict.field in LEADS
