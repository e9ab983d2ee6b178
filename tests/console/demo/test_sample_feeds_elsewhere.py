"""The sample feeds of the demonstration concern the regency in use."""

import json
from datetime import UTC, datetime

from support.regencies import eastern_regency, regency_in_use

from tabuah.console.demo.sample_feeds import sample_feed_files

NOW = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)


def test_sample_earthquake_and_warning_move_with_the_regency():
    with regency_in_use(eastern_regency()) as profile:
        found = sample_feed_files("http://127.0.0.1", NOW)
    quake = _quake_in(found)
    lat_deg, lon_deg = map(float, quake["Coordinates"].split(","))
    west, south, east, north = profile.bounds_deg
    assert west < lon_deg < east
    assert south < lat_deg < north
    assert "Teluk Harapan" in quake["Wilayah"]
    assert any(b"TELUK HARAPAN" in content for content in found.values())


def test_sample_earthquake_of_the_shipped_regency_stays():
    quake = _quake_in(sample_feed_files("http://127.0.0.1", NOW))
    assert (quake["Coordinates"], quake["Bujur"], quake["Lintang"]) == ("-0.71,100.62", "100.62 BT", "0.71 LS")


def _quake_in(found: dict[str, bytes]) -> dict[str, str]:
    return json.loads(next(content for content in found.values() if b"Infogempa" in content))["Infogempa"]["gempa"]
