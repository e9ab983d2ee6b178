"""Tests of CAP 1.2 warnings, the nowcast list, and their proximity to the regency."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shapely.geometry import box

from tabuah.operations.feeds.cap_alert import CapAlert, CapCertainty, CapMessageType, CapSeverity, CapStatus
from tabuah.operations.feeds.cap_parser import parse_cap
from tabuah.operations.feeds.detection import read_feed
from tabuah.operations.feeds.errors import (
    FeedError,
    FeedForbidden,
    FeedMalformed,
    FeedShapeError,
    FeedTruncated,
    FeedUnknown,
    FeedUnusable,
)
from tabuah.operations.feeds.feed_reading import FeedKind
from tabuah.operations.feeds.kecamatan_names import kecamatan_named_in
from tabuah.operations.feeds.nowcast_rss import parse_nowcast_rss
from tabuah.operations.feeds.positions import Position
from tabuah.operations.feeds.proximity import Region, RegionRelation, proximity_of
from tabuah.text.feeds.feed_items import describe_feed_item, feed_to_json

REFERENCE = Path(os.environ.get("TABUAH_REFERENCE_DATA") or Path(__file__).parents[4] / "shared" / "data") / "feeds"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"the real BMKG files are not at {REFERENCE}; set TABUAH_REFERENCE_DATA"
)

SOLOK = Region(
    name="Kabupaten Solok",
    lon_deg=100.79,
    lat_deg=-0.94,
    outline=box(100.45, -1.45, 101.2, -0.55),
    kecamatan=("Kubung", "Gunung Talang", "X Koto Singkarak"),
)

# Invented for these tests and marked as exercise: this warning was never published.
SOLOK_CAP = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>2.49.0.1.360.0.2026.11.24.07.13.900</identifier>
  <sender>latihan@example.org</sender>
  <sent>2026-11-24T14:30:00+07:00</sent>
  <status>Exercise</status>
  <msgType>Update</msgType>
  <scope>Public</scope>
  <references>latihan@example.org,2.49.0.1.360.0.2026.11.24.06.13.899,2026-11-24T13:30:00+07:00</references>
  <info>
    <language>id</language>
    <category>Met</category>
    <event>Hujan Lebat dan Petir</event>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Observed</certainty>
    <effective>2026-11-24T14:40:00+07:00</effective>
    <expires>2026-11-24T17:40:00+07:00</expires>
    <headline>LATIHAN: Hujan Lebat disertai Petir di Sumatera Barat</headline>
    <description>Hujan lebat akan terjadi pada 24 November 2026, 14:40 WIB di sebagian wilayah Sumatera Barat, \
khususnya di GUNUNG TALANG, KUBUNG, X KOTO  SINGKARAK dan dapat meluas ke wilayah LEMBANG JAYA.
 Kondisi diperkirakan dapat berlangsung hingga 17:40 WIB.</description>
    <area>
      <areaDesc>Sumatera Barat</areaDesc>
      <polygon>-0.90,100.60 -0.90,100.75 -1.02,100.75 -1.02,100.60 -0.90,100.60</polygon>
    </area>
  </info>
</alert>"""

GOOD_RING = "-0.90,100.60 -0.90,100.75 -1.02,100.75 -1.02,100.60 -0.90,100.60"


def changed(old: str, new: str) -> bytes:
    assert old in SOLOK_CAP
    return SOLOK_CAP.replace(old, new).encode()


def notes_of(alert: CapAlert) -> str:
    return " | ".join(repr(note) for note in alert.notes)


@needs_reference
def test_real_gorontalo_warning_is_parsed() -> None:
    alert = parse_cap((REFERENCE / "bmkg_cap_CGT20260924002_alert.xml").read_bytes())
    assert alert.identifier == "2.49.0.1.360.0.2026.09.24.07.75.002"
    assert alert.sent == datetime(2026, 9, 24, 7, 7, tzinfo=UTC)
    assert (alert.status, alert.msg_type, alert.notes) == (CapStatus.ACTUAL, CapMessageType.ALERT, ())
    (info,) = alert.infos
    assert (info.severity, info.certainty) == (CapSeverity.MODERATE, CapCertainty.OBSERVED)
    assert info.expires == datetime(2026, 9, 24, 9, 27, tzinfo=UTC)
    assert info.kecamatan == ("DENGILO", "MANANGGU")
    rings = info.areas[0].polygons
    assert [len(ring) for ring in rings] == [44, 4, 4, 36]
    assert rings[0][0] == Position(122.117, 0.919)  # longitude first


@needs_reference
def test_real_gorontalo_warning_is_far_from_solok() -> None:
    alert = parse_cap((REFERENCE / "bmkg_cap_CGT20260924002_alert.xml").read_bytes())
    near = proximity_of(alert, SOLOK)
    assert near.relation is RegionRelation.FAR
    assert near.distance_km == pytest.approx(2370, abs=5)


@needs_reference
def test_real_nowcast_list_is_parsed() -> None:
    reading = parse_nowcast_rss((REFERENCE / "bmkg_nowcast_rss_id_excerpt.xml").read_bytes())
    assert [notice.province_code for notice in reading.items] == ["75", "11", "17"]
    assert reading.items[1].published_at == datetime(2026, 9, 24, 6, 54, tzinfo=UTC)
    assert reading.items[1].kecamatan[0] == "DABUN GELANG"
    assert reading.items[0].link == "https://www.bmkg.go.id/alerts/nowcast/id/CGT20260924002_alert.xml"
    assert reading.issued_at == datetime(2026, 9, 24, 7, 15, 30, tzinfo=UTC)
    assert (reading.set_aside, reading.notes) == ((), ())


@needs_reference
@pytest.mark.parametrize("name", ["usgs_2.5_day.geojson", "bmkg_prakiraan_404.json"])
def test_other_real_files_are_rejected_by_name(name: str) -> None:
    with pytest.raises(FeedError):
        read_feed((REFERENCE / name).read_bytes())


def test_exercise_is_parsed_and_marked() -> None:
    alert = parse_cap(SOLOK_CAP.encode())
    assert alert.is_exercise
    assert alert.references[0].identifier.endswith("13.899")
    assert alert.infos[0].kecamatan == ("GUNUNG TALANG", "KUBUNG", "X KOTO SINGKARAK")
    assert describe_feed_item(alert).startswith("[Exercise] 24 Nov 2026 14.30 WIB · LATIHAN")


def test_warning_is_in_force_until_expiry() -> None:
    alert = parse_cap(SOLOK_CAP.encode())
    start = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
    held = [alert.is_in_force(start + timedelta(minutes=m)) for m in (-1, 0, 179, 180)]
    assert held == [False, True, True, False]
    assert not parse_cap(changed("Update", "Cancel")).is_in_force(start)


def test_warning_over_regency_is_inside() -> None:
    near = proximity_of(parse_cap(SOLOK_CAP.encode()), SOLOK)
    assert near.relation is RegionRelation.INSIDE
    assert near.named == ("Kubung", "Gunung Talang", "X Koto Singkarak")


def test_warning_naming_our_kecamatan_is_inside() -> None:
    near = proximity_of(parse_cap(changed(GOOD_RING, "")), SOLOK)
    assert (near.relation, near.distance_km) == (RegionRelation.INSIDE, None)


def test_warning_of_neighbour_is_near() -> None:
    text = SOLOK_CAP.replace(GOOD_RING, "0.10,100.0 0.10,100.1 0.20,100.1 0.10,100.0").replace("khususnya", "")
    assert proximity_of(parse_cap(text.encode()), SOLOK).relation is RegionRelation.NEAR


def test_open_ring_is_closed_with_note() -> None:
    alert = parse_cap(changed(GOOD_RING, GOOD_RING.rpartition(" ")[0]))
    ring = alert.infos[0].areas[0].polygons[0]
    assert ring[0] == ring[-1]
    assert "polygon_closed" in notes_of(alert)


@pytest.mark.parametrize(
    ("ring", "reason"),
    [
        ("100.60,-0.90 100.75,-0.90 100.75,-1.02 100.60,-0.90", "latitude_beyond_90"),
        ("10.60,-0.90 10.75,-0.90 10.75,-1.02 10.60,-0.90", "outside_indonesia"),
        ("-0.90,100.60 -0.90,100.75 -0.90,100.60", "too_few_corners"),
        ("-0.90,100.60 nan,100.75 -1.02,100.75 -0.90,100.60", "not_a_number"),
        ("-0.90 100.60", "not_a_position"),
    ],
)
def test_bad_ring_is_dropped_with_reason(ring: str, reason: str) -> None:
    alert = parse_cap(changed(GOOD_RING, ring))
    assert reason in notes_of(alert)
    assert alert.infos[0].areas[0].polygons == ()
    assert alert.infos[0].headline


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("cap:1.2", "cap:9.9", FeedUnknown),
        ("<status>Exercise</status>", "", FeedShapeError),
        (">Exercise<", ">Latihan<", FeedShapeError),
        ("2026-11-24T14:30:00+07:00</sent>", "1970-01-01T00:00:00Z</sent>", FeedShapeError),
        ("2026-11-24T14:30:00+07:00</sent>", "2099-01-01T00:00:00Z</sent>", FeedShapeError),
        ("<event>Hujan Lebat dan Petir</event>", "", FeedUnusable),
        ("</alert>", "", FeedTruncated),
        ("</info>", "</inf>", FeedMalformed),
    ],
)
def test_broken_warning_is_rejected(old: str, new: str, error: type[FeedError]) -> None:
    with pytest.raises(error):
        parse_cap(changed(old, new))


@pytest.mark.parametrize("level", ["Parah", ""])
def test_unknown_severity_is_noted(level: str) -> None:
    alert = parse_cap(changed(">Severe<", f">{level}<"))
    assert alert.infos[0].severity is CapSeverity.UNKNOWN
    assert "severity" in notes_of(alert)


def test_entities_are_rejected() -> None:
    bomb = '<!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><alert>&b;</alert>'
    with pytest.raises(FeedForbidden):
        read_feed(bomb.encode())


def test_list_without_warnings_is_valid() -> None:
    reading = read_feed(b"<rss><channel><title>Peringatan Dini</title></channel></rss>")
    assert (reading.kind, reading.items, reading.set_aside) == (FeedKind.WARNING_LIST, (), ())


def test_notice_link_leads_only_to_bmkg() -> None:
    item = (
        "<item><title>T</title><link>http://bmkg.go.id.example.org/a</link>"
        "<guid>2.49.0.1.360.0.2026.11.24.07.13.900</guid><pubDate>Tue, 24 Nov 2026 14:30:00 +0700</pubDate></item>"
    )
    reading = parse_nowcast_rss(f"<rss><channel>{item}<item/></channel></rss>".encode())
    assert reading.items[0].link == ""
    assert reading.items[0].province_code == "13"  # West Sumatra
    assert [finding.index for finding in reading.set_aside] == [1]


def test_json_names_units_and_source() -> None:
    document = feed_to_json(read_feed(SOLOK_CAP.encode()), region=SOLOK)
    assert document["source"] == "BMKG"
    (alert,) = document["alerts"]  # type: ignore[misc]
    assert (alert["sent"], alert["relation"]) == ("2026-11-24T07:30:00Z", "inside")
    assert alert["infos"][0]["areas"][0]["polygons_lon_lat_deg"][0][0] == [100.60, -0.90]


def test_description_without_names_gives_none() -> None:
    assert kecamatan_named_in("Hujan lebat akan terjadi di sebagian wilayah Aceh.") == ()
