"""Tests of BMKG's weather forecast of a nagari."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.feeds.detection import read_feed
from tabuah.operations.feeds.errors import FeedError, FeedIsWebPage, FeedShapeError, FeedUnknown, FeedUnusable
from tabuah.operations.feeds.feed_reading import FeedKind
from tabuah.operations.feeds.proximity import Region, RegionRelation, proximity_of
from tabuah.operations.feeds.weather_forecast import parse_forecast
from tabuah.text.feeds.feed_items import describe_feed_item, feed_to_json

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
PLACE = {
    "adm4": "13.02.07.2001", "kotkab": "Solok", "kecamatan": "Gunung Talang", "desa": "Talang", "lon": 100.63,
    "lat": -0.92,
}  # fmt: skip
STEP = {
    "datetime": "2026-11-24T10:00:00Z", "t": 22, "tcc": 80, "tp": 3.5, "weather_desc": "Hujan Ringan", "wd_deg": 217,
    "ws": 3.3, "hu": 83, "analysis_date": "2026-11-24T00:00:00",
}  # fmt: skip


def feed(*steps: Any, place: Any = PLACE) -> bytes:
    return json.dumps({"lokasi": place, "data": [{"lokasi": place, "cuaca": [list(steps)]}]}).encode()


def test_forecast_is_parsed_with_units_and_place():
    reading = parse_forecast(feed(STEP, {**STEP, "datetime": "2026-11-24T07:00:00Z", "tp": 0, "t": None}), now=NOW)
    forecast = reading.items[0]
    assert (reading.kind, forecast.code, forecast.nagari) == (FeedKind.FORECAST, "13.02.07.2001", "Talang")
    first, second = forecast.steps  # in time order, whatever the order in the feed
    assert (first.at.hour, first.temperature_c, first.rain_mm) == (7, None, 0)
    assert (second.rain_mm, second.wind_km_h, second.wind_from_deg, second.humidity_pct) == (3.5, 3.3, 217, 83)
    assert forecast.analysed_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert "3,5 mm dalam 2 langkah" in describe_feed_item(forecast)
    assert feed_to_json(reading)["forecasts"][0]["steps"][1]["at"] == "2026-11-24T10:00:00Z"


def test_forecast_of_our_nagari_is_inside():
    region = Region(name="Kabupaten Solok", lon_deg=100.75, lat_deg=-0.95)
    near = proximity_of(parse_forecast(feed(STEP)).items[0], region)
    assert (near.relation, round(near.distance_km or 0)) == (RegionRelation.NEAR, 14)


def test_implausible_steps_are_left_out():
    far = {**STEP, "datetime": (NOW + timedelta(days=30)).isoformat()}
    wrong = [{**STEP, "t": 99}, {**STEP, "datetime": "soon"}, {**STEP, "tp": -1}, far, "no step", {}]
    reading = parse_forecast(feed(STEP, *wrong), now=NOW)
    assert len(reading.items[0].steps) == 1
    assert [finding.index for finding in reading.set_aside] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b'{"message":"Data not found","error":"Not Found","statusCode":404}', FeedIsWebPage),
        (b'{"Infogempa": {}}', FeedUnknown),
        (b'{"lokasi": {"adm4": "1"}}', FeedShapeError),
        (b'{"lokasi": {"adm4": "1"}, "data": [{"cuaca": {}}]}', FeedShapeError),
        (feed(), FeedUnusable),
        (feed({}), FeedUnusable),
        (feed(STEP, place={**PLACE, "lat": 100.63, "lon": -0.92}), FeedShapeError),
        (feed(STEP, place={**PLACE, "adm4": ""}), FeedShapeError),
        (feed(*[STEP] * 300), FeedShapeError),
        (b"<html><body>Masuk ke Wi-Fi</body></html>", FeedError),
        (feed(STEP)[:-20], FeedError),
        (b"\xff\xfe\x00", FeedError),
    ],
)
def test_other_documents_are_rejected_with_reason(data: bytes, error: type[FeedError]):
    with pytest.raises(error) as refused:
        parse_forecast(data, now=NOW)
    assert str(refused.value)


def test_real_forecast_is_parsed(reference_data: Path):
    reading = read_feed((reference_data / "feeds/bmkg_prakiraan_excerpt.json").read_bytes())
    forecast = reading.items[0]
    assert (forecast.code, forecast.nagari, len(forecast.steps)) == ("32.04.05.2001", "Cileunyi Kulon", 4)
    assert [step.rain_mm for step in forecast.steps] == [0, 0, 1.3, 1.3]
    assert reading.set_aside == ()
    with pytest.raises(FeedIsWebPage):
        parse_forecast((reference_data / "feeds/bmkg_prakiraan_404.json").read_bytes())


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12) | st.just(STEP) | st.just(PLACE),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["lokasi", "data", "cuaca", "lat", "datetime", "t"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_any_document_parses_or_is_rejected(document: object):
    try:
        steps = parse_forecast(json.dumps(document).encode()).items[0].steps
    except FeedError as refusal:
        steps = str(refusal)
    assert steps, "neither a step nor a reason"


@given(st.binary(max_size=60), st.integers(min_value=0, max_value=len(feed(STEP))))
def test_damaged_bytes_raise_only_feed_errors(noise: bytes, at: int):
    good = feed(STEP)
    with suppress(FeedError):
        parse_forecast(good[:at] + noise + good[at + len(noise) :])
