"""Verification of alarms against incidents: hits, misses and false alarms."""

from datetime import timedelta

import pytest
from support.sensor_samples import START, alarm, minutes

from tabuah.operations.alarms.incident_verification import IncidentVerification, verify_against_incidents
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.text.alarms.performance import verification_figures

END = START + timedelta(days=3)
AT_THE_GAUGE = IncidentPlace(lon_deg=100.63, lat_deg=-0.83, nagari="Koto Baru", kecamatan="Kubung")
FAR_AWAY = IncidentPlace(lon_deg=101.0, lat_deg=-1.2, nagari="Surian", kecamatan="Pantai Cermin")


def incident(**fields: object) -> Incident:
    known: dict[str, object] = {
        "id": "i",
        "number": "SLK-AAAA-0001",
        "hazard": Hazard.FLOOD,
        "title": "Banjir",
        "severity": Severity.SEVERE,
        "status": Status.VERIFIED,
        "channel": Channel.PHONE,
        "place": AT_THE_GAUGE,
        "description": "",
        "occurred_at": minutes(90),
        "reported_at": minutes(95),
        "updated_at": minutes(95),
        "reporter": "ani",
        "device": "d",
    }
    return Incident(**(known | fields))


def verified(*alarms, incidents=()) -> IncidentVerification:
    return verify_against_incidents(alarms, incidents, since=START, until=END)


OVER = {"cleared_at": minutes(300)}


def test_linked_alarm_is_a_hit_anywhere():
    found = verified(alarm(incidents=("i",), **OVER), incidents=[incident(place=FAR_AWAY)])
    assert (found.hits, found.misses, found.false_alarms) == (("a",), (), ())


def test_near_incident_is_hit_across_water_hazards():
    assert verified(alarm(**OVER), incidents=[incident()]).hits == ("a",)
    assert verified(alarm(**OVER), incidents=[incident(hazard=Hazard.LANDSLIDE)]).hits == ("a",)


@pytest.mark.parametrize(
    "fields",
    [
        {"place": FAR_AWAY},
        {"hazard": Hazard.EARTHQUAKE},
        {"occurred_at": START + timedelta(hours=30)},
        {"occurred_at": START - timedelta(hours=2)},
        {"place": None},
    ],
)
def test_unfitting_place_hazard_time_is_no_hit(fields: dict):
    found = verified(alarm(**OVER), incidents=[incident(**fields)])
    assert (found.hits, found.false_alarms) == ((), ("a",))


def test_false_report_or_no_incident_is_false():
    untrue = incident(status=Status.FALSE_REPORT)
    assert verified(alarm(incidents=("i",)), incidents=[untrue]).false_alarms == ("a",)
    assert verified(alarm(**OVER)).false_alarms == ("a",)


def test_active_or_recent_alarm_is_open():
    assert verified(alarm()).open == ("a",)
    late = START + timedelta(days=2, hours=20)
    assert verified(alarm(onset_at=late, raised_at=late, cleared_at=late)).open == ("a",)


def test_incident_without_alarm_is_missed():
    found = verified(alarm(**OVER), incidents=[incident(id="far", place=FAR_AWAY)])
    assert found.misses == ("far",)
    assert (found.detected_share, found.false_share) == (0.0, 1.0)


def test_unwatched_hazards_and_exercises_are_excluded():
    assert verified(alarm(**OVER), incidents=[incident(hazard=Hazard.FIRE)]).misses == ()
    drill = verified(alarm(exercise=True), incidents=[incident(exercise=True)])
    assert (drill.hits, drill.misses, drill.false_alarms, drill.open) == ((), (), (), ())
    assert [figure.value for figure in verification_figures(drill)][-2:] == ["–", "–"]


def test_silence_alarm_is_excluded():
    assert verified(alarm(hazard=None, **OVER)).false_alarms == ()
