"""Recurring places: the same hazard within a radius or in a nagari."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from support.window_values import NOW, incident

from tabuah.gis.geodesy import distance_m
from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.incidents.recurring_places import find_recurring_places


def at(
    key: str, lon_deg: float, lat_deg: float = -0.85, *, hazard: Hazard = Hazard.FLOOD, **place: object
) -> Incident:
    where = {"nagari": "Koto Baru", "kecamatan": "Kubung", "certainty": PlaceCertainty.OFFICIAL, **place}
    moment = NOW - timedelta(days=30) + timedelta(hours=sum(map(ord, key)))
    point = IncidentPlace(lon_deg=lon_deg, lat_deg=lat_deg, **where)  # type: ignore[arg-type]
    return incident(id=key, hazard=hazard, place=point, reported_at=moment)


def test_three_of_one_hazard_within_a_kilometre_recur() -> None:
    near = [at("a", 100.650), at("b", 100.655), at("c", 100.645)]
    other = [at("d", 100.651, hazard=Hazard.FIRE), at("e", 100.80, nagari="Selayo")]
    (found,) = find_recurring_places([*near, *other])
    assert (found.hazard, found.ids, found.radius_m) == (Hazard.FLOOD, ("a", "b", "c"), 1_000)
    assert abs(found.lon_deg - 100.65) < 1e-6


def test_nagari_recurs_where_no_place_within_the_radius_has_all() -> None:
    spread = [at("a", 100.60), at("b", 100.65), at("c", 100.70)]
    (found,) = find_recurring_places(spread)
    assert (found.nagari, found.radius_m, found.ids) == ("Koto Baru", None, ("a", "b", "c"))


def test_reference_point_of_a_nagari_is_no_place_within_the_radius() -> None:
    named = [at(key, 100.65, certainty=PlaceCertainty.CONFIRMED) for key in "abc"]
    (found,) = find_recurring_places(named)
    assert found.radius_m is None


def test_incidents_without_place_or_below_the_number_do_not_recur() -> None:
    assert find_recurring_places([at("a", 100.65), at("b", 100.65), incident(id="c", place=None)]) == ()
    assert len(find_recurring_places([at("a", 100.65), at("b", 100.65)], fewest=2)) == 1


POINTS = st.tuples(st.floats(100.5, 100.56), st.floats(-0.9, -0.84))


@given(st.lists(POINTS, max_size=40), st.sampled_from([200.0, 1_000.0, 3_000.0]))
def test_places_share_no_incident_and_reach_twice_the_radius_at_most(
    points: list[tuple[float, float]], radius_m: float
) -> None:
    items = {f"{n:03d}": at(f"{n:03d}", lon, lat, nagari="") for n, (lon, lat) in enumerate(points)}
    found = find_recurring_places(items.values(), fewest=2, radius_m=radius_m)
    ids = [key for place in found for key in place.ids]
    assert len(ids) == len(set(ids))
    for place in found:
        first, *others = (items[key].place for key in place.ids)
        assert first is not None
        for other in others:
            assert other is not None
            assert distance_m(first.lon_deg, first.lat_deg, other.lon_deg, other.lat_deg) <= radius_m


@given(st.lists(POINTS, min_size=2, max_size=12))
def test_two_incidents_within_the_radius_are_never_both_alone(points: list[tuple[float, float]]) -> None:
    items = {f"{n:03d}": at(f"{n:03d}", lon, lat, nagari="") for n, (lon, lat) in enumerate(points)}
    found = find_recurring_places(items.values(), fewest=1)
    alone = [items[place.ids[0]].place for place in found if len(place.ids) == 1]
    for number, one in enumerate(alone):
        for other in alone[number + 1 :]:
            assert one is not None
            assert other is not None
            assert distance_m(one.lon_deg, one.lat_deg, other.lon_deg, other.lat_deg) > 1_000
