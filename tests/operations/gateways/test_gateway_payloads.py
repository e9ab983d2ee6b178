"""Gateway messages: all formats and units; unreadable parts are reported."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.gateways.mapping import (
    DEFAULT_MAPPING,
    GatewayMapping,
    PayloadFormat,
    TimeFormat,
    TopicPlaces,
    ValueMapping,
    read_topic,
)
from tabuah.operations.gateways.payloads import MAX_PAYLOAD_BYTES, read_payload
from tabuah.operations.readings.measurements import UnknownUnit, conversion_of
from tabuah.operations.readings.reading import MAX_READINGS_A_BATCH, Doubt, PostedReading, Reading

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
GAUGE = TopicPlaces(station="SLK-AWLR-03", parameter="stage_m")
NOWHERE = TopicPlaces()
ROOMY = GatewayMapping(name="g", topic="g/#", station="id", values=(ValueMapping(path="v", parameter="stage_m"),))


def readings(mapping: GatewayMapping, places: TopicPlaces, payload: str | bytes) -> list[Reading]:
    posted = read_payload(mapping, places, payload.encode() if isinstance(payload, str) else payload, NOW)
    assert all(item.doubt is None for item in posted), posted
    return [item.reading for item in posted if item.reading is not None]


def doubts(mapping: GatewayMapping, places: TopicPlaces, payload: str | bytes) -> list[PostedReading]:
    return list(read_payload(mapping, places, payload.encode() if isinstance(payload, str) else payload, NOW))


def test_default_topic_gives_station_and_parameter():
    assert read_topic(DEFAULT_MAPPING, "tabuah/v1/SLK-AWLR-03/stage_m") == GAUGE
    assert DEFAULT_MAPPING.filter == "tabuah/v1/+/+"
    assert read_topic(DEFAULT_MAPPING, "tabuah/v1/SLK-AWLR-03") is None
    assert read_topic(DEFAULT_MAPPING, "tabuah/v2/SLK-AWLR-03/stage_m") is None


def test_json_value_and_list_are_read():
    one = '{"t": "2026-11-24T07:30:00Z", "v": 3.42}'
    assert readings(DEFAULT_MAPPING, GAUGE, one) == [Reading("SLK-AWLR-03", "stage_m", AT, 3.42)]
    two = f'[{one}, {{"t": "2026-11-24T14:31:00+07:00", "v": "3.5"}}]'
    assert [(r.at, r.value) for r in readings(DEFAULT_MAPPING, GAUGE, two)] == [
        (AT, 3.42),
        (AT + timedelta(minutes=1), 3.5),
    ]


def test_custom_gateway_is_described_by_a_mapping():
    mapping = GatewayMapping(
        name="lora",
        topic="v3/+/devices/{station}/up",
        items="uplink",
        time="rx.time",
        time_format=TimeFormat.MILLISECONDS,
        stations={"eui-70b3d5": "SLK-ARR-07"},
        values=(
            ValueMapping(path="decoded.level", parameter="stage_m", unit="cm"),
            ValueMapping(path="decoded.rain.0", parameter="rain_mm", unit="in"),
            ValueMapping(path="decoded.battery", parameter="battery_v", scale=0.001),
            ValueMapping(path="decoded.missing", parameter="tilt_deg"),
        ),
    )
    assert not mapping.problem()
    places = read_topic(mapping, "v3/solok/devices/eui-70b3d5/up")
    assert places is not None
    sent = {
        "uplink": {
            "rx": {"time": AT.timestamp() * 1000},
            "decoded": {"level": 342, "rain": [0.1], "battery": 3600},
        }
    }
    assert readings(mapping, places, json.dumps(sent)) == [
        Reading("SLK-ARR-07", "stage_m", AT, pytest.approx(3.42)),
        Reading("SLK-ARR-07", "rain_mm", AT, pytest.approx(2.54)),
        Reading("SLK-ARR-07", "battery_v", AT, pytest.approx(3.6)),
    ]


def test_csv_is_read_with_decimal_comma():
    mapping = GatewayMapping(
        name="logger",
        topic="logger/{station}",
        format=PayloadFormat.CSV,
        time="Waktu",
        zone="+07:00",
        values=(
            ValueMapping(path="TMA (cm)", parameter="stage_m", unit="cm"),
            ValueMapping(path="Hujan", parameter="rain_mm"),
        ),
    )
    text = "\ufeffWaktu;TMA (cm);Hujan\r\n2026-11-24 14:30;342,5;1,2\r\n2026-11-24 14:40;;0\r\n"
    found = readings(mapping, TopicPlaces(station="SLK-AWLR-03"), text)
    assert [(r.parameter, r.at, r.value) for r in found] == [
        ("stage_m", AT, pytest.approx(3.425)),
        ("rain_mm", AT, 1.2),
        ("rain_mm", AT + timedelta(minutes=10), 0.0),
    ]


def test_csv_without_header_is_read_by_index():
    mapping = GatewayMapping(
        name="bare", topic="bare", format=PayloadFormat.CSV, station="0", time="1", time_format=TimeFormat.SECONDS,
        values=(ValueMapping(path="2", parameter="stage_m"),),
    )  # fmt: skip
    found = readings(mapping, NOWHERE, f"SLK-AWLR-03,{AT.timestamp():.0f},3.42\n")
    assert found == [Reading("SLK-AWLR-03", "stage_m", AT, 3.42)]


def test_senml_base_fields_and_units_are_resolved():
    mapping = GatewayMapping(name="senml", topic="senml/#", format=PayloadFormat.SENML)
    pack = [
        {"bn": "SLK-AWS-01/", "bt": AT.timestamp(), "n": "temperature_c", "u": "Cel", "v": 24.5},
        {"n": "humidity_pct", "u": "%RH", "v": 88, "t": 60},
        {"n": "note", "vs": "hujan lebat"},
        {"n": "temperature_c", "u": "K", "v": 297.65, "t": 120},
    ]
    assert readings(mapping, NOWHERE, json.dumps(pack)) == [
        Reading("SLK-AWS-01", "temperature_c", AT, 24.5),
        Reading("SLK-AWS-01", "humidity_pct", AT + timedelta(minutes=1), 88.0),
        Reading("SLK-AWS-01", "temperature_c", AT + timedelta(minutes=2), pytest.approx(24.5)),
    ]


def test_senml_relative_times_and_versions_are_checked():
    mapping = GatewayMapping(name="senml", topic="senml/{station}", format=PayloadFormat.SENML)
    places = TopicPlaces(station="SLK-AWLR-03")
    found = readings(mapping, places, '[{"n": "stage_m", "u": "m", "v": 1, "t": -60}]')
    assert found == [Reading("SLK-AWLR-03", "stage_m", NOW - timedelta(minutes=1), 1.0)]
    assert doubts(mapping, places, '[{"bver": 11, "n": "stage_m", "v": 1}]')[0].doubt is Doubt.MALFORMED


def test_senml_base_field_can_be_reset():
    mapping = GatewayMapping(name="senml", topic="senml/#", format=PayloadFormat.SENML)
    pack = [{"bn": "SLK-AWLR-03/", "bv": 10, "n": "stage_m", "v": 1}, {"bv": 0, "n": "stage_m", "v": 2, "t": 1}]
    assert [reading.value for reading in readings(mapping, NOWHERE, json.dumps(pack))] == [11, 2]


@pytest.mark.parametrize(
    "payload",
    [
        b'{"t": "2026-11-24T07:30:00Z", "v"',
        b"<html><body>502 Bad Gateway</body></html>",
        b"\xff\xfe\x00",
        b'"just text"',
        b"[" * 100_000,
        b"7" * (MAX_PAYLOAD_BYTES + 1),
    ],
)
def test_unreadable_message_is_reported_with_its_beginning(payload: bytes):
    (found,) = doubts(DEFAULT_MAPPING, GAUGE, payload)
    assert (found.reading, found.doubt) == (None, Doubt.MALFORMED)
    assert len(found.raw) <= 200


@pytest.mark.parametrize(
    ("payload", "doubt"),
    [
        ('{"t": "kemarin", "v": 1}', Doubt.MALFORMED),
        ('{"v": 1}', Doubt.MALFORMED),
        ('{"t": "2026-11-24T07:30:00Z", "v": "tinggi"}', Doubt.NOT_A_NUMBER),
        ('{"t": "2026-11-24T07:30:00Z", "v": {"x": 1}}', Doubt.NOT_A_NUMBER),
    ],
)
def test_unreadable_value_is_reported_with_its_reason(payload: str, doubt: Doubt):
    (found,) = doubts(DEFAULT_MAPPING, GAUGE, payload)
    assert (found.reading, found.doubt) == (None, doubt)
    assert found.raw


def test_wrong_unit_is_never_taken_unchanged():
    mapping = GatewayMapping(name="senml", topic="senml/#", format=PayloadFormat.SENML)
    (found,) = doubts(mapping, NOWHERE, f'[{{"n": "SLK-AWLR-03/stage_m", "u": "kg", "t": {AT.timestamp()}, "v": 1}}]')
    assert (found.reading, found.doubt) == (None, Doubt.WRONG_UNIT)
    with pytest.raises(UnknownUnit, match="kg"):
        conversion_of("stage_m", "kg")


def test_bad_reading_leaves_others_valid():
    text = '[{"id": "A1", "t": "2026-11-24T07:30:00Z", "v": 1}, 7, {"id": "A2", "t": "2026-11-24T07:30:00Z", "v": 2}]'
    assert [item.doubt for item in doubts(ROOMY, NOWHERE, text)] == [None, Doubt.MALFORMED, None]


def test_message_with_too_many_readings_is_reported():
    item = '{"id": "A1", "t": "2026-11-24T07:30:00Z", "v": 1}'
    (found,) = doubts(ROOMY, NOWHERE, f"[{','.join([item] * (MAX_READINGS_A_BATCH + 1))}]")
    assert found.doubt is Doubt.MALFORMED
    assert str(MAX_READINGS_A_BATCH) in found.raw


def test_empty_payload_and_missing_clock_are_handled():
    assert doubts(DEFAULT_MAPPING, GAUGE, b"") == []
    bare = GatewayMapping(name="bare", topic="{station}/{parameter}", time="", values=(ValueMapping(path=""),))
    assert readings(bare, GAUGE, "3.42") == [Reading("SLK-AWLR-03", "stage_m", NOW, 3.42)]


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        (GatewayMapping(name="x", topic="a/#/b"), "topic filter"),
        (GatewayMapping(name="x", topic="a/b+/{station}"), "topic filter"),
        (GatewayMapping(name="x", topic="{station}/{station}"), "twice"),
        (GatewayMapping(name="x", topic="a/b"), "station"),
        (GatewayMapping(name="x", topic="a/{station}"), "parameter"),
        (GatewayMapping(name="x", topic="a/{station}/{parameter}", values=()), "no values"),
    ],
)
def test_invalid_mapping_gives_its_error(mapping: GatewayMapping, problem: str):
    assert problem in mapping.problem()


@given(payload=st.binary(max_size=300), form=st.sampled_from(PayloadFormat))
def test_parser_survives_any_bytes(payload: bytes, form: PayloadFormat):
    mapping = GatewayMapping(name="x", topic="x/{station}/{parameter}", format=form)
    for item in read_payload(mapping, GAUGE, payload, NOW):
        assert (item.reading is None) == (item.doubt is not None)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("tv"), inner),
    )
)
def test_parser_survives_any_document(document: object):
    for form in (PayloadFormat.JSON, PayloadFormat.SENML):
        mapping = GatewayMapping(name="x", topic="x/{station}/{parameter}", format=form)
        for item in read_payload(mapping, GAUGE, json.dumps(document).encode(), NOW):
            assert (item.reading is None) == (item.doubt is not None)


@pytest.mark.parametrize(
    ("zone", "text", "hour"),
    [
        ("", "2026-11-24T14:30:00", 7),
        ("", "2026-11-24 14:30", 7),
        ("", "2026-11-24T14:30:00Z", 14),
        ("+00:00", "2026-11-24T14:30:00", 14),
        ("+09:00", "2026-11-24T14:30:00", 5),
        ("+09:00", "2026-11-24T14:30:00+07:00", 7),
    ],
)
def test_time_without_zone_is_in_the_zone_of_its_mapping(zone: str, text: str, hour: int):
    mapping = GatewayMapping(name="g", topic="g/#", station="id", values=ROOMY.values, zone=zone)
    (found,) = readings(mapping, NOWHERE, json.dumps({"id": "A1", "t": text, "v": 3.42}))
    assert found.at == datetime(2026, 11, 24, hour, 30, tzinfo=UTC)
