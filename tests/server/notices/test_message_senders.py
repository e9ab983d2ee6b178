"""The senders against a real mail server and a real HTTP server: receipts, refusals and lost connections."""

import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from support.notice_servers import (
    SMTP_PASSWORD,
    GatewayServer,
    MailServer,
    later,
    start_gateway_server,
    start_mail_server,
)

from tabuah.operations.notices.settings import read_notice_settings
from tabuah.server.errors import UnusableNotices
from tabuah.server.notices.channel_senders import open_sender
from tabuah.server.notices.message_sender import DeliveryFailed, MessageSender, NoticeMessage
from tabuah.server.notices.settings_file import load_notice_settings, secret_of, write_sample_settings

MESSAGE = NoticeMessage(
    key="n1.surel",
    address="camat@example.org",
    name="Camat",
    title="Kritis: Batang Lembang\nBcc: x@example.org",
    text="Tinggi muka air 3,42 m · Siaga 1\n",
    sent_at=later(0),
)
SMS = """
[[channel]]
name = "sms"
kind = "http"
url = "{url}/send"
headers = {{ Authorization = "Bearer {{secret}}" }}
json = {{ to = "{{recipient}}", message = "{{title}}: {{text}}" }}
receipt = "id"
expect = {{ ok = true }}
longest = 80
secret_file = "smtp-password"
"""


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    (tmp_path / "smtp-password").write_text(f"{SMTP_PASSWORD}\n")
    return tmp_path


def sender_of(text: str, directory: Path) -> MessageSender:
    return open_sender(read_notice_settings(text).channel[0], directory, "Tabuah")


def test_mail_is_sent_with_starttls_and_log_in(secrets: Path):
    with start_mail_server(secrets) as server:
        sender = sender_of(server.channel(), secrets)
        assert sender.send(MESSAGE) == "OK queued as 1"
        assert sender.send(MESSAGE) == "OK queued as 2"  # through the same connection
        sender.close()
    mail = server.mails[0]
    assert mail["Subject"] == "Kritis: Batang Lembang Bcc: x@example.org"
    assert (mail["Bcc"], mail["To"], mail["Auto-Submitted"]) == (None, "camat@example.org", "auto-generated")
    assert mail["Message-ID"] == server.mails[1]["Message-ID"] == "<n1.surel@example.org>"
    assert "3,42 m · Siaga 1" in mail.get_content()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such user", True), ("451 greylisted", False)])
def test_mail_refused_for_a_recipient_is_permanent_or_not(secrets: Path, answer: str, permanent: bool):
    with start_mail_server(secrets) as server:
        server.refusals = [answer]
        sender = sender_of(server.channel(), secrets)
        with pytest.raises(DeliveryFailed) as failure:
            sender.send(MESSAGE)
        assert failure.value.permanent is permanent
        assert answer in str(failure.value)
        assert sender.send(MESSAGE)  # the next mail is not affected
        sender.close()


@pytest.mark.parametrize("length", [4, 60, 200])
def test_mail_names_the_answered_mail_in_one_plain_line(secrets: Path, length: int):
    named = f"<{'A' * length}@eurprd04.prod.outlook.com>"
    with start_mail_server(secrets) as server:
        sender = sender_of(server.channel(), secrets)
        sender.send(msgspec.structs.replace(MESSAGE, reply_to=named, is_answer=True))
        sender.close()
    lines = server.contents[0].decode().splitlines()
    assert f"In-Reply-To: {named}" in lines
    assert f"References: {named}" in lines


NO_ADDRESSES = ["a@[", "<", '"', "a b@x.id", "a@x.id, b@x.id", "a@b\nBcc: x@example.org", "=?utf-8?q?=0A?=@x.id"]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_mail_to_a_text_that_is_no_address_is_given_up(secrets: Path, address: str):
    with start_mail_server(secrets) as server:
        sender = sender_of(server.channel(), secrets)
        with pytest.raises(DeliveryFailed) as failure:
            sender.send(msgspec.structs.replace(MESSAGE, address=address))
        sender.close()
    assert failure.value.permanent
    assert not server.mails


def test_mail_server_whose_name_is_none_is_tried_again(secrets: Path):
    with pytest.raises(DeliveryFailed) as failure:
        sender_of(MailServer(port=25, authority=secrets).channel(host="a..b", ca_file=""), secrets).send(MESSAGE)
    assert not failure.value.permanent


def test_mail_with_a_wrong_password_is_tried_again(secrets: Path):
    (secrets / "smtp-password").write_text("salah")
    with start_mail_server(secrets) as server, pytest.raises(DeliveryFailed) as failure:
        sender_of(server.channel(), secrets).send(MESSAGE)
    assert not failure.value.permanent
    assert "535" in str(failure.value)
    assert not server.mails


def test_mail_is_not_sent_to_an_untrusted_server(secrets: Path):
    with start_mail_server(secrets) as server, pytest.raises(DeliveryFailed) as failure:
        sender_of(server.channel(ca_file=""), secrets).send(MESSAGE)
    assert not failure.value.permanent
    assert not server.mails


def test_mail_is_not_sent_without_the_tls_that_the_settings_ask_for(secrets: Path):
    with start_mail_server(secrets, secure=False) as server, pytest.raises(DeliveryFailed):
        sender_of(server.channel(), secrets).send(MESSAGE)
    assert not server.mails


def test_mail_is_sent_after_the_connection_was_lost(secrets: Path):
    with start_mail_server(secrets) as server:
        sender = sender_of(server.channel(), secrets)
        sender.send(MESSAGE)
        sender.abort()
        assert sender.send(MESSAGE) == "OK queued as 2"
        sender.close()


def test_mail_to_a_stopped_server_is_tried_again(secrets: Path):
    with start_mail_server(secrets) as server:
        sender = sender_of(server.channel(), secrets)
    with pytest.raises(DeliveryFailed) as failure:
        sender.send(MESSAGE)
    assert not failure.value.permanent


@pytest.fixture
def gateway(secrets: Path) -> "tuple[GatewayServer, MessageSender]":  # type: ignore[misc]
    with start_gateway_server() as server:
        sender = sender_of(SMS.format(url=server.url), secrets)
        yield server, sender
        sender.close()


def test_http_message_fills_the_template_and_returns_the_receipt(gateway: tuple[GatewayServer, MessageSender]):
    server, sender = gateway
    assert sender.send(MESSAGE) == "m-1"
    path, headers, body = server.requests[0]
    assert path == "/send"
    assert body == {"to": "camat@example.org", "message": f"{MESSAGE.title}: {MESSAGE.text}"}
    assert headers["authorization"] == f"Bearer {SMTP_PASSWORD}"
    assert headers["idempotency-key"] == "n1.surel"


def test_http_message_is_shortened_to_the_longest(gateway: tuple[GatewayServer, MessageSender]):
    server, sender = gateway
    long = NoticeMessage(key="k", address="1", name="", title="t", text="x" * 500, sent_at=later(0))
    sender.send(long)
    assert server.requests[0][2]["message"] == f"t: {'x' * 79}…"


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "pause_s"),
    [
        (400, {}, True, 0),
        (401, {}, False, 0),
        (429, {"Retry-After": "120"}, False, 120),
        (503, {}, False, 0),
        (302, {"Location": "http://127.0.0.1:1/"}, False, 0),
    ],
)
def test_http_refusal_is_permanent_or_not(
    gateway: tuple[GatewayServer, MessageSender],
    status: int,
    headers: dict[str, str],
    permanent: bool,
    pause_s: float,
):
    server, sender = gateway
    server.answers = [(status, headers, {})]
    with pytest.raises(DeliveryFailed) as failure:
        sender.send(MESSAGE)
    assert (failure.value.permanent, failure.value.retry_after_s) == (permanent, pause_s)
    assert len(server.requests) == 1  # a redirect is not followed


def test_http_answer_without_the_expected_value_is_no_acceptance(gateway: tuple[GatewayServer, MessageSender]):
    server, sender = gateway
    server.answers = [(200, {}, {"ok": False})]
    with pytest.raises(DeliveryFailed, match="ok"):
        sender.send(MESSAGE)


def test_secret_is_read_from_file_or_environment(secrets: Path, monkeypatch: pytest.MonkeyPatch):
    (channel,) = read_notice_settings(SMS.format(url="https://x")).channel
    assert secret_of(channel, secrets) == SMTP_PASSWORD
    text = SMS.format(url="https://x").replace('secret_file = "smtp-password"', 'secret_env = "SMS_KEY"')
    (channel,) = read_notice_settings(text).channel
    with pytest.raises(UnusableNotices, match="SMS_KEY"):
        secret_of(channel, secrets)
    monkeypatch.setenv("SMS_KEY", "kunci")
    assert secret_of(channel, secrets) == "kunci"


def test_settings_file_is_private_and_names_a_missing_secret(tmp_path: Path):
    file = write_sample_settings(tmp_path)
    assert file is not None
    assert file.stat().st_mode & 0o077 == 0
    assert load_notice_settings(tmp_path).channel == ()
    sample = file.read_text()
    file.write_text("\n".join(line[2:] if line.startswith("# ") else "" for line in sample.splitlines()[3:]))
    with pytest.raises(UnusableNotices, match="smtp-password"):
        load_notice_settings(tmp_path)  # every line of the sample is valid, only the secret is missing
    assert write_sample_settings(tmp_path) is None


def test_mail_server_helper_sees_every_mail(secrets: Path):
    with start_mail_server(secrets, secure=False) as server:
        plain = server.channel(security="none", user="", secret_file="")
        sender = sender_of(plain, secrets)
        sender.send(MESSAGE)
        sender.close()
    assert isinstance(server, MailServer)
    assert server.recipients == ["camat@example.org"]


TEMPLATE = """
[[channel]]
name = "sms"
use = "{name}"
url = "{url}/send"
user = "akun"
secret_file = "smtp-password"
values = {{ sender = "BPBD" }}
"""
PERSON = NoticeMessage(
    key="n1.sms", address="0812 3456 789", name="Camat", title="t", text="Kritis – AWLR\n\n3,42 m\n", sent_at=later(0)
)


@pytest.mark.parametrize(
    ("name", "answer", "receipt", "sent"),
    [
        ("twilio", {"sid": "SM1"}, "SM1", {"To": "+628123456789", "From": "BPBD", "Body": "Kritis - AWLR\n3,42 m"}),
        ("fonnte", {"status": True, "id": ["80"]}, "80", {"target": "628123456789", "message": PERSON.text}),
        ("android-gateway", {"id": "a1"}, "a1", {"phoneNumbers": ["+628123456789"]}),
    ],
)
def test_shipped_template_sends_as_the_gateway_documents(
    secrets: Path, name: str, answer: dict[str, object], receipt: str, sent: dict[str, object]
):
    with start_gateway_server() as server:
        server.answers = [(200, {}, answer)]
        sender = sender_of(TEMPLATE.format(name=name, url=server.url), secrets)
        assert sender.send(PERSON) == receipt
        sender.close()
    _path, headers, body = server.requests[0]
    assert body | sent == body
    basic = "Basic " + b64encode(f"akun:{SMTP_PASSWORD}".encode()).decode()
    assert headers["authorization"] == (SMTP_PASSWORD if name == "fonnte" else basic)


def test_kannel_template_names_the_coding(secrets: Path):
    with start_gateway_server() as server:
        sender = sender_of(TEMPLATE.format(name="kannel", url=server.url), secrets)
        assert sender.send(PERSON) == "HTTP 200"
        sender.send(msgspec.structs.replace(PERSON, text="水"))
        sender.close()
    first, second = (dict(parse_qsl(urlsplit(path).query)) for path, _headers, _body in server.requests)
    assert first["text"] == "Kritis - AWLR\n3,42 m"
    assert (first["coding"], second["coding"]) == ("0", "2")
    assert (first["username"], first["password"], first["to"]) == ("akun", SMTP_PASSWORD, "+628123456789")


def test_number_that_is_none_fails_for_good(secrets: Path):
    sender = sender_of(TEMPLATE.format(name="twilio", url="https://x.example.org"), secrets)
    with pytest.raises(DeliveryFailed) as failure:
        sender.send(msgspec.structs.replace(PERSON, address="lihat papan"))
    sender.close()
    assert failure.value.permanent


def documented_channels() -> list[str]:
    """Return the channels by SMS in the documentation that are complete."""
    text = (Path(__file__).parents[3] / "docs" / "notices.md").read_text("utf-8")
    return [each for each in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "sms_segments" in each]


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_documented_sms_gateway_gets_form_log_in_and_key(secrets: Path, method: str):
    (documented,) = documented_channels()
    (secrets / "sms-password").write_text("kata-sandi\n", "utf-8")
    answer = {"status": "ok", "data": [{"id": "sms-7"}]}
    message = msgspec.structs.replace(MESSAGE, address="0812-3456-7890", text="Siaga 1 & 2 – “Lembang”")
    with start_gateway_server() as server:
        server.answer_to = lambda _body: (200, {}, answer)
        text = documented.replace("https://sms.example.org", server.url)
        if method == "GET":
            text = text.replace("form =", 'method = "GET"\nquery =')
        sender = sender_of(text, secrets)
        assert sender.send(message) == "sms-7"
        answer["status"] = "no credit"
        with pytest.raises(DeliveryFailed):
            sender.send(message)
        sender.close()
    path, headers, form = server.requests[0]
    fields = form if method == "POST" else dict(parse_qsl(urlsplit(path).query))
    assert headers["authorization"] == f"Basic {b64encode(b'bpbd:kata-sandi').decode()}"
    assert urlsplit(path).path == "/api/send"
    assert fields == {
        "to": "6281234567890",
        "from": "BPBD SOLOK",
        "text": 'Siaga 1 & 2 - "Lembang"',
        "ref": "n1.surel",
    }
