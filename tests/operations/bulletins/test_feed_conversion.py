"""Conversion of BMKG's real files to entry bodies."""

import math
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import shapely
from hypothesis import given
from hypothesis import strategies as st
from support.bulletin_samples import MOMENT, REGION, SQUARE

from tabuah.operations.bulletins.alarms import touches_region
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning
from tabuah.operations.bulletins.feed_conversion import MAX_RING_POINTS, earthquake_account, warning_message
from tabuah.operations.feeds.cap_alert import (
    CapAlert,
    CapArea,
    CapCertainty,
    CapCircle,
    CapInfo,
    CapMessageType,
    CapScope,
    CapSeverity,
    CapStatus,
    CapUrgency,
)
from tabuah.operations.feeds.cap_parser import parse_cap
from tabuah.operations.feeds.earthquakes import parse_earthquakes
from tabuah.operations.feeds.positions import Position
from tabuah.server.feeds.poller import draft_earthquakes, draft_warning


def alert(*areas: CapArea, languages: tuple[str, ...] = ("id",)) -> CapAlert:
    infos = tuple(
        CapInfo(
            language=language,
            event=f"hujan {language}",
            urgency=CapUrgency.IMMEDIATE,
            severity=CapSeverity.MODERATE,
            certainty=CapCertainty.OBSERVED,
            effective=MOMENT,
            areas=areas,
        )
        for language in languages
    )
    return CapAlert(
        identifier="a.1",
        sender="bmkg",
        sent=MOMENT,
        status=CapStatus.ACTUAL,
        msg_type=CapMessageType.ALERT,
        scope=CapScope.PUBLIC,
        infos=infos,
    )


def ring_of(points: int, *, radius_deg: float = 0.1, lon_deg: float = 100.7) -> tuple[Position, ...]:
    turns = [2 * math.pi * n / points for n in range(points)]
    ring = [Position(lon_deg + radius_deg * math.cos(t), -0.95 + radius_deg * math.sin(t)) for t in turns]
    return (*ring, ring[0])


def test_real_felt_earthquakes_are_stored_once(reference_data: Path):
    reading = parse_earthquakes((reference_data / "feeds/bmkg_gempadirasakan.json").read_bytes())
    first = draft_earthquakes(reading.items, (), feed="felt", exercise=False)
    assert (first.new, first.revised, len(first.drafts)) == (15, 0, 15)
    known = [
        KnownEarthquake(
            id=draft.subject.partition("/")[2],
            accounts=(earthquake_account(quake, feed="felt"),),
            first_told_at=MOMENT,
            told_at=MOMENT,
        )
        for draft, quake in zip(first.drafts, sorted(reading.items, key=lambda q: q.at), strict=True)
    ]
    assert draft_earthquakes(reading.items, known, feed="felt", exercise=False).drafts == ()
    again = draft_earthquakes(reading.items, known, feed="recent", exercise=False)
    assert (again.new, {draft.subject for draft in again.drafts}) == (0, {draft.subject for draft in first.drafts})


def test_real_warning_keeps_four_polygons_of_others(reference_data: Path):
    read = parse_cap((reference_data / "feeds/bmkg_cap_CGT20260924002_alert.xml").read_bytes())
    message = warning_message(read)
    assert [len(ring) for ring in message.rings][1:3] == [4, 4]
    assert (len(message.rings), sum(map(len, message.rings))) == (4, 88)
    assert message.rings[0][0] == (122.117, 0.919)  # longitude first here, latitude first in the file
    assert message.expires == datetime(2026, 9, 24, 9, 27, tzinfo=UTC)
    assert message.kecamatan == ("DENGILO", "MANANGGU")
    taken = draft_warning(read, {}, exercise=False)
    assert len(taken.drafts) == 1
    known = KnownWarning(id="x", issued=message, told_at=MOMENT)
    assert not touches_region(known, REGION)


def test_indonesian_part_is_used_at_any_position():
    area = CapArea(area_desc="x", polygons=(ring_of(12),))
    assert warning_message(alert(area, languages=("en-US", "id"))).event == "hujan id"
    assert warning_message(alert(area, languages=("en-US",))).event == "hujan en-US"


def test_circle_becomes_a_ring_of_same_size():
    area = CapArea(area_desc="x", circles=(CapCircle(Position(100.7, -0.95), 10.0),))
    (ring,) = warning_message(alert(area)).rings
    west, south, east, north = shapely.Polygon(ring).bounds
    assert round((north - south) * 110.6, 1) == round((east - west) * 111.3, 1) == 20.0


def test_large_outline_is_simplified_in_place():
    message = warning_message(alert(CapArea(area_desc="x", polygons=(ring_of(30_000),))))
    (ring,) = message.rings
    assert len(ring) <= MAX_RING_POINTS
    assert ring[0] == ring[-1]
    whole = shapely.Polygon([(p.lon_deg, p.lat_deg) for p in ring_of(30_000)])
    assert shapely.Polygon(ring).symmetric_difference(whole).area < 0.02 * whole.area


def test_many_small_outlines_become_one_hull():
    rings = tuple(ring_of(6, radius_deg=0.0004, lon_deg=100 + n / 1000) for n in range(2000))
    (ring,) = warning_message(alert(CapArea(area_desc="x", polygons=rings))).rings
    assert shapely.Polygon(ring).buffer(0.01).covers(shapely.Polygon([(p.lon_deg, p.lat_deg) for p in rings[700]]))


@given(st.lists(st.tuples(st.floats(94, 142), st.floats(-12, 8)), min_size=3, max_size=12))
def test_any_indonesian_outline_compares_with_the_regency(points: list[tuple[float, float]]):
    ring = tuple(Position(*point) for point in (*points, points[0]))
    message = warning_message(alert(CapArea(area_desc="x", polygons=(ring,))))
    known = KnownWarning(id="x", issued=message, told_at=MOMENT)
    assert isinstance(touches_region(known, REGION), bool)
    assert msgspec.json.decode(msgspec.json.encode(message), type=type(message)) == message
    assert SQUARE.is_valid
