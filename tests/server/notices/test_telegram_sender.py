"""The sender for Telegram against a real HTTP server that answers as the Bot API is documented."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from support.notice_servers import GatewayServer, later, start_gateway_server

from tabuah.operations.notices.channels import TelegramChannel
from tabuah.server.notices.message_sender import DeliveryFailed, NoticeMessage
from tabuah.server.notices.telegram_sender import TelegramChat, TelegramSender

TOKEN = "123456:rahasia-sekali"
ACCEPTED = (200, {}, {"ok": True, "result": {"message_id": 77}})


def message_of(text: str = "Kritis: <b>AWLR</b> *Batang_Lembang*\n") -> NoticeMessage:
    return NoticeMessage(key="n1.grup", address="-1001", name="Grup", title="t", text=text, sent_at=later(0))


def error_of(code: int, description: str, **parameters: Any) -> tuple[int, dict[str, str], Any]:
    found = {"ok": False, "error_code": code, "description": description}
    return code, {}, {**found, **({"parameters": parameters} if parameters else {})}


@pytest.fixture
def bot() -> Iterator[tuple[GatewayServer, TelegramSender]]:
    with start_gateway_server() as server:
        sender = TelegramSender(TelegramChannel(name="grup", api=server.url), TOKEN, "Tabuah")
        yield server, sender
        sender.close()


def test_telegram_message_is_plain_text(bot: tuple[GatewayServer, TelegramSender]):
    server, sender = bot
    server.answers = [ACCEPTED]
    assert sender.send(message_of()) == "77"
    path, _headers, body = server.requests[0]
    assert path == f"/bot{TOKEN}/sendMessage"
    assert (body["chat_id"], body["text"]) == ("-1001", message_of().text)
    assert "parse_mode" not in body


def test_telegram_text_is_shortened_by_utf16_units(bot: tuple[GatewayServer, TelegramSender]):
    server, sender = bot
    server.answers = [ACCEPTED]
    sender.send(message_of("\n".join(["Kritis: AWLR", *["🌊" * 20] * 200, "https://x.example.org/1"])))
    text = server.requests[0][2]["text"]
    assert 4_000 < len(text.encode("utf-16-le")) // 2 <= 4_096
    assert text.startswith("Kritis: AWLR\n")
    assert text.endswith("…\nhttps://x.example.org/1")


@pytest.mark.parametrize(
    ("answer", "permanent", "pause_s", "reason"),
    [
        (error_of(429, "Too Many Requests: retry after 34", retry_after=34), False, 34, "429"),
        (error_of(429, "Too Many Requests", retry_after=10**8), False, 3600, "429"),
        (error_of(429, "Too Many Requests", retry_after="x"), False, 0, "429"),
        (error_of(400, "Bad Request: chat not found"), True, 0, "chat not found"),
        (error_of(403, "Forbidden: bot was blocked by the user"), True, 0, "blocked by the user"),
        (error_of(400, "Bad Request: upgraded", migrate_to_chat_id=-100), True, 0, "notices chats grup"),
        (error_of(401, "Unauthorized"), False, 0, "token"),
        (error_of(404, "Not Found"), False, 0, "token"),
        (error_of(500, f"no {TOKEN}"), False, 0, r"no \*\*\*"),
        ((502, {}, "Bad Gateway"), False, 0, "502"),
        ((403, {}, "a proxy refuses"), False, 0, "403"),
        ((200, {}, {"ok": False}), False, 0, "200"),
    ],
)
def test_telegram_refusal_is_permanent_or_not(
    bot: tuple[GatewayServer, TelegramSender],
    answer: tuple[int, dict[str, str], Any],
    permanent: bool,
    pause_s: float,
    reason: str,
):
    server, sender = bot
    server.answers = [answer]
    with pytest.raises(DeliveryFailed, match=reason) as failure:
        sender.send(message_of())
    assert (failure.value.permanent, failure.value.retry_after_s) == (permanent, pause_s)
    assert TOKEN not in str(failure.value)


def test_telegram_token_is_in_no_error_and_no_log(caplog: pytest.LogCaptureFixture):
    with start_gateway_server() as server:
        sender = TelegramSender(TelegramChannel(name="grup", api=server.url), TOKEN, "Tabuah")
    with caplog.at_level(logging.WARNING), pytest.raises(DeliveryFailed) as failure:
        sender.send(message_of())
    sender.close()
    assert not failure.value.permanent
    assert failure.value.__cause__ is None
    assert TOKEN not in str(failure.value) + caplog.text


def test_telegram_chats_are_listed_once(bot: tuple[GatewayServer, TelegramSender]):
    server, sender = bot
    group = {"id": -1001, "type": "supergroup", "title": "Posko\nSolok"}
    person = {"id": 5, "type": "private", "first_name": "Rina", "username": "rina"}
    updates = [{"message": {"chat": group}}, {"my_chat_member": {"chat": group}}, {"message": {"chat": person}}]
    server.answers = [(200, {}, {"ok": True, "result": [*updates, {"message": 3}, "x", {"message": {"chat": {}}}]})]
    assert sender.chats() == [
        TelegramChat(chat="-1001", kind="supergroup", name="Posko Solok"),
        TelegramChat(chat="5", kind="private", name="Rina rina"),
    ]


def test_telegram_chats_report_another_reader(bot: tuple[GatewayServer, TelegramSender]):
    server, sender = bot
    server.answers = [error_of(409, "Conflict: terminated by other getUpdates request")]
    with pytest.raises(DeliveryFailed, match="Conflict"):
        sender.chats()
