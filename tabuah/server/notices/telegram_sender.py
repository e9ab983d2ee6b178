"""Messages through a bot of Telegram, as plain text: nothing in an alarm is read as markup."""

import re
from typing import Any, Final

import msgspec

from tabuah.operations.notices.channels import TelegramChannel
from tabuah.operations.notices.message_length import shorten, utf16_length
from tabuah.resources.localisation import _
from tabuah.server.notices.http_exchange import HttpAnswer, HttpExchange
from tabuah.server.notices.http_sender import value_at
from tabuah.server.notices.message_sender import DeliveryFailed, NoticeMessage

MAX_TEXT: Final = 4_096  # UTF-16 code units
MAX_PAUSE_S: Final = 3_600.0
MAX_UPDATES: Final = 100
_WRONG_TOKEN: Final = (401, 404)  # corrected in the settings
_MESSAGE: Final = re.compile(r"[0-9]{1,15}")
_CHAT_PATHS: Final = ("message.chat", "channel_post.chat", "my_chat_member.chat", "edited_message.chat")


class TelegramChat(msgspec.Struct, frozen=True, kw_only=True):
    """A chat that has written to the bot, or has it as a member."""

    chat: str
    kind: str
    name: str


class TelegramSender:
    """The client of one bot."""

    def __init__(self, channel: TelegramChannel, token: str, agent: str) -> None:
        self._channel, self._token = channel, token
        self._exchange = HttpExchange(channel.api, agent, secrets=(token,))

    def send(self, message: NoticeMessage) -> str:
        """Send a message and return its number in the chat.

        Raises:
            DeliveryFailed: it was not accepted.
        """
        request: dict[str, Any] = {
            "chat_id": message.address,
            "text": shorten(message.text, lambda text: utf16_length(text) <= MAX_TEXT),
            "link_preview_options": {"is_disabled": True},
            "disable_notification": self._channel.silent,
        }
        if _MESSAGE.fullmatch(message.reply_to):
            request["reply_parameters"] = {
                "message_id": int(message.reply_to),
                "allow_sending_without_reply": True,
            }
        return str(value_at(self._ask("sendMessage", request), "result.message_id"))

    def chats(self) -> list[TelegramChat]:
        """Return the chats in the updates of the last 24 hours, which stay unread.

        Raises:
            DeliveryFailed: there was no usable answer.
        """
        found = self._ask("getUpdates", {"limit": MAX_UPDATES, "timeout": 0})
        updates = found.get("result")
        chats: dict[str, TelegramChat] = {}
        for update in updates if isinstance(updates, list) else ():
            for chat in (value_at(update, path) for path in _CHAT_PATHS):
                if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                    chats[str(chat["id"])] = _described(chat)
        return list(chats.values())

    def abort(self) -> None:
        """End a transfer that runs."""
        self._exchange.abort()

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _ask(self, method: str, request: dict[str, Any]) -> dict[str, Any]:
        url = f"{self._channel.api.rstrip('/')}/bot{self._token}/{method}"
        answer = self._exchange.ask("POST", url, json=request)
        document = answer.document
        if answer.status == 200 and isinstance(document, dict) and document.get("ok") is True:
            return document
        raise self._failure(answer, document if isinstance(document, dict) else {})

    def _failure(self, answer: HttpAnswer, document: dict[str, Any]) -> DeliveryFailed:
        if answer.status in _WRONG_TOKEN:
            return DeliveryFailed(_("Telegram does not know the token of the bot"))
        if value_at(document, "parameters.migrate_to_chat_id") is not None:
            text = _("the group has a new number; see: tabuah server notices chats {name}")
            return DeliveryFailed(text.format(name=self._channel.name), permanent=True)
        reason = self._exchange.hide(str(document.get("description", "")))[:150].strip()
        return DeliveryFailed(
            f"Telegram {answer.status}",
            reason,
            permanent=answer.status in (400, 403) and bool(document),
            retry_after_s=_pause_s(value_at(document, "parameters.retry_after")),
        )


def _pause_s(asked: Any) -> float:
    return min(max(float(asked), 0.0), MAX_PAUSE_S) if isinstance(asked, int) and asked < 10**9 else 0.0


def _described(chat: dict[str, Any]) -> TelegramChat:
    names = [chat.get(part) for part in ("title", "first_name", "last_name", "username")]
    name = " ".join(" ".join(part.split()) for part in names if isinstance(part, str))
    return TelegramChat(chat=str(chat["id"]), kind=str(chat.get("type", ""))[:20], name=name[:120])
