"""Open matters of an incident, and its units when it ends."""

from datetime import timedelta

import msgspec
from support.window_values import NOW, incident

from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.incidents.drafts import end_with_units
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.incident import Observation
from tabuah.operations.incidents.incident_list import sort_for_board
from tabuah.operations.incidents.open_matters import OpenMatters, open_matters
from tabuah.text.incidents.closure import describe_open_matters

STATED = Observation(entry="e", at=NOW, actor="ani", source="PMI", figures=Figures(missing=2))


def test_open_matters_name_missing_people_and_units() -> None:
    found = open_matters(incident(observations=(STATED,), assignment=("TRC-1",)))
    assert found == OpenMatters(missing=2, units=("TRC-1",))
    assert describe_open_matters(found) == "Belum selesai: 2 orang masih hilang; TRC-1 masih ditugaskan."
    assert describe_open_matters(open_matters(incident())) == ""


def test_ending_frees_units_in_same_step() -> None:
    assigned = incident(assignment=("TRC-1",), status=Status.ON_SCENE)
    kinds = [draft.kind for draft in end_with_units(assigned, Status.CONTAINED, frees_units=True)]
    assert kinds == ["incident.moved", "incident.edited"]
    assert [d.kind for d in end_with_units(assigned, Status.CONTAINED)] == ["incident.moved"]


def test_late_fire_comes_first_on_board() -> None:
    severe = incident(id="severe", severity=Severity.CATASTROPHIC)
    fire = incident(id="fire", hazard=Hazard.FIRE, severity=Severity.MINOR)
    older = msgspec.structs.replace(severe, id="older", reported_at=severe.reported_at - timedelta(hours=1))
    order = [each.id for each in sort_for_board((severe, older, fire), NOW)]
    assert order == ["older", "severe", "fire"], "the fire has three minutes left"
    late = [each.id for each in sort_for_board((severe, older, fire), NOW + timedelta(minutes=4))]
    assert late == ["fire", "older", "severe"]
