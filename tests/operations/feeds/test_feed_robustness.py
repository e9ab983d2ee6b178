"""Property tests: a parser returns a value or raises FeedError, and all messages are translated."""

import json
import string
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabuah.operations.feeds.cap_parser import parse_cap
from tabuah.operations.feeds.detection import read_feed
from tabuah.operations.feeds.earthquakes import parse_earthquakes
from tabuah.operations.feeds.errors import FeedError
from tabuah.operations.feeds.nowcast_rss import parse_nowcast_rss
from tabuah.operations.feeds.proximity import Region
from tabuah.resources.localisation import set_language
from tabuah.text.errors import describe_error
from tabuah.text.feeds.feed_items import describe_feed_item, feed_to_json
from tabuah.text.feeds.remarks import describe_remark

REGION = Region(name="Kabupaten Solok", lon_deg=100.79, lat_deg=-0.94, kecamatan=("Kubung",))

EVENT = {
    "Tanggal": "14 Agu 2026",
    "Jam": "03:05:09 WIB",
    "DateTime": "2026-08-13T20:05:09+00:00",
    "Coordinates": "-0.81,100.62",
    "Lintang": "0.81 LS",
    "Bujur": "100.62 BT",
    "Magnitude": "4.1",
    "Kedalaman": "11 km",
    "Wilayah": "Kota Solok",
    "Dirasakan": "III-IV Solok",
}
QUAKES = json.dumps({"Infogempa": {"gempa": [EVENT, EVENT]}}).encode()
CAP = (
    b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>b</sender>'
    b"<sent>2026-11-24T14:30:00+07:00</sent><status>Exercise</status><msgType>Alert</msgType><scope>Public</scope>"
    b"<references>b,a,2026-11-24T14:30:00+07:00</references>"
    b"<info><event>Hujan</event><urgency>Future</urgency><severity>Minor</severity><certainty>Likely</certainty>"
    b"<expires>2026-11-24T15:30:00+07:00</expires><description>khususnya di KUBUNG.</description>"
    b"<area><areaDesc>X</areaDesc><polygon>-1,100 -1,101 -2,101 -1,100</polygon><circle>-1,100 5</circle></area>"
    b"</info></alert>"
)
RSS = (
    b"<rss><channel><pubDate>Thu, 24 Sep 2026 07:15:30 +0000</pubDate><item><title>T</title>"
    b"<link>https://www.bmkg.go.id/a.xml</link><guid>2.49.0.1.360.0.2026.09.24.07.13.002</guid>"
    b"<pubDate>Thu, 24 Sep 2026 15:07:00 +0800</pubDate></item></channel></rss>"
)
SAMPLES = (QUAKES, CAP, RSS)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def swallow(data: bytes) -> None:
    """Read `data` with every parser, and describe and encode the result."""
    for parse in (parse_earthquakes, parse_cap, parse_nowcast_rss):
        with suppress(FeedError):
            parse(data)
    try:
        reading = read_feed(data)
    except FeedError as error:
        describe_error(error)  # its values fill its sentence
        return
    json.dumps(feed_to_json(reading, region=REGION), allow_nan=False, ensure_ascii=False).encode("utf-8")
    assert all(describe_feed_item(item) for item in reading.items)


@pytest.mark.parametrize("sample", SAMPLES)
def test_feed_samples_are_valid(sample: bytes) -> None:
    reading = read_feed(sample)
    assert reading.items
    assert (reading.set_aside, reading.notes) == ((), ())


@given(st.binary(max_size=300))
def test_any_bytes_give_value_or_feed_error(data: bytes) -> None:
    swallow(data)


@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), st.data())
def test_mutated_sample_gives_value_or_feed_error(sample: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(start, min(len(sample), start + 40)))
    patch = data.draw(st.binary(max_size=8) | st.text(alphabet=string.printable, max_size=12).map(str.encode))
    swallow(sample[:start] + patch + sample[end:])


@settings(max_examples=300)
@given(st.sampled_from(sorted(EVENT)), JSON_VALUES)
def test_any_field_value_drops_only_its_event(field: str, value: object) -> None:
    data = json.dumps({"Infogempa": {"gempa": [EVENT, EVENT | {field: value}]}}).encode()
    reading = parse_earthquakes(data)
    assert len(reading.items) + len(reading.set_aside) == 2
    assert len(reading.items) >= 1
    swallow(data)


@given(st.text(max_size=60))
def test_any_ring_text_keeps_the_warning(ring: str) -> None:
    escaped = ring.replace("&", "&amp;").replace("<", "&lt;")
    try:
        alert = parse_cap(CAP.replace(b"-1,100 -1,101 -2,101 -1,100", escaped.encode("utf-8", "ignore")))
    except FeedError:
        return  # a character that XML forbids
    assert alert.infos[0].event == "Hujan"


@pytest.mark.parametrize("depth", [1_000, 90_000])
def test_deep_nesting_is_rejected(depth: int) -> None:
    swallow(b"<a>" * depth + b"</a>" * depth)
    swallow(b'{"Infogempa":{"gempa":' + b"[" * depth + b"]" * depth + b"}}")


def test_remark_is_described_in_the_current_language() -> None:
    reading = parse_earthquakes(json.dumps({"Infogempa": {"gempa": [EVENT, {}]}}).encode())
    reason = reading.set_aside[0].reason
    assert describe_remark(reason) == "DateTime tidak ada"
    set_language("en")
    try:
        assert describe_remark(reason) == "DateTime is missing"
    finally:
        set_language("id")
