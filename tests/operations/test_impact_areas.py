"""Impact areas of incidents, warnings and alarms."""

import pytest
from support.bulletin_samples import MOMENT, sample_warning
from support.flood_report import flood
from support.sensor_samples import alarm

from tabuah.gis.geodesy import area_m2
from tabuah.operations.bulletins.bulletin import KnownWarning
from tabuah.operations.impact_areas import (
    ALARM_RADIUS_M,
    INCIDENT_RADIUS_M,
    ImpactArea,
    alarm_impact_area,
    incident_impact_area,
    warning_impact_area,
)
from tabuah.operations.incidents.place import NAGARI_RADIUS_M, IncidentPlace, PlaceCertainty

AREA = ((100.6, -0.9), (100.7, -0.9), (100.7, -0.8), (100.6, -0.9))
WARNING = KnownWarning(id="w", issued=sample_warning(), told_at=MOMENT)


def test_incident_with_area_has_that_area() -> None:
    area = incident_impact_area(flood().item(area=AREA).incident)
    assert area == ImpactArea(rings=(AREA,))
    assert area.shape().is_valid


@pytest.mark.parametrize(
    ("certainty", "radius_m"),
    [(PlaceCertainty.CONFIRMED, NAGARI_RADIUS_M), (PlaceCertainty.OFFICIAL, INCIDENT_RADIUS_M)],
)
def test_incident_without_area_has_circle_around_its_place(certainty: PlaceCertainty, radius_m: float) -> None:
    place = IncidentPlace(lon_deg=100.65, lat_deg=-0.85, certainty=certainty)
    area = incident_impact_area(flood(place=place).incident)
    assert area == ImpactArea(centre_deg=(100.65, -0.85), radius_m=radius_m)
    assert area_m2(area.shape()) == pytest.approx(3.1416 * radius_m**2, rel=0.01)


def test_incident_without_place_has_no_impact_area() -> None:
    assert incident_impact_area(flood(place=None).incident) is None


def test_warning_has_its_rings() -> None:
    assert warning_impact_area(WARNING) == ImpactArea(rings=WARNING.issued.rings)
    assert warning_impact_area(KnownWarning(id="w", issued=sample_warning(rings=()), told_at=MOMENT)) is None


def test_alarm_of_warning_has_its_area_and_of_station_a_circle() -> None:
    assert alarm_impact_area(alarm(parameter="warning/w", station=""), {"w": WARNING}) == warning_impact_area(WARNING)
    assert alarm_impact_area(alarm(parameter="warning/x", station=""), {"w": WARNING}) is None
    station = alarm(station="SLK-AWLR-03", lon_deg=100.63, lat_deg=-0.8)
    assert alarm_impact_area(station, {}) == ImpactArea(centre_deg=(100.63, -0.8), radius_m=ALARM_RADIUS_M)
    assert alarm_impact_area(alarm(station="", parameter="earthquake/1"), {}) is None
