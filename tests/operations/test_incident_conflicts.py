"""Guarded fields: a conflict that a person settles, and nothing that is lost, doubled or flips back."""

import pytest
from room import Room

from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Severity
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.gestures import edit_incident, settle_conflict
from tabuah.operations.places import IncidentPlace

ARIPAN = IncidentPlace(lon_deg=100.63, lat_deg=-0.70, nagari="Aripan")
SUMANI = IncidentPlace(lon_deg=100.58, lat_deg=-0.71, nagari="Sumani")


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def ani(room):
    return room.author("ani")


@pytest.fixture
def budi(room):
    return room.author("budi", Role.FIELD)


def severity(value):
    return IncidentEdited(severity=value)


def two_severities(room, ani, budi):
    """Both saw the same report; ani's change comes first."""
    seen = room.report(ani)
    first = room.write(ani, edit_incident(seen, severity(Severity.SEVERE)))
    second = room.write(budi, edit_incident(seen, severity(Severity.MINOR)))
    return first, second


def test_the_second_of_two_changes_from_one_base_is_a_conflict(room, ani, budi):
    first, second = two_severities(room, ani, budi)
    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.CONFLICT)
    assert room.incident().severity is Severity.SEVERE


def test_a_conflict_tells_all_three_values_and_who_wrote_them(room, ani, budi):
    two_severities(room, ani, budi)
    (conflict,) = room.incident().open_conflicts
    assert (conflict.base.value, conflict.current.value, conflict.proposed.value) == (
        '"moderate"',
        '"severe"',
        '"minor"',
    )
    assert (conflict.current.actor, conflict.proposed.actor) == ("ani", "budi")


@pytest.mark.parametrize(
    ("take", "stands"), [("current", Severity.SEVERE), ("proposed", Severity.MINOR), ("base", Severity.MODERATE)]
)
def test_settling_puts_the_chosen_value_into_force(room, ani, budi, take, stands):
    two_severities(room, ani, budi)
    incident = room.incident()
    room.write(ani, settle_conflict(incident, incident.open_conflicts[0].id, take))
    assert room.incident().severity is stands
    assert not room.incident().open_conflicts


def test_the_second_of_two_racing_settlements_is_noted_but_not_applied(room, ani, budi):
    two_severities(room, ani, budi)
    incident = room.incident()
    conflict = incident.open_conflicts[0].id
    room.write(ani, settle_conflict(incident, conflict, "current"))
    late = room.write(budi, settle_conflict(incident, conflict, "proposed"))
    assert late.verdict is Verdict.ACCEPTED
    assert room.incident().severity is Severity.SEVERE
    assert room.incident().conflicts[0].settled.actor == "ani"


def test_a_change_that_rests_on_a_conflicting_one_joins_its_conflict(room, ani, budi):
    two_severities(room, ani, budi)
    conflicting = room.incident().open_conflicts[0].id.partition(".")[0]
    draft = edit_incident(room.incident(), severity(Severity.CATASTROPHIC))
    decision = room.write(budi, draft, base={"severity": conflicting})
    assert decision.verdict is Verdict.CONFLICT
    (conflict,) = room.incident().open_conflicts
    assert len(conflict.members) == 2
    assert conflict.proposed.value == '"catastrophic"'


def test_a_device_never_conflicts_with_itself(room, ani):
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, severity(Severity.SEVERE)))
    again = room.write(ani, edit_incident(seen, severity(Severity.MINOR)))
    assert again.verdict is Verdict.ACCEPTED
    assert room.incident().severity is Severity.MINOR


def test_two_people_who_agree_have_no_conflict(room, ani, budi):
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, severity(Severity.SEVERE)))
    assert room.write(budi, edit_incident(seen, severity(Severity.SEVERE))).verdict is Verdict.ACCEPTED


def test_only_the_field_that_is_stale_conflicts_and_the_rest_takes_effect(room, ani, budi):
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, IncidentEdited(place=ARIPAN)))
    edit = IncidentEdited(place=SUMANI, severity=Severity.SEVERE, title="Banjir besar")
    assert room.write(budi, edit_incident(seen, edit)).verdict is Verdict.CONFLICT
    incident = room.incident()
    assert (incident.place, incident.severity, incident.title) == (ARIPAN, Severity.SEVERE, "Banjir besar")
    assert [c.field for c in incident.open_conflicts] == ["place"]


def test_a_settled_conflict_stays_settled_when_an_old_change_arrives_late(room, ani, budi):
    two_severities(room, ani, budi)
    incident = room.incident()
    room.write(ani, settle_conflict(incident, incident.open_conflicts[0].id, "current"))
    citra = room.author("citra")
    late = room.write(citra, edit_incident(incident, severity(Severity.CATASTROPHIC)))
    assert late.verdict is Verdict.CONFLICT
    assert room.incident().severity is Severity.SEVERE
    assert [c.settled is None for c in room.incident().conflicts] == [False, True]


def test_descriptive_fields_take_the_last_in_server_order(room, ani, budi):
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, IncidentEdited(title="Banjir di dua jorong")))
    assert room.write(budi, edit_incident(seen, IncidentEdited(title="Banjir di pasar"))).verdict is Verdict.ACCEPTED
    assert room.incident().title == "Banjir di pasar"


def test_settling_a_conflict_that_does_not_exist_is_rejected(room, ani):
    incident = room.report(ani)
    conflict = f"{incident.last_writer('severity')}.severity"
    decision = room.write(ani, settle_conflict(incident, conflict, "current"))
    assert (decision.verdict, decision.reason) == (Verdict.REJECTED, "unknown_conflict")


def test_who_held_to_a_value_against_a_proposal_is_asked_when_the_proposal_had_come_to_stand(room, ani, budi):
    """At ani's console budi's word was only proposed; meanwhile citra, unknown to ani, had said the same."""
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, severity(Severity.MINOR)))
    ani_sees = room.incident()
    room.write(room.author("citra"), edit_incident(ani_sees, severity(Severity.CATASTROPHIC)))
    assert room.write(budi, edit_incident(seen, severity(Severity.CATASTROPHIC))).verdict is Verdict.ACCEPTED
    assert room.write(ani, edit_incident(ani_sees, severity(Severity.MINOR))).verdict is Verdict.CONFLICT
    (conflict,) = room.incident().open_conflicts
    assert (conflict.current.actor, conflict.proposed.actor) == ("budi", "ani")
