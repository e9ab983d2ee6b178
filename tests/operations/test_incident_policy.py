"""The conflict policy is one table: complete, obeyed by decide and fold, and told in docs/conflicts.md."""

from pathlib import Path

import pytest
from room import Room

from tabuah.operations.authority.roles import MAY_WRITE, Role
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.fields import POLICY, Policy, field_label, policy_words
from tabuah.operations.incidents.gestures import edit_incident, move_incident
from tabuah.operations.places import IncidentPlace
from tabuah.resources.catalogue import _, set_language

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
EDITED = [rule for rule in POLICY if "incident.edited" in rule.kinds]


@pytest.fixture
def room():
    return Room()


def test_every_field_that_can_be_edited_has_a_row():
    assert {rule.field for rule in EDITED} == set(IncidentEdited.__struct_fields__) == set(TWO_VALUES)


def test_every_change_to_an_incident_has_a_row():
    kinds = {kind for kind in MAY_WRITE if kind.startswith("incident.")} - {"incident.reported"}
    assert kinds == {kind for rule in POLICY for kind in rule.kinds}


@pytest.mark.parametrize("rule", EDITED, ids=lambda rule: rule.field)
def test_two_people_who_write_one_field_get_what_its_row_says(room, rule):
    ani, budi = room.author("ani"), room.author("budi", Role.FIELD)
    seen = room.report(ani)
    first, second = TWO_VALUES[rule.field]
    room.write(ani, edit_incident(seen, IncidentEdited(**{rule.field: first})))
    decision = room.write(budi, edit_incident(seen, IncidentEdited(**{rule.field: second})))
    open_fields = [conflict.field for conflict in room.incident().open_conflicts]
    if rule.policy is Policy.PERSON_SETTLES:
        assert (decision.verdict, open_fields) == (Verdict.CONFLICT, [rule.field])
    else:
        assert rule.policy is Policy.LAST_STANDS
        assert (decision.verdict, open_fields) == (Verdict.ACCEPTED, [])


@pytest.mark.parametrize(
    ("field", "to"), [("status.forward", (Status.EN_ROUTE, Status.ASSIGNED)), ("status", (Status.REPORTED,) * 2)]
)
def test_two_people_who_move_an_incident_get_what_the_row_says(room, field, to):
    ani, budi = room.author("ani"), room.author("budi", Role.SUPERVISOR)
    room.report(ani)
    room.write(ani, move_incident(room.incident(), Status.VERIFIED))
    seen = room.incident()
    room.write(ani, move_incident(seen, Status.EN_ROUTE))
    decision = room.write(budi, move_incident(seen, to[1]))
    policy = next(rule.policy for rule in POLICY if rule.field == field)
    assert (decision.verdict is Verdict.CONFLICT) is (policy is Policy.PERSON_SETTLES)
    assert room.incident().status is Status.EN_ROUTE


def test_the_table_in_the_docs_is_the_table_in_the_code(project: Path):
    set_language("en")
    rows = [
        f"| {field_label(rule.field)}{f' ({_(rule.case)})' if rule.case else ''} | `{rule.field}` "
        f"| `{rule.policy}` | {policy_words(rule.policy)} |"
        for rule in POLICY
    ]
    told = [
        line
        for line in (project / "docs/conflicts.md").read_text("utf-8").splitlines()
        if any(f"| `{policy}` |" in line for policy in Policy)
    ]
    assert told == rows
