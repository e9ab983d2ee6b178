"""Possible duplicates of a report: hazard, place, time and words."""

from datetime import timedelta

import msgspec
import pytest
from support.window_values import NOW, incident

from tabuah.operations.codes import Hazard, Status
from tabuah.operations.incidents.duplicates import ReportFeatures, duplicates_of, find_duplicates
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.text.incidents.duplicates import describe_duplicate

POINT = IncidentPlace(lon_deg=100.65, lat_deg=-0.85, certainty=PlaceCertainty.APPROXIMATE)
FLOOD = incident(place=POINT)


def report(**changes: object) -> ReportFeatures:
    first = ReportFeatures(hazard=Hazard.FLOOD, place=POINT, occurred_at=NOW - timedelta(minutes=12))
    return msgspec.structs.replace(first, **changes)


def east_of(metres: float, certainty: PlaceCertainty = PlaceCertainty.APPROXIMATE) -> IncidentPlace:
    return msgspec.structs.replace(POINT, lon_deg=POINT.lon_deg + metres / 111_300, certainty=certainty)


def test_identical_flood_seconds_later_is_duplicate() -> None:
    (found,) = find_duplicates(report(occurred_at=FLOOD.occurred_at + timedelta(seconds=15)), [FLOOD])
    assert (found.incident, found.same_hazard, round(found.distance_m)) == (FLOOD, True, 0)
    assert describe_duplicate(found, NOW) == "jenis sama · 0 m · 12 mnt lalu"


@pytest.mark.parametrize(
    "changes",
    [
        {"hazard": Hazard.FIRE},
        {"place": east_of(3_500)},
        {"occurred_at": FLOOD.updated_at + timedelta(hours=13)},
        {"occurred_at": FLOOD.occurred_at - timedelta(hours=13)},
        {"exercise": True},
        {"exercise": True, "exercise_id": "galodo-2026"},
    ],
)
def test_different_report_is_no_duplicate(changes: dict[str, object]) -> None:
    assert find_duplicates(report(**changes), [FLOOD]) == ()


@pytest.mark.parametrize("status", [Status.CLOSED, Status.FALSE_REPORT, Status.MERGED])
def test_ended_incident_is_no_duplicate(status: Status) -> None:
    assert find_duplicates(report(), [incident(place=POINT, status=status)]) == ()


def test_exercises_do_not_share_duplicates() -> None:
    drill = incident(place=POINT, exercise=True, exercise_ref="galodo-2026")
    assert find_duplicates(report(exercise=True, exercise_id="galodo-2026"), [drill])
    assert not find_duplicates(report(exercise=True, exercise_id="gempa-2026"), [drill])
    assert not find_duplicates(report(), [drill])


def test_centre_of_nagari_widens_search() -> None:
    assert find_duplicates(report(place=east_of(5_500, PlaceCertainty.CONFIRMED)), [FLOOD])
    assert not find_duplicates(report(place=east_of(6_500, PlaceCertainty.CONFIRMED)), [FLOOD])


def test_earthquake_is_felt_in_whole_regency() -> None:
    quake = incident(place=POINT, hazard=Hazard.EARTHQUAKE)
    assert find_duplicates(report(hazard=Hazard.EARTHQUAKE, place=east_of(30_000)), [quake])


def test_duplicates_rank_hazard_distance_and_words() -> None:
    far = incident(id="far", number="SLK-7K3Q-0002", place=east_of(1_000))
    landslide = incident(id="slide", number="SLK-7K3Q-0003", place=POINT, hazard=Hazard.LANDSLIDE, title="Longsor")
    named = incident(id="named", number="SLK-7K3Q-0004", place=east_of(200), title="Jembatan Lubuk Selasih hanyut")
    order = [each.incident.id for each in find_duplicates(report(), [landslide, far, named])]
    assert order == ["named", "far", "slide"]
    found = find_duplicates(report(words="jembatan hanyut dekat pasar"), [far, named])
    assert found[0].shared_words == ("jembatan", "hanyut")


def test_incident_is_no_duplicate_of_itself() -> None:
    other = incident(id="b", place=east_of(100))
    assert [each.incident.id for each in duplicates_of(FLOOD, [FLOOD, other])] == ["b"]
    assert duplicates_of(incident(place=None), [FLOOD]) == ()


def test_shared_words_are_a_reason_without_hazard_place_and_grammar() -> None:
    place = msgspec.structs.replace(POINT, nagari="Koto Baru", kecamatan="Kubung")
    known = incident(
        place=place, title="Banjir, Nagari Koto Baru", description="Jembatan yang lama hanyut\nRumah terendam"
    )
    words = "Banjir Koto Baru Kubung jembatan yang di hilir hanyut"
    (found,) = find_duplicates(report(place=place, words=words), [known])
    assert found.shared_words == ("jembatan", "hanyut")
    assert describe_duplicate(found, NOW).endswith(" · kata sama: jembatan, hanyut")


def test_duplicate_with_shared_words_is_first_of_equal_ones() -> None:
    bridge, school = (
        incident(id=f"i{n}", number=f"SLK-{n}", place=POINT, description=text)
        for n, text in enumerate(("sekolah terendam", "jembatan hanyut"))
    )
    found = find_duplicates(report(words="jembatan hanyut"), [bridge, school])
    assert [each.incident.description for each in found] == ["jembatan hanyut", "sekolah terendam"]


def test_shared_words_of_hostile_texts_are_bounded() -> None:
    known = incident(place=POINT, description="jembatan " * 2_000)
    (found,) = find_duplicates(report(words="\x00\u202e🌊 jembatan " + "x" * 100_000), [known])
    assert found.shared_words == ("jembatan",)


def test_report_of_unknown_hazard_is_ranked_by_place_and_words() -> None:
    fire = incident(id="2", number="SLK-0000-0002", hazard=Hazard.FIRE, title="Pasar terbakar", place=east_of(500))
    unknown = report(hazard=None, occurred_at=FLOOD.occurred_at, words="pasar terbakar semua")
    assert [each.incident for each in find_duplicates(unknown, [FLOOD, fire])] == [fire, FLOOD]
    assert not find_duplicates(report(hazard=None, place=east_of(3_500)), [FLOOD])
