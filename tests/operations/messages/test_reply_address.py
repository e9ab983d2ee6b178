"""Where answers can go, and which e-mails programs wrote."""

import json
from datetime import UTC, datetime

import pytest

from tabuah.operations.messages.answer import AnswerObstacle
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.mapping_file import read_message_settings, shipped_mapping
from tabuah.operations.messages.message import MessageChannel
from tabuah.operations.messages.message_document import read_document
from tabuah.operations.messages.reply_address import email_address, message_id, obstacle_of

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yanti@example.org", "yanti@example.org"),
        ("Yanti <yanti+banjir@example.org>", "yanti+banjir@example.org"),
        ("", ""),
        ("<>", ""),
        ("a@example.org, b@example.org", ""),
        ("a@example.org\nBcc: b@example.org", ""),
        ("a b@example.org", ""),
        ("yanti@exämple.org", ""),
    ],
)
def test_email_address_is_one_plain_address(text: str, expected: str):
    assert email_address(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("<a@b>", "<a@b>"), ("a@b", "<a@b>"), ("<a@b>\r\nBcc: x@y", ""), ("<a@b> <c@d>", ""), ("", ""), ("<é@b>", "")],
)
def test_message_id_is_valid_in_a_header(text: str, expected: str):
    assert message_id(text) == expected


def email(**fields: object) -> InboundMessage:
    return InboundMessage(channel=MessageChannel.EMAIL, text="Air naik", **{"address": "a@b.id", **fields})


def test_obstacle_names_the_first_reason():
    assert obstacle_of(email(), has_channel=True) is None
    assert obstacle_of(email(), has_channel=False) is AnswerObstacle.NO_CHANNEL
    assert obstacle_of(email(address="Yanti"), has_channel=True) is AnswerObstacle.NO_ADDRESS
    for local in ("noreply", "no-reply", "Do-Not-Reply", "noreply+7", "bounces-12"):
        assert obstacle_of(email(address=f"{local}@b.id"), has_channel=True) is AnswerObstacle.NO_REPLY
    for local in ("reply", "nora", "bounced.cheque"):
        assert obstacle_of(email(address=f"{local}@b.id"), has_channel=True) is None
    form = InboundMessage(channel=MessageChannel.FORM, text="x")
    assert obstacle_of(form, has_channel=True) is AnswerObstacle.NO_ADDRESS


@pytest.mark.parametrize(
    ("fields", "automatic"),
    [
        ({}, False),
        ({"headers": {"Auto-Submitted": "auto-replied"}}, True),
        ({"headers": {"Auto-Submitted": "no"}}, False),
        ({"headers": {"Precedence": "Bulk"}}, True),
        ({"headers": {"Precedence": "first-class"}}, False),
        ({"headers": {"Return-Path": "<>"}}, True),
        ({"headers": {"Return-Path": "<yanti@example.org>"}}, False),
        ({"from": "MAILER-DAEMON@example.org"}, True),
        ({"message_id": "<tabuah-01939a2e-7d00-7000-8000-000000000001@solok.go.id>"}, True),  # our mail, returned
        ({"message_id": "<re-tabuah-1@example.org>"}, False),
    ],
)
def test_mail_of_a_program_is_recognised(fields: dict[str, object], automatic: bool):
    document = {"message_id": "<1@example.org>", "from": "yanti@example.org", "text": "Air naik", **fields}
    (found,) = read_document(shipped_mapping("email-json"), json.dumps({"messages": [document]}).encode(), NOW)
    assert found is not None
    assert found.automatic is automatic
    assert found.reply_to == document["message_id"]


def test_limits_and_answer_channel_are_data_of_the_file():
    text = '[limits]\nanswers_an_hour = 3\n[[message]]\naccount = "wa"\nuse = "simple"\nanswer_channel = "sms"\n'
    settings = read_message_settings(text)
    assert (settings.limits.answers_an_hour, settings.limits.answer_delay_s) == (3, 10.0)
    assert settings.mappings["wa"].answer_channel == "sms"
