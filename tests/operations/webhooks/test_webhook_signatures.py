"""Signatures of webhooks, verified by the library that receivers use."""

import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tabuah.operations.webhooks.signatures import read_secret, signature_headers, write_secret

BODY = '{"type":"incident.assigned","n":"Banjir – Koto Baru"}'.encode()
OLD, NEW = b"o" * 24, b"n" * 32


def test_signature_is_the_one_of_the_specification():
    key = read_secret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
    body = b'{"email":"test@example.com","username":"test_user"}'
    headers = signature_headers(body, event="msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", sent_s=1649367553, keys=[key])
    assert headers["webhook-signature"] == "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="


def test_each_secret_verifies_while_one_is_rotated():
    headers = signature_headers(BODY, event="msg_1", sent_s=int(time.time()), keys=[NEW, OLD])
    for key in (NEW, OLD):
        assert Webhook(write_secret(key)).verify(BODY, headers)["type"] == "incident.assigned"


@pytest.mark.parametrize(
    "change",
    [{"webhook-id": "msg_2"}, {"webhook-timestamp": str(int(time.time()) - 1)}, {"webhook-signature": "v1,AAAA"}],
)
def test_changed_header_does_not_verify(change: dict[str, str]):
    headers = signature_headers(BODY, event="msg_1", sent_s=int(time.time()), keys=[NEW])
    with pytest.raises(WebhookVerificationError):
        Webhook(write_secret(NEW)).verify(BODY, headers | change)


@pytest.mark.parametrize("text", ["", "abc", "whsec_!!!!", write_secret(b"x" * 23), write_secret(b"x" * 65)])
def test_unusable_secret_is_refused_without_being_shown(text: str):
    with pytest.raises(ValueError, match="secret") as error:
        read_secret(text)
    assert not text or text not in str(error.value)
