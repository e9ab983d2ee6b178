"""The conflict policy table is complete, and equals `decide`, `fold` and docs/conflicts.md."""

from pathlib import Path

import pytest
from support.judged_journal import JudgedJournal

from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.entries import Verdict
from tabuah.operations.entry_kinds import known_kinds
from tabuah.operations.incidents.conflict_policy import CONFLICT_POLICY, MergePolicy
from tabuah.operations.incidents.drafts import edit_incident, move_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import set_language
from tabuah.text.incidents.incident_text import describe_policy, policy_field_label

RING = ((100.60, -0.80), (100.70, -0.80), (100.70, -0.90), (100.60, -0.80))
TWO_VALUES = {
    "title": ("Banjir di pasar", "Banjir di sawah"),
    "description": ("air setinggi lutut", "air setinggi pinggang"),
    "hazard": (Hazard.FLASH_FLOOD, Hazard.LANDSLIDE),
    "channel": (Channel.RADIO, Channel.WHATSAPP),
    "occurred_at": ("2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z"),
    "severity": (Severity.SEVERE, Severity.MINOR),
    "assignment": (("Damkar",), ("TRC",)),
    "place": (IncidentPlace(lon_deg=100.6, lat_deg=-0.8), IncidentPlace(lon_deg=100.7, lat_deg=-0.8)),
    "area": (RING, None),
}
EDITED = [rule for rule in CONFLICT_POLICY if "incident.edited" in rule.kinds]


@pytest.fixture
def room():
    return JudgedJournal()


def test_policy_covers_every_editable_field():
    assert {rule.field for rule in EDITED} == set(IncidentEdited.__struct_fields__) == set(TWO_VALUES)


def test_policy_covers_every_incident_entry():
    kinds = {kind for kind in known_kinds() if kind.startswith("incident.")} - {"incident.reported"}
    assert kinds == {kind for rule in CONFLICT_POLICY for kind in rule.kinds}


@pytest.mark.parametrize("rule", EDITED, ids=lambda rule: rule.field)
def test_concurrent_edits_follow_the_policy(room, rule):
    ani, budi = room.author("ani"), room.author("budi", Role.SUPERVISOR)
    seen = room.report(ani)
    first, second = TWO_VALUES[rule.field]
    room.write(ani, edit_incident(seen, IncidentEdited(**{rule.field: first})))
    decision = room.write(budi, edit_incident(seen, IncidentEdited(**{rule.field: second})))
    open_fields = [conflict.field for conflict in room.incident().open_conflicts]
    if rule.policy is MergePolicy.PERSON_DECIDES:
        assert (decision.verdict, open_fields) == (Verdict.CONFLICT, [rule.field])
    else:
        assert rule.policy is MergePolicy.LAST_WINS
        assert (decision.verdict, open_fields) == (Verdict.ACCEPTED, [])


@pytest.mark.parametrize(
    ("field", "to"), [("status.forward", (Status.EN_ROUTE, Status.ASSIGNED)), ("status", (Status.REPORTED,) * 2)]
)
def test_concurrent_moves_follow_the_policy(room, field, to):
    ani, budi = room.author("ani"), room.author("budi", Role.SUPERVISOR)
    room.report(ani)
    room.write(ani, move_incident(room.incident(), Status.VERIFIED))
    seen = room.incident()
    room.write(ani, move_incident(seen, Status.EN_ROUTE))
    decision = room.write(budi, move_incident(seen, to[1]))
    policy = next(rule.policy for rule in CONFLICT_POLICY if rule.field == field)
    assert (decision.verdict is Verdict.CONFLICT) is (policy is MergePolicy.PERSON_DECIDES)
    assert room.incident().status is Status.EN_ROUTE


def test_policy_in_docs_equals_the_code(project: Path):
    set_language("en")
    rows = [
        f"| {policy_field_label(rule.field)} | `{rule.field}` | `{rule.policy}` | {describe_policy(rule.policy)} |"
        for rule in CONFLICT_POLICY
    ]
    told = [
        line
        for line in (project / "docs/conflicts.md").read_text("utf-8").splitlines()
        if any(f"| `{policy}` |" in line for policy in MergePolicy)
    ]
    assert told == rows
