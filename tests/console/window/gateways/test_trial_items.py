"""Trials of mappings as rows: readings, refusals, errors by line, and which recorded messages are read."""

from datetime import UTC, datetime, timedelta

from tabuah.console.window.gateways.trial_items import message_lines, run_trial, trial_view
from tabuah.operations.gateways.recorded_message import RecordedMessage, record_message
from tabuah.widgets.values import Level

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TEXT = """[[gateway]]
name = "lora"
topic = "lora/{station}/up"
values = [{ path = "tinggi", parameter = "stage_m" }]
"""


def message(
    payload: bytes = b'{"t": "2026-11-24T07:30:00Z", "tinggi": 3.42}', topic: str = "lora/X/up"
) -> RecordedMessage:
    return record_message(topic, payload, mapping="", received_at=NOW, account="awlr")


def test_trial_shows_the_reading_and_whether_its_station_is_registered() -> None:
    result = run_trial(TEXT, message(), [message(), message(topic="lain")])
    view = trial_view(result, {})
    assert view.summary == "Pemetaan lora: 1 bacaan. 1 dari 2 pesan terekam terbaca."
    (line,) = view.lines
    assert (line.text, line.about) == ("Tinggi muka air: 3,42 m", "X · belum terdaftar")
    assert trial_view(result, {"X": None}).lines[0].level is Level.NORMAL
    assert [row.level for row in message_lines([message(), message()], result.read, NOW)] == [
        Level.NORMAL,
        Level.ATTENTION,
    ]


def test_trial_shows_refusals_with_the_part_of_the_message() -> None:
    view = trial_view(run_trial(TEXT, message(b'{"tinggi": "rusak", "t": "2026-11-24T07:30:00Z"}'), []), {})
    assert view.level is Level.ATTENTION
    assert "rusak" in view.lines[0].about
    assert trial_view(run_trial(TEXT, message(topic="lain"), []), {}).summary.startswith("Tidak ada pemetaan")


def test_trial_shows_errors_of_the_text_by_line() -> None:
    view = trial_view(run_trial(TEXT + "topic =\n", message(), [message()]), {})
    assert (view.level, view.lines[0].text) == (Level.CRITICAL, "Baris 5")
    assert run_trial(TEXT + "topic =\n", message(), [message()]).read == ()


def test_trial_without_a_message_checks_the_text_only() -> None:
    assert trial_view(run_trial(TEXT, None, []), {}).lines == ()
    assert trial_view(run_trial(TEXT, message(topic=""), []), {}).level is Level.NORMAL


def test_message_rows_show_topic_mapping_account_and_age() -> None:
    (row,) = message_lines([message()], (), NOW + timedelta(minutes=5))
    assert (row.text, row.about, row.level) == ("lora/X/up", "tanpa pemetaan · awlr", Level.ATTENTION)
    assert "5" in row.at
