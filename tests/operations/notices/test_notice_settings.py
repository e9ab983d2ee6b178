"""The settings of notices: bounds, and what cannot be used."""

import pytest
from support.contact_samples import contact_id

from tabuah.operations.notices.channels import (
    SHIPPED,
    HttpChannel,
    SmtpChannel,
    TelegramChannel,
    fill,
)
from tabuah.operations.notices.settings import InvalidNoticeSettings, read_notice_settings

SMTP = """
[[channel]]
name = "surel"
kind = "smtp"
host = "smtp.example.org"
sender = "tabuah@example.org"
"""
HTTP = """
[[channel]]
name = "sms"
kind = "http"
url = "https://sms.example.org/send"
json = { to = "{recipient}", parts = ["{text}"] }
"""
TELEGRAM = """
[[channel]]
name = "grup"
kind = "telegram"
secret_file = "telegram-token"
"""
RULE = """
[[recipient]]
name = "camat"
channels = ["surel"]
functions = ["camat"]
"""


def test_notice_settings_read_channels_and_rules():
    found = read_notice_settings(SMTP + HTTP + RULE + '[quiet_hours]\nfrom = "22:00"\nuntil = "05:00"\n')
    assert [type(channel) for channel in found.channel] == [SmtpChannel, HttpChannel]
    assert found.recipient[0].functions == ("camat",)
    assert found.quiet_hours is not None
    assert found.quiet_hours.begins == "22:00"
    assert found.limits.messages == 10


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SMTP + SMTP, "two channels are called 'surel'"),
        (RULE, "there is no channel 'surel'"),
        (SMTP + RULE.replace('functions = ["camat"]', ""), "name contacts"),
        (SMTP + RULE + "addressed = true\n", "an alarm is addressed to nobody"),
        (SMTP + RULE + 'urgent = ["alarm"]\n', "which alarms are urgent"),
        (SMTP + RULE + 'occasions = ["test"]\n', "a test is no occasion"),
        (SMTP + 'security = "none"', "only a mail server on this machine"),
        (SMTP + 'user = "x"', "user needs secret_file"),
        (HTTP.replace("https", "http"), "must begin with https://"),
        (HTTP.replace("sms.example.org", "{recipient}.example.org"), "no address"),
        (HTTP.replace("{recipient}", "{password}"), "{password} is no placeholder"),
        (HTTP.replace("{text}", "{secret}"), "{secret} needs secret_file"),
        (HTTP + 'form = { a = "b" }', "exclude each other"),
        (HTTP.replace('"{recipient}"', "2026-12-02"), "no value of JSON"),
        (HTTP.replace('"{text}"', "{ x = nan }"), "no value of JSON"),
        (SMTP + 'password = "plain"', "password"),
        ('public_url = "http://siaga.example.org"', "must begin with https://"),
        ('public_url = "https://ani:x@siaga.example.org"', "begins with https://"),
        ('public_url = "https://siaga.example.org/?a=b"', "host and path only"),
        ('public_url = "https://siaga.example.org/a b"', "host and path only"),
        (TELEGRAM.replace('secret_file = "telegram-token"', ""), "token of the bot needs secret_file"),
        (TELEGRAM + 'api = "http://telegram.example.org"', "must begin with https://"),
        (TELEGRAM + f'addresses = {{ "{contact_id(1)}" = "@x; y" }}', "no number and no @name"),
        (HTTP + 'use = "zenziva"', "there is no template 'zenziva'"),
        (SMTP + 'use = "twilio"', "only a channel of the kind http"),
        ('[[channel]]\nname = "sms"\nuse = "twilio"\nsecret_file = "s"', "{sender} is no placeholder"),
        (HTTP + 'values = { text = "x" }', "{text} is a placeholder already"),
        ("channel = 3", "channel"),
        ("channel = [3]", "channel"),
        (SMTP.replace("smtp.example.org", "smtp example"), "host"),
        ("[limits]\nmessages = 1", "messages"),
        (f'exercise_contacts = ["{contact_id(1)}", "ani"]', "exercise_contacts"),
    ],
)
def test_notice_settings_name_unusable_values(text: str, reason: str):
    with pytest.raises(InvalidNoticeSettings) as error:
        read_notice_settings(text)
    assert reason in str(error.value)


def test_template_values_stay_inside_their_text():
    filled = fill({"to": "{recipient}", "list": ["{text}!"], "n": 1}, {"recipient": '"},{', "text": "{recipient}"})
    assert filled == {"to": '"},{', "list": ["{recipient}!"], "n": 1}


def test_telegram_channel_needs_three_lines():
    (channel,) = read_notice_settings(TELEGRAM + f'addresses = {{ "{contact_id(1)}" = "-1001234" }}').channel
    assert isinstance(channel, TelegramChannel)
    assert channel.api.startswith("https://")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_template_is_a_usable_channel(name: str):
    text = f'[[channel]]\nname = "sms"\nuse = "{name}"\nsecret_file = "kunci"\nuser = "u"\nlongest = 99\n'
    (channel,) = read_notice_settings(text + 'values = { sender = "BPBD" }').channel
    assert isinstance(channel, HttpChannel)
    assert channel.longest == 99  # keys of the file win over the template
    assert channel.sms_segments > 0 or channel.number_field == "whatsapp"
