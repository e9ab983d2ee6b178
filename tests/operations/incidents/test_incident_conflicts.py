"""Guarded fields: conflicts are settled by a person, and no value is lost."""

import pytest
from support.judged_journal import JudgedJournal

from tabuah.operations.codes import Severity
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.drafts import edit_incident, settle_conflict
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.roles import Role

ARIPAN = IncidentPlace(lon_deg=100.63, lat_deg=-0.70, nagari="Aripan")
SUMANI = IncidentPlace(lon_deg=100.58, lat_deg=-0.71, nagari="Sumani")


@pytest.fixture
def room():
    return JudgedJournal()


@pytest.fixture
def ani(room):
    return room.author("ani")


@pytest.fixture
def budi(room):
    return room.author("budi", Role.FIELD)


def severity(value):
    return IncidentEdited(severity=value)


def two_severities(room, ani, budi):
    """Two changes in view of one report; ani's comes first."""
    seen = room.report(ani)
    first = room.write(ani, edit_incident(seen, severity(Severity.SEVERE)))
    second = room.write(budi, edit_incident(seen, severity(Severity.MINOR)))
    return first, second


def test_second_change_from_one_base_conflicts(room, ani, budi):
    first, second = two_severities(room, ani, budi)
    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.CONFLICT)
    assert room.incident().severity is Severity.SEVERE


def test_conflict_has_three_values_and_their_authors(room, ani, budi):
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
def test_settlement_applies_the_chosen_value(room, ani, budi, take, stands):
    two_severities(room, ani, budi)
    incident = room.incident()
    room.write(ani, settle_conflict(incident, incident.open_conflicts[0].id, take))
    assert room.incident().severity is stands
    assert not room.incident().open_conflicts


def test_second_racing_settlement_is_not_applied(room, ani, budi):
    two_severities(room, ani, budi)
    incident = room.incident()
    conflict = incident.open_conflicts[0].id
    room.write(ani, settle_conflict(incident, conflict, "current"))
    late = room.write(budi, settle_conflict(incident, conflict, "proposed"))
    assert late.verdict is Verdict.ACCEPTED
    assert room.incident().severity is Severity.SEVERE
    assert room.incident().conflicts[0].settled.actor == "ani"


def test_change_depending_on_conflicting_one_joins_it(room, ani, budi):
    two_severities(room, ani, budi)
    conflicting = room.incident().open_conflicts[0].id.partition(".")[0]
    draft = edit_incident(room.incident(), severity(Severity.CATASTROPHIC))
    decision = room.write(budi, draft, base={"severity": conflicting})
    assert decision.verdict is Verdict.CONFLICT
    (conflict,) = room.incident().open_conflicts
    assert len(conflict.members) == 2
    assert conflict.proposed.value == '"catastrophic"'


def test_device_never_conflicts_with_itself(room, ani):
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, severity(Severity.SEVERE)))
    again = room.write(ani, edit_incident(seen, severity(Severity.MINOR)))
    assert again.verdict is Verdict.ACCEPTED
    assert room.incident().severity is Severity.MINOR


def test_equal_values_are_no_conflict(room, ani, budi):
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, severity(Severity.SEVERE)))
    assert room.write(budi, edit_incident(seen, severity(Severity.SEVERE))).verdict is Verdict.ACCEPTED


def test_stale_field_conflicts_and_others_take_effect(room, ani, budi):
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, IncidentEdited(place=ARIPAN)))
    edit = IncidentEdited(place=SUMANI, severity=Severity.SEVERE, title="Banjir besar")
    assert room.write(budi, edit_incident(seen, edit)).verdict is Verdict.CONFLICT
    incident = room.incident()
    assert (incident.place, incident.severity, incident.title) == (ARIPAN, Severity.SEVERE, "Banjir besar")
    assert [c.field for c in incident.open_conflicts] == ["place"]


def test_settled_conflict_survives_a_late_change(room, ani, budi):
    two_severities(room, ani, budi)
    incident = room.incident()
    room.write(ani, settle_conflict(incident, incident.open_conflicts[0].id, "current"))
    citra = room.author("citra")
    late = room.write(citra, edit_incident(incident, severity(Severity.CATASTROPHIC)))
    assert late.verdict is Verdict.CONFLICT
    assert room.incident().severity is Severity.SEVERE
    assert [c.settled is None for c in room.incident().conflicts] == [False, True]


def test_descriptive_field_takes_last_in_server_order(room, ani, budi):
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, IncidentEdited(title="Banjir di dua jorong")))
    assert room.write(budi, edit_incident(seen, IncidentEdited(title="Banjir di pasar"))).verdict is Verdict.ACCEPTED
    assert room.incident().title == "Banjir di pasar"


def test_settlement_of_unknown_conflict_is_rejected(room, ani):
    incident = room.report(ani)
    conflict = f"{incident.last_writer('severity')}.severity"
    decision = room.write(ani, settle_conflict(incident, conflict, "current"))
    assert (decision.verdict, decision.reason) == (Verdict.REJECTED, "unknown_conflict")


def test_author_rejecting_a_proposal_is_asked_again(room, ani, budi):
    """On ani's console budi's value was only proposed; meanwhile citra had written the same value."""
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, severity(Severity.MINOR)))
    ani_sees = room.incident()
    room.write(room.author("citra"), edit_incident(ani_sees, severity(Severity.CATASTROPHIC)))
    assert room.write(budi, edit_incident(seen, severity(Severity.CATASTROPHIC))).verdict is Verdict.ACCEPTED
    assert room.write(ani, edit_incident(ani_sees, severity(Severity.MINOR))).verdict is Verdict.CONFLICT
    (conflict,) = room.incident().open_conflicts
    assert (conflict.current.actor, conflict.proposed.actor) == ("budi", "ani")
