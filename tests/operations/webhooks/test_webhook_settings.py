"""The settings of webhooks: bounds, and what cannot be used; and the pauses between attempts."""

import pytest

from tabuah.operations.webhooks.retry_schedule import PAUSES_S, pause_after_s
from tabuah.operations.webhooks.settings import EventFamily, InvalidWebhookSettings, read_webhook_settings

ENDPOINT = """
[[endpoint]]
name = "pupr"
url = "https://pupr.example.org/tabuah"
opd = "Dinas PUPR"
secret_file = "webhook-pupr"
"""


def test_endpoint_wants_all_real_events_without_more_settings():
    (found,) = read_webhook_settings(ENDPOINT).endpoint
    assert all(found.wants(family, exercise=False) for family in EventFamily)
    assert not found.wants(EventFamily.INCIDENT, exercise=True)


def test_endpoint_wants_the_named_families_only():
    (found,) = read_webhook_settings(ENDPOINT + 'events = ["dispatch"]\nexercises = true').endpoint
    assert found.wants(EventFamily.DISPATCH, exercise=True)
    assert not found.wants(EventFamily.INCIDENT, exercise=False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ENDPOINT + ENDPOINT, "two endpoints are called 'pupr'"),
        (ENDPOINT.replace("https", "http"), "must begin with https://"),
        (ENDPOINT.replace("https://pupr", "https://kunci@pupr"), "no address"),
        (ENDPOINT + 'events = ["tabuah"]', "receives tests"),
        (ENDPOINT + 'events = ["alarm"]', "events"),
        (ENDPOINT + 'secret = "whsec_x"', "secret"),
        (ENDPOINT.replace("Dinas PUPR", ""), "opd"),
        ("keep_days = 0", "keep_days"),
        ("endpoint = 3", "endpoint"),
        ("[[", ""),
    ],
)
def test_webhook_settings_name_unusable_values(text: str, reason: str):
    with pytest.raises(InvalidWebhookSettings) as error:
        read_webhook_settings(text)
    assert reason in str(error.value)


def test_attempts_go_on_for_three_days():
    assert [pause_after_s(n) for n in (0, 1, len(PAUSES_S), len(PAUSES_S) + 1)] == [None, 5, 24 * 3600, None]
    assert 3 * 86_400 < sum(PAUSES_S) < 4 * 86_400
