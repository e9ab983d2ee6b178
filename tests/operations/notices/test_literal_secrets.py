"""Literal secrets of channels: found by name and form, restored only for the same host."""

from typing import Any

import pytest

from tabuah.operations.notices.literal_secrets import WITHHELD, restore_secrets, withheld_paths, withhold_secrets

URL = "https://sms.example.org/messages"
KEY = "kunci-rahasia-77"


def channel(**settings: Any) -> dict[str, Any]:
    return {"name": "sms", "kind": "http", "url": URL, **settings}


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"headers": {"Authorization": f"Bearer {KEY}"}}, "headers.Authorization"),
        ({"headers": {"Authorization": "Basic {user}:" + KEY}}, "headers.Authorization"),
        ({"headers": {"Authorization": "Basic {secret}" + "A1b2C3d4E5f6"}}, "headers.Authorization"),
        ({"headers": {"X-API-Key": KEY}}, "headers.X-API-Key"),
        ({"headers": {"X-Gateway": "9f86d081884c7d659a2feaa0"}}, "headers.X-Gateway"),
        ({"query": {"password": KEY, "to": "{recipient}"}}, "query.password"),
        ({"form": {"passkey": KEY}}, "form.passkey"),
        ({"json": {"login": {"pin": 4711}, "to": ["{recipient}"]}}, "json.login.pin"),
        ({"json": {"auth": [{"token": KEY}]}}, "json.auth.token"),
        ({"values": {"access_token": KEY}}, "values.access_token"),
        ({"url": "https://sms.example.org/bot123456:AAE-x7q9/send"}, "url"),
        ({"url": f"{URL}?apikey={KEY}&v=2"}, "url"),
    ],
)
def test_literal_secret_is_withheld_and_restored(settings: dict[str, Any], path: str):
    known = channel(**settings)
    public = withhold_secrets(known)
    assert list(withheld_paths(public)) == [path]
    assert KEY not in str(public)
    assert restore_secrets(public, known) == known
    assert withhold_secrets(public) == public


@pytest.mark.parametrize(
    "settings",
    [
        {"headers": {"Authorization": "Bearer {secret}", "Content-Type": "application/json"}},
        {"query": {"username": "{user}", "password": "{secret}", "charset": "UTF-8", "coding": "{coding}"}},
        {"form": {"To": "{recipient}", "From": "{sender}", "Body": "BPBD: {text}"}, "values": {"sender": "BPBD"}},
        {"json": {"sendDate": "2026-12-03", "enabled": True, "priority": 5, "author": "BPBD"}},
        {"url": "https://api.twilio.com/2010-04-01/Accounts/{user}/Messages.json"},
        {"url": f"{URL}?", "secret_file": "sms-key"},
    ],
)
def test_settings_without_a_literal_secret_stay(settings: dict[str, Any]):
    assert withhold_secrets(channel(**settings)) == channel(**settings)


@pytest.mark.parametrize("url", ["https://elsewhere.example.org/messages", "https://sms.example.org:8443/messages"])
def test_channel_to_another_host_gets_no_secret(url: str):
    known = channel(headers={"Authorization": KEY})
    moved = withhold_secrets(known) | {"url": url}
    assert restore_secrets(moved, known)["headers"] == {"Authorization": WITHHELD}


def test_changed_path_keeps_the_secrets_of_its_host():
    known = channel(headers={"Authorization": KEY}, json={"text": "{text}"})
    wanted = withhold_secrets(known) | {"url": f"{URL}/v2", "json": {"text": "BPBD {text}"}}
    assert restore_secrets(wanted, known) == {**wanted, "headers": {"Authorization": KEY}}


def test_template_has_the_host_of_a_channel_without_address():
    known = {"name": "wa", "use": "fonnte", "headers": {"Authorization": KEY}}
    assert restore_secrets(withhold_secrets(known), known) == known
    moved = withhold_secrets(known) | {"url": "https://elsewhere.example.org/send"}
    assert WITHHELD in str(restore_secrets(moved, known))
