"""Incidents and totals of parent events: merges, false reports, deleted events, other worlds, candidates."""

from datetime import timedelta

from msgspec.structs import replace
from msgspec.structs import replace as replaced
from support.judged_journal import KOTO_BARU, MORNING, JudgedJournal, key_of

from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.incidents.duplicates import ReportFeatures
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.incident import Incident, IntakeFacts, Observation
from tabuah.operations.parent_events.event_candidates import find_events
from tabuah.operations.parent_events.event_incidents import EventIncidents, group_by_event
from tabuah.operations.parent_events.event_totals import event_totals
from tabuah.operations.parent_events.parent_event import ParentEvent

FLOOD = ParentEvent(
    id="flood", title="Banjir", hazard=Hazard.FLOOD, began_at=MORNING, opened_by="ani", opened_at=MORNING,
    changed_at=MORNING,
)  # fmt: skip
OTHER = replace(FLOOD, id="other")
EVENTS = {"flood": FLOOD, "other": OTHER}


def sample() -> Incident:
    room = JudgedJournal()
    return room.report(room.author("ani"))


SAMPLE = sample()


def incident(number: int, event: str = "flood", **fields: object) -> Incident:
    return replace(SAMPLE, id=key_of(number), number=f"SLK-TEST-{number:04d}", parent_event_ref=event, **fields)


def merged(number: int, into: int, event: str = "flood") -> Incident:
    return incident(number, event, status=Status.MERGED, merge_target=key_of(into))


def stated(number: int, source: str = "PMI", **figures: int) -> Incident:
    observation = Observation(entry=f"e{number}", at=MORNING, actor="ani", source=source, figures=Figures(**figures))
    return incident(number, observations=(observation,))


def grouped(*incidents: Incident, events: dict[str, ParentEvent] | None = None) -> dict[str, list[int]]:
    """Return the numbers of the counted incidents by event."""
    return {key: sorted(map(number_of, found.counted)) for key, found in collect(*incidents, events=events).items()}


def collect(*incidents: Incident, events: dict[str, ParentEvent] | None = None) -> dict[str, EventIncidents]:
    return group_by_event(incidents, {each.id: each for each in incidents}.get, events or EVENTS)


def number_of(each: Incident) -> int:
    return int(each.number[-4:])


def test_incident_counts_for_the_event_that_it_names():
    assert grouped(incident(1), incident(2), incident(3, "other"), incident(4, "")) == {"flood": [1, 2], "other": [3]}


def test_merged_incident_counts_through_its_final_target_once():
    assert grouped(merged(1, 2), merged(2, 3), incident(3)) == {"flood": [3]}
    assert grouped(merged(1, 3), merged(2, 3), incident(3, "")) == {"flood": [3]}


def test_own_event_of_the_target_decides():
    found = collect(merged(1, 2), incident(2, "other"))
    assert [number_of(each) for each in found["other"].counted] == [2]
    assert found["flood"].counted == ()
    assert [number_of(each) for each in found["flood"].merged] == [1]


def test_target_without_an_event_joins_that_of_the_first_incident_merged_into_it():
    late = replace(merged(1, 3), reported_at=MORNING + timedelta(hours=2))
    early = replace(merged(2, 3, "other"), reported_at=MORNING)
    for order in ((late, early), (early, late)):
        found = grouped(*order, incident(3, ""))
        assert found["other"] == [3]
        assert found["flood"] == []


def test_deleted_unknown_and_foreign_events_count_as_none():
    events = {"flood": replace(FLOOD, deleted=True), "other": replace(OTHER, exercise=True)}
    assert grouped(incident(1), incident(2, "other"), incident(3, "missing"), events=events) == {}


def test_deleted_incident_and_deleted_target_are_left_out():
    assert grouped(incident(1, deleted=True), incident(2)) == {"flood": [2]}
    assert grouped(merged(1, 2), incident(2, deleted=True)) == {
        "flood": [1]
    }  # listed as open: its merge leads nowhere


def test_totals_add_each_figure_once_and_state_who_is_left_out():
    members = EventIncidents(
        counted=(stated(1, deaths=2), stated(2, deaths=1, missing=3), incident(3, severity=Severity.CATASTROPHIC)),
        merged=(stated(4, deaths=9),),
        false_reports=(stated(5, deaths=9),),
    )
    totals = event_totals(members)
    assert {each.code: (each.total, each.incidents) for each in totals.figures} == {
        "deaths": (3, 2),
        "missing": (3, 1),
    }
    assert (totals.incidents, totals.open, totals.merged, totals.false_reports) == (3, 3, 1, 1)
    assert list(totals.by_severity) == [Severity.CATASTROPHIC, SAMPLE.severity]
    assert [(place.nagari, place.incidents) for place in totals.places] == [("Koto Baru", 3)]


def test_figure_names_the_sources_of_its_latest_statements():
    earlier = Observation(entry="e0", at=MORNING, actor="ani", source="Warga", figures=Figures(deaths=7))
    later = replace(earlier, entry="e1", at=MORNING + timedelta(hours=1), source="pmi ", figures=Figures(deaths=1))
    corrected = incident(1, observations=(later, earlier))
    counted = (corrected, stated(2, "PMI", deaths=2), stated(3, "BPBD", deaths=0))
    (deaths,) = event_totals(EventIncidents(counted=counted)).figures
    assert (deaths.total, deaths.incidents, [name.casefold() for name in deaths.sources]) == (3, 3, ["pmi", "bpbd"])


def test_units_of_open_incidents_are_counted_by_name_in_any_case():
    totals = event_totals(
        EventIncidents(
            counted=(
                incident(1, assignment=("TRC 1", "PMI", "trc 1")),
                incident(2, assignment=("trc 1",)),
                incident(3, assignment=("PMI",), status=Status.CLOSED),
            )
        )
    )
    assert dict(totals.assigned) == {"TRC 1": 2, "PMI": 1}


def test_people_at_risk_are_summed_over_open_incidents_that_state_them():
    at_risk = {1: 40, 2: 0, 3: None, 4: 9}
    members = [
        incident(
            number,
            intake_facts=IntakeFacts(people_at_risk=people),
            status=Status.CLOSED if number == 4 else Status.REPORTED,
        )
        for number, people in at_risk.items()
    ]
    found = event_totals(EventIncidents(counted=tuple(members))).at_risk
    assert (found.total, found.incidents) == (40, 2)


REPORT = ReportFeatures(hazard=Hazard.FLOOD, place=KOTO_BARU, occurred_at=MORNING + timedelta(hours=1))


def candidates(report: ReportFeatures, event: ParentEvent, *members: Incident) -> list[str]:
    found = find_events(report, [event], {event.id: EventIncidents(counted=members)})
    return [each.event.id for each in found]


def test_open_event_of_the_hazard_and_area_is_offered():
    assert candidates(REPORT, FLOOD, incident(1)) == ["flood"]
    assert candidates(REPORT, FLOOD) == ["flood"]  # no incident with a place yet
    assert candidates(replaced(REPORT, hazard=Hazard.LANDSLIDE), FLOOD, incident(1)) == ["flood"]


def test_event_of_another_hazard_area_time_or_world_is_not_offered():
    far = replace(KOTO_BARU, lat_deg=-1.3)
    assert candidates(REPORT, replace(FLOOD, closed_at=MORNING), incident(1)) == []
    assert candidates(REPORT, replace(FLOOD, hazard=Hazard.FIRE), incident(1)) == []
    assert candidates(replaced(REPORT, hazard=Hazard.LANDSLIDE), FLOOD) == []
    assert candidates(replaced(REPORT, place=far), FLOOD, incident(1)) == []
    assert candidates(replaced(REPORT, occurred_at=MORNING - timedelta(days=1)), FLOOD, incident(1)) == []
    assert candidates(REPORT, replace(FLOOD, exercise=True), incident(1)) == []


def test_nearest_event_of_the_same_hazard_is_offered_first():
    near, related = replace(FLOOD, id="near"), replace(FLOOD, id="related", hazard=Hazard.LANDSLIDE)
    there = replace(KOTO_BARU, lat_deg=-0.90)
    members = {
        "flood": EventIncidents(counted=(incident(1, place=there),)),
        "near": EventIncidents(counted=(incident(2),)),
        "related": EventIncidents(counted=(incident(3),)),
    }
    found = find_events(REPORT, [related, FLOOD, near], members, limit=3)
    assert [each.event.id for each in found] == ["near", "flood", "related"]
