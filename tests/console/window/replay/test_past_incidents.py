"""Markers laid out in two parts equal those of all incidents together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.console.window.incidents.incident_markers import incident_markers
from tabuah.console.window.replay.past_state import UnchangedIncidents
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.resources.localisation import set_language
from tabuah.widgets.map.content import IncidentMarkers

SINCE = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def incident(key: str, status: Status, hours: int, *, exercise: bool = False) -> Incident:
    at = SINCE + timedelta(hours=hours)
    place = IncidentPlace(
        lon_deg=100.6 + hours / 1000, lat_deg=-0.8, nagari_code="", nagari="Koto Baru", kecamatan_code="",
        kecamatan="Kubung", certainty=PlaceCertainty.CONFIRMED,
    )  # fmt: skip
    return Incident(
        id=key, number=f"SLK-{key}", hazard=Hazard.FLOOD, title="Banjir", severity=Severity.SEVERE, status=status,
        channel=Channel.PHONE, place=place, description="", occurred_at=at, reported_at=at, updated_at=at,
        reporter="", device="", exercise=exercise,
    )  # fmt: skip


def told(markers: IncidentMarkers) -> dict[str, tuple[object, ...]]:
    columns = (markers.lon_deg, markers.lat_deg, markers.classes, markers.letter_of, markers.closed, markers.pending)
    numbers = zip(*(column.tolist() for column in columns), strict=True)
    return {
        key: (*values, index in markers.drills, *markers.details(index))
        for index, (key, values) in enumerate(zip(markers.ids, numbers, strict=True))
    }


STATUSES = st.sampled_from([Status.REPORTED, Status.ON_SCENE, Status.CLOSED, Status.FALSE_REPORT])


@given(
    still=st.lists(st.tuples(STATUSES, st.integers(-80, 0), st.booleans()), max_size=8),
    moving=st.lists(st.tuples(STATUSES, st.integers(0, 40), st.booleans()), max_size=5),
    hours=st.integers(0, 72),
)
def test_past_incidents_match_markers_of_all(still: list, moving: list, hours: int) -> None:
    set_language("id")
    standing = {f"s{n}": incident(f"s{n}", status, at, exercise=drill) for n, (status, at, drill) in enumerate(still)}
    going = {f"m{n}": incident(f"m{n}", status, at, exercise=drill) for n, (status, at, drill) in enumerate(moving)}
    moment = SINCE + timedelta(hours=hours)
    parted = UnchangedIncidents(ConsoleSnapshot(incidents=standing), SINCE).with_moving(going, moment)
    assert told(parted) == told(incident_markers(ConsoleSnapshot(incidents={**standing, **going}), moment))


def test_past_incident_texts_are_of_shown_moment() -> None:
    set_language("id")
    still = UnchangedIncidents(ConsoleSnapshot(incidents={"a": incident("a", Status.REPORTED, -1)}), SINCE)
    assert "3 jam" in still.with_moving({}, SINCE + timedelta(hours=2)).details(0)[2]
    with pytest.raises(IndexError):
        still.with_moving({}, SINCE).names[1]
