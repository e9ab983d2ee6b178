"""The trial of mappings on a recorded message."""

from datetime import UTC, datetime

import pytest

from tabuah.operations.gateways.configuration import BadConfiguration, read_configuration, read_mappings
from tabuah.operations.gateways.recorded_message import (
    MAX_KEPT_BYTES,
    RecordedMessage,
    record_message,
    try_mappings,
)
from tabuah.operations.readings.reading import Doubt

AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
LORA = """
    [[gateway]]
    name = "lora"
    topic = "lora/{station}/up"
    values = [{ path = "level", parameter = "stage_m", unit = "cm" }]
"""


def message(payload: bytes, topic: str = "lora/SLK-AWLR-03/up") -> RecordedMessage:
    return record_message(topic, payload, mapping="lora", received_at=AT, account="pupr")


def test_trial_shows_readings_in_native_units():
    trial = try_mappings(read_mappings(LORA), message(b'{"t": "2026-11-24T07:30:00Z", "level": 342}'))
    (posted,) = trial.posted
    assert posted.reading is not None
    assert (trial.mapping, trial.is_read) == ("lora", True)
    assert (posted.reading.station, posted.reading.value) == ("SLK-AWLR-03", pytest.approx(3.42))


@pytest.mark.parametrize(
    ("payload", "doubts"),
    [
        (b'{"t": "2026-11-24T07:30:00Z", "tinggi": 342}', [Doubt.MALFORMED]),
        (b"\xff\x00", [Doubt.MALFORMED]),
        (b"[]", []),
        (b"", []),
        (b"[" * 100_000, [Doubt.MALFORMED]),
    ],
)
def test_trial_shows_what_cannot_be_read(payload: bytes, doubts: list[Doubt]):
    trial = try_mappings(read_mappings(LORA), message(payload))
    assert ([posted.doubt for posted in trial.posted], trial.is_read) == (doubts, False)


def test_trial_of_another_topic_matches_no_mapping():
    trial = try_mappings(read_mappings(LORA), message(b"{}", topic="lain/SLK"))
    assert (trial.mapping, trial.posted, trial.is_read) == ("", (), False)


def test_recorded_message_is_bounded():
    kept = message(b"x" * (MAX_KEPT_BYTES + 1), topic="t" * 5_000)
    assert (len(kept.payload), kept.is_cut, len(kept.topic)) == (MAX_KEPT_BYTES, True, 500)


def test_former_setting_of_rights_is_ignored_and_named():
    found = read_configuration(LORA + '    users = ["pupr"]\n')
    assert found.with_users == ("lora",)
    assert found.mappings == read_mappings(LORA)
    assert read_configuration(LORA).with_users == ()


@pytest.mark.parametrize(
    "text", ["gateway = 1", "gateway = [1]", "[gateway]\nusers = []", '[[gateway]]\npublishers = ["x"]']
)
def test_other_settings_are_still_refused(text: str):
    with pytest.raises(BadConfiguration):
        read_configuration(text)
