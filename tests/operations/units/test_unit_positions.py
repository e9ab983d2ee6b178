"""Unit positions: from GPS readings in any order, reported places, or the post."""

from datetime import datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from support.judged_journal import MORNING
from support.unit_samples import AROSUKA, drive, unit_card

from tabuah.operations.gateways.mapping import GatewayMapping, ValueMapping, read_topic
from tabuah.operations.gateways.payloads import read_payload
from tabuah.operations.readings.reading import Reading
from tabuah.operations.units.known_units import KnownUnit, UnitActivity, locate_unit, sort_by_distance, unit_activity
from tabuah.operations.units.positions import PositionSource, position_of
from tabuah.operations.units.tracker import LAT, LON
from tabuah.operations.units.tracks import Fix, heading_of, track_of
from tabuah.operations.units.unit import ReportedPlace, Unit, UnitKind, UnitState

NORTHWARD = [(100.60, -0.90 + 0.004 * step) for step in range(8)]  # 440 m in each half minute


def unit(**changes: object) -> Unit:
    card = msgspec.structs.asdict(unit_card())
    return Unit(**card | {"kind": UnitKind.QUICK_RESPONSE, "state_at": MORNING} | changes)


def halves(readings: list[Reading]) -> tuple[list[Reading], list[Reading]]:
    return [r for r in readings if r.parameter == LON], [r for r in readings if r.parameter == LAT]


def said(lon_deg: float, at: datetime) -> ReportedPlace:
    return ReportedPlace(lon_deg=lon_deg, lat_deg=-0.9, at=at, by="ani", entry="1")


@given(st.data())
def test_track_is_independent_of_reading_order(data: st.DataObject):
    readings = drive("GPS-1", NORTHWARD, start_at=MORNING)
    came = data.draw(st.permutations(readings + data.draw(st.lists(st.sampled_from(readings), max_size=6))))
    assert track_of(*halves(came)) == track_of(*halves(readings))
    assert len(track_of(*halves(came))) == len(NORTHWARD)


def test_track_drops_incomplete_position():
    lons, lats = halves(drive("GPS-1", NORTHWARD, start_at=MORNING))
    assert len(track_of(lons, lats[1:])) == len(NORTHWARD) - 1
    assert track_of(lons, ()) == ()


def test_track_drops_an_impossible_jump():
    way = [*NORTHWARD[:4], (101.9, -0.89), *NORTHWARD[4:]]
    track = track_of(*halves(drive("GPS-1", way, start_at=MORNING)))
    assert [fix.lon_deg for fix in track] == [100.60] * len(NORTHWARD)


def test_track_accepts_a_confirmed_jump():
    far = [(101.9, -0.89), (101.9, -0.889)]
    lons, lats = halves(drive("GPS-1", [*NORTHWARD, far[0]], start_at=MORNING))
    assert track_of(lons, lats)[-1].lon_deg == 100.60
    lons, lats = halves(drive("GPS-1", [*NORTHWARD, *far], start_at=MORNING))
    assert track_of(lons, lats)[-1].lon_deg == 101.9


def test_track_recovers_from_false_first_position():
    track = track_of(*halves(drive("GPS-1", [(120.0, 1.0), *NORTHWARD], start_at=MORNING)))
    assert len(track) == len(NORTHWARD)


def test_heading_is_of_the_last_segment():
    track = track_of(*halves(drive("GPS-1", NORTHWARD, start_at=MORNING)))
    heading = heading_of(track)
    assert heading is not None
    assert min(heading, 360 - heading) < 0.5


def test_heading_is_none_at_rest():
    wandering = [(100.60 + 0.00002 * (step % 2), -0.90) for step in range(6)]
    assert heading_of(track_of(*halves(drive("GPS-1", wandering, start_at=MORNING)))) is None
    assert heading_of(()) is None


def test_heading_is_none_for_old_movement():
    track = (Fix(100.6, -0.9, MORNING), Fix(100.7, -0.9, MORNING + timedelta(minutes=30)))
    assert heading_of(track) is None


def test_available_unit_is_assumed_at_its_post():
    found = position_of(unit(), fix=None, at_post_since=MORNING, now=MORNING)
    assert found is not None
    assert (found.source, found.lon_deg, found.at) == (PositionSource.POST, AROSUKA.lon_deg, None)


def test_busy_unit_without_position_is_unknown():
    assert position_of(unit(state=UnitState.EN_ROUTE), fix=None, at_post_since=None, now=MORNING) is None


def test_position_is_newest_of_gps_and_report():
    fix, later = Fix(100.5, -0.9, MORNING), MORNING + timedelta(minutes=5)
    by_word = position_of(unit(places=(said(100.7, later),)), fix=fix, at_post_since=None, now=later)
    by_gps = position_of(
        unit(places=(said(100.7, later),)), fix=Fix(100.5, -0.9, later), at_post_since=None, now=later
    )
    assert by_word is not None
    assert by_gps is not None
    assert (by_word.source, by_gps.source) == (PositionSource.PERSON, PositionSource.GPS)


def test_place_before_return_no_longer_counts():
    known = unit(places=(said(100.7, MORNING),))
    before = position_of(known, fix=None, at_post_since=None, now=MORNING)
    after = position_of(known, fix=None, at_post_since=MORNING + timedelta(hours=1), now=MORNING + timedelta(hours=1))
    assert before is not None
    assert after is not None
    assert (before.source, after.source) == (PositionSource.PERSON, PositionSource.POST)


def test_place_from_future_clock_is_ignored():
    known = unit(places=(said(100.7, MORNING), said(100.9, MORNING + timedelta(days=3))))
    found = position_of(known, fix=None, at_post_since=None, now=MORNING)
    assert found is not None
    assert found.lon_deg == 100.7


def test_position_ages_and_post_does_not():
    later = MORNING + timedelta(minutes=6)
    gps = position_of(unit(), fix=Fix(100.5, -0.9, MORNING), at_post_since=None, now=later)
    word = position_of(unit(places=(said(100.7, MORNING),)), fix=None, at_post_since=None, now=later)
    post = position_of(unit(), fix=None, at_post_since=MORNING, now=later)
    assert gps is not None
    assert word is not None
    assert post is not None
    assert [each.is_old(later) for each in (gps, word, post)] == [True, False, False]


def test_units_are_sorted_by_state_and_distance():
    def known(unit_id: str, state: UnitState, lon_deg: float | None) -> KnownUnit:
        one = unit(id=unit_id, state=state)
        fix = None if lon_deg is None else Fix(lon_deg, -0.9, MORNING)
        position = position_of(one, fix=fix, at_post_since=None, now=MORNING) if fix else None
        return KnownUnit(activity=unit_activity(one, ()), position=position)

    room = [
        known("OUT", UnitState.UNAVAILABLE, 100.60),
        known("BUSY", UnitState.ON_SCENE, 100.60),
        known("FAR", UnitState.AVAILABLE, 100.90),
        known("NEAR", UnitState.AVAILABLE, 100.61),
        known("SOMEWHERE", UnitState.AVAILABLE, None),
        known("BACK", UnitState.RETURNING, 100.60),
    ]
    found = sort_by_distance(room, 100.60, -0.9)
    order = [each.known.activity.unit.id for each in found]
    assert order == ["NEAR", "FAR", "SOMEWHERE", "BACK", "BUSY", "OUT"]
    assert found[0].distance_m is not None
    assert abs(found[0].distance_m - 1113) < 2


def test_assigned_unit_is_still_at_its_post():
    for own in (UnitState.AVAILABLE, UnitState.ASSIGNED):
        standing = UnitActivity(unit=unit(state=own), state=UnitState.ASSIGNED, since=MORNING)
        found = locate_unit(standing, (), MORNING).position
        assert found is not None
        assert found.source is PositionSource.POST
    out = UnitActivity(unit=unit(), state=UnitState.EN_ROUTE, since=MORNING)
    assert locate_unit(out, (), MORNING).position is None


def test_gateway_message_may_have_both_coordinates():
    mapping = GatewayMapping(
        name="gps",
        topic="armada/{station}/posisi",
        stations={"862531": "GPS-TRC-1"},
        time="waktu",
        values=(ValueMapping(path="bujur", parameter=LON), ValueMapping(path="lintang", parameter=LAT)),
    )
    message = b'{"waktu": "2026-11-24T01:00:00Z", "bujur": 100.6156, "lintang": -0.9571}'
    places = read_topic(mapping, "armada/862531/posisi")
    assert places is not None
    posted = [item.reading for item in read_payload(mapping, places, message, MORNING)]
    track = track_of(*halves([reading for reading in posted if reading is not None]))
    assert track == (Fix(100.6156, -0.9571, MORNING),)
    assert {reading.station for reading in posted if reading is not None} == {"GPS-TRC-1"}
