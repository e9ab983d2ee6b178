"""Tests of BMKG earthquakes: values from real files, and synthetic files for a clone without them."""

import copy
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tabuah.operations.feeds.earthquakes import Earthquake, parse_earthquakes
from tabuah.operations.feeds.errors import (
    FeedIsWebPage,
    FeedMalformed,
    FeedNotText,
    FeedShapeError,
    FeedTooLarge,
    FeedTruncated,
    FeedUnknown,
    FeedUnusable,
)
from tabuah.operations.feeds.feed_reading import FeedKind
from tabuah.operations.feeds.felt_intensity import FeltReport, parse_felt
from tabuah.operations.feeds.remarks import FeedRemark

REFERENCE = Path(os.environ.get("TABUAH_REFERENCE_DATA") or Path(__file__).parents[4] / "shared" / "data") / "feeds"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"the real BMKG files are not at {REFERENCE}; set TABUAH_REFERENCE_DATA"
)

EVENT: dict[str, Any] = {
    "Tanggal": "14 Agu 2026",
    "Jam": "03:05:09 WIB",
    "DateTime": "2026-08-13T20:05:09+00:00",
    "Coordinates": "-0.81,100.62",
    "Lintang": "0.81 LS",
    "Bujur": "100.62 BT",
    "Magnitude": "4.1",
    "Kedalaman": "11 km",
    "Wilayah": "Pusat gempa berada di darat 3 km barat daya Kota Solok",
    "Potensi": "Tidak berpotensi tsunami",
    "Dirasakan": "III-IV Solok, II X Koto Singkarak",
}


def feed(*events: dict[str, Any]) -> bytes:
    return json.dumps({"Infogempa": {"gempa": list(events)}}).encode()


def event(**changes: object) -> dict[str, Any]:
    return copy.deepcopy(EVENT) | changes


def only(data: bytes) -> Earthquake:
    (quake,) = parse_earthquakes(data).items
    return quake


def reason_of(**changes: object) -> str:
    """Return code and values of the reason why an event with these changes is left out."""
    reading = parse_earthquakes(feed(event(), event(**changes)))
    (finding,) = reading.set_aside
    assert finding.index == 1
    assert len(reading.items) == 1
    return repr(finding.reason)


@needs_reference
def test_real_latest_earthquake_is_parsed() -> None:
    reading = parse_earthquakes((REFERENCE / "bmkg_autogempa.json").read_bytes())
    assert (reading.kind, reading.source) == (FeedKind.LATEST_EARTHQUAKE, "BMKG")
    (quake,) = reading.items
    assert quake.at == datetime(2026, 9, 23, 12, 16, 56, tzinfo=UTC)
    assert (quake.lon_deg, quake.lat_deg, quake.magnitude, quake.depth_km) == (123.27, -8.51, 1.8, 12.0)
    assert quake.felt == (FeltReport("Kab. Lembata", 2, 3),)
    assert quake.shakemap == "20260923191656.mmi.jpg"
    assert quake.tsunami_potential is None


@needs_reference
def test_real_strong_earthquakes_are_parsed() -> None:
    reading = parse_earthquakes((REFERENCE / "bmkg_gempaterkini.json").read_bytes())
    assert reading.kind is FeedKind.RECENT_EARTHQUAKES
    assert (len(reading.items), reading.set_aside, reading.notes) == (15, (), ())
    first, last = reading.items[0], reading.items[-1]
    assert (first.magnitude, first.depth_km, first.region) == (6.2, 105.0, "49 km Tenggara BOLAANGUKI-BOLSEL-SULUT")
    assert first.tsunami_potential is False
    assert last.at < first.at


@needs_reference
def test_real_list_of_2023_is_parsed() -> None:
    reading = parse_earthquakes((REFERENCE / "bmkg_gempaterkini_2023.json").read_bytes())
    assert len(reading.items) == 15
    assert (reading.items[0].lat_deg, reading.items[0].lon_deg) == (-10.01, 118.81)
    assert reading.items[1].lat_deg == 3.65  # north of the equator


@needs_reference
def test_real_felt_earthquakes_are_parsed() -> None:
    reading = parse_earthquakes((REFERENCE / "bmkg_gempadirasakan.json").read_bytes())
    assert reading.kind is FeedKind.FELT_EARTHQUAKES
    assert (len(reading.items), reading.set_aside, reading.notes) == (15, (), ())
    assert reading.items[2].felt[4:] == (FeltReport("Tomohon", 3, 3), FeltReport("Ternate", 2, 3))
    assert all(place.mmi_low is not None for quake in reading.items for place in quake.felt)


def test_event_is_parsed_with_units_and_zone() -> None:
    quake = only(feed(EVENT))
    assert quake.at == datetime(2026, 8, 13, 20, 5, 9, tzinfo=UTC)
    assert (quake.lon_deg, quake.lat_deg, quake.magnitude, quake.depth_km) == (100.62, -0.81, 4.1, 11.0)
    assert quake.felt == (FeltReport("Solok", 3, 4), FeltReport("X Koto Singkarak", 2, 2))
    assert quake.key == "bmkg-20260813200509"


def test_missing_utc_time_uses_local_time() -> None:
    reading = parse_earthquakes(feed(event(DateTime=None, Jam="05:05:09 WIT")))
    assert reading.items[0].at == datetime(2026, 8, 13, 20, 5, 9, tzinfo=UTC)
    assert reading.notes[0].reason == FeedRemark("missing", field="DateTime")


def test_disagreeing_times_are_noted() -> None:
    (note,) = parse_earthquakes(feed(event(Jam="13:05:09 WIB"))).notes
    assert note.reason == FeedRemark("times_disagree")


def test_decimal_commas_and_bare_numbers_are_parsed() -> None:
    quake = only(feed(event(Magnitude="4,1", Kedalaman=11)))
    assert (quake.magnitude, quake.depth_km) == (4.1, 11.0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Coordinates": "100.62,-0.81"}, "latitude_beyond_90"),
        ({"Coordinates": "0.81,100.62"}, "coordinates_disagree"),
        ({"Coordinates": "-0.81"}, "not_a_position"),
        ({"Coordinates": "-0.81,200.62"}, "not_on_earth"),
        ({"Coordinates": "nan,nan"}, "not_a_number"),
        ({"Magnitude": float("nan")}, "not_a_number field='Magnitude'"),
        ({"Magnitude": [[1]]}, "not_a_number field='Magnitude'"),
        ({"Magnitude": True}, "not_a_number field='Magnitude'"),
        ({"Magnitude": "41"}, "out_of_bounds field='Magnitude'"),
        ({"Magnitude": ""}, "missing field='Magnitude'"),
        ({"Kedalaman": "11 mil"}, "not_a_number field='Kedalaman'"),
        ({"Kedalaman": "-3 km"}, "out_of_bounds field='Kedalaman'"),
        ({"DateTime": "1970-01-01T00:00:00+00:00"}, "too_long_ago"),
        ({"DateTime": "2099-01-01T00:00:00+00:00"}, "in_the_future"),
        ({"DateTime": "9999-12-31T23:59:59-08:00"}, "outside_calendar"),
        ({"DateTime": "2026-08-13T20:05:09"}, "no_time_zone"),
        ({"DateTime": "kemarin"}, "not_a_time"),
        ({"DateTime": None, "Tanggal": "31 Feb 2026"}, "not_a_time"),
        ({"Lintang": "0.81 XX"}, "spoken_not_a_position"),
        ({"Wilayah": 7}, "not_text"),
        ({"Wilayah": "x" * 600}, "text_too_long field='Wilayah' length=600"),
    ],
)
def test_bad_event_is_left_out_with_reason(changes: dict[str, object], reason: str) -> None:
    assert reason in reason_of(**changes)


def test_event_in_the_future_is_left_out() -> None:
    now = datetime(2026, 8, 14, tzinfo=UTC)
    later = event(DateTime="2026-08-14T02:00:00+00:00")
    reading = parse_earthquakes(feed(event(), later), now=now)
    assert [finding.index for finding in reading.set_aside] == [1]


def test_empty_list_is_reported() -> None:
    (note,) = parse_earthquakes(feed()).notes
    assert note.reason == FeedRemark("no_earthquakes")


def test_surrogates_cannot_break_output() -> None:
    data = feed(EVENT).replace(b"Pusat", rb"\ud800Pusat")
    only(data).region.encode("utf-8")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FeedTruncated),
        (b" \n", FeedTruncated),
        (feed(EVENT)[:-30], FeedTruncated),
        (b"\xff\xfe" + feed(EVENT), FeedNotText),
        (b"\x1f\x8b\x08", FeedNotText),
        (b"<!DOCTYPE html><html><body>Masuk</body></html>", FeedIsWebPage),
        (b'{"message":"Data not found","error":"Not Found","statusCode":404}', FeedIsWebPage),
        (b"{'Infogempa': 1}", FeedMalformed),
        (b"[" * 200_000, FeedMalformed),
        (b'{"Infogempa": ' + b"9" * 6000 + b"}", FeedMalformed),
        (b"[]", FeedUnknown),
        (b'{"Infogempa": []}', FeedShapeError),
        (b'{"Infogempa": {"gempa": [' + b",".join([b"1"] * 2000) + b"]}}", FeedShapeError),
        (feed({}), FeedUnusable),
        (b" " * 10_000_001, FeedTooLarge),
    ],
)
def test_other_documents_are_rejected(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_earthquakes(data)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("-", ()),
        (
            "II - III Kep. Batu, Siberut Utara",
            (FeltReport("Kep. Batu", 2, 3), FeltReport("Siberut Utara", None, None)),
        ),
        ("Padang III-IV", (FeltReport("Padang", 3, 4),)),
        ("III-II Bima", (FeltReport("Bima", 2, 3),)),
        ("IV MMI Solok", (FeltReport("Solok", 4, 4),)),
        ("II–III X Koto Diatas", (FeltReport("X Koto Diatas", 2, 3),)),
        ("X Koto Diatas", (FeltReport("X Koto Diatas", None, None),)),  # a kecamatan, not intensity ten
        ("IX Koto Sungai Lasi", (FeltReport("IX Koto Sungai Lasi", None, None),)),
        ("IV Koto Baru", (FeltReport("Koto Baru", 4, 4),)),  # a nagari that shook with four
    ],
)
def test_felt_places_are_parsed(text: str, expected: tuple[FeltReport, ...]) -> None:
    assert parse_felt(text) == expected
