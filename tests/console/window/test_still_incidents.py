"""Marks that are laid out in two parts are those that all incidents together have."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.console.window.presenting.incident_marks import incident_markers
from tabuah.console.window.presenting.still_incidents import StillIncidents
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.places import IncidentPlace, PlaceCertainty
from tabuah.resources.catalogue import set_language
from tabuah.widgets.map.markers import IncidentMarkers

SINCE = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def incident(key: str, status: Status, hours: int) -> Incident:
    at = SINCE + timedelta(hours=hours)
    place = IncidentPlace(
        lon_deg=100.6 + hours / 1000, lat_deg=-0.8, nagari_code="", nagari="Koto Baru", kecamatan_code="",
        kecamatan="Kubung", certainty=PlaceCertainty.CONFIRMED,
    )  # fmt: skip
    return Incident(
        id=key, number=f"SLK-{key}", hazard=Hazard.FLOOD, title="Banjir", severity=Severity.SEVERE, status=status,
        channel=Channel.PHONE, place=place, description="", occurred_at=at, reported_at=at, updated_at=at,
        reporter="", device="",
    )  # fmt: skip


def told(markers: IncidentMarkers) -> dict[str, tuple[object, ...]]:
    columns = (markers.lon_deg, markers.lat_deg, markers.classes, markers.letter_of, markers.closed, markers.pending)
    numbers = zip(*(column.tolist() for column in columns), strict=True)
    return {
        key: (*values, *markers.details(index))
        for index, (key, values) in enumerate(zip(markers.ids, numbers, strict=True))
    }


STATUSES = st.sampled_from([Status.REPORTED, Status.ON_SCENE, Status.CLOSED, Status.FALSE_REPORT])


@given(
    still=st.lists(st.tuples(STATUSES, st.integers(-80, 0)), max_size=8),
    moving=st.lists(st.tuples(STATUSES, st.integers(0, 40)), max_size=5),
    hours=st.integers(0, 72),
)
def test_two_parts_make_the_same_marks_as_all_at_once(still: list, moving: list, hours: int) -> None:
    set_language("id")
    standing = {f"s{n}": incident(f"s{n}", *each) for n, each in enumerate(still)}
    going = {f"m{n}": incident(f"m{n}", *each) for n, each in enumerate(moving)}
    moment = SINCE + timedelta(hours=hours)
    parted = StillIncidents(RoomSnapshot(incidents=standing), SINCE).with_moving(going, moment)
    assert told(parted) == told(incident_markers(RoomSnapshot(incidents={**standing, **going}), moment))


def test_words_are_of_the_moment_that_is_shown() -> None:
    set_language("id")
    still = StillIncidents(RoomSnapshot(incidents={"a": incident("a", Status.REPORTED, -1)}), SINCE)
    assert "3 jam" in still.with_moving({}, SINCE + timedelta(hours=2)).details(0)[2]
    with pytest.raises(IndexError):
        still.with_moving({}, SINCE).names[1]
