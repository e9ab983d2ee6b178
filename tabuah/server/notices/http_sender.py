"""Messages to a gateway by HTTP, from a template."""

from typing import Any, Final
from urllib.parse import quote

from tabuah.operations.notices.channels import HttpChannel, fill
from tabuah.operations.notices.message_length import is_gsm_text, shorten, sms_text
from tabuah.operations.notices.phone_numbers import format_number
from tabuah.resources.localisation import _
from tabuah.server.feeds.fetcher import retry_after_s
from tabuah.server.notices.http_exchange import HttpAnswer, HttpExchange
from tabuah.server.notices.message_sender import DeliveryFailed, NoticeMessage

LONGEST_RECEIPT: Final = 200
# A wrong key (401, 403) is corrected in the settings; the others pass by themselves (RFC 9110).
_TEMPORARY: Final = (401, 403, 407, 408, 425, 429, 511)


class HttpMessageSender:
    """The HTTP client of one channel."""

    def __init__(self, channel: HttpChannel, secret: str, agent: str) -> None:
        self._channel, self._secret = channel, secret
        self._exchange = HttpExchange(channel.url, agent, secrets=(secret,))

    def send(self, message: NoticeMessage) -> str:
        """Send a message and return the receipt in the answer.

        Raises:
            DeliveryFailed: it was not accepted.
        """
        return self._receipt(self._exchange.ask(self._channel.method, self._url(), **self._parts(message)))

    def abort(self) -> None:
        """End a transfer that runs."""
        self._exchange.abort()

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _url(self) -> str:
        fixed = {**self._channel.values, "secret": self._secret, "user": self._channel.user}
        return str(fill(self._channel.url, {name: quote(value, safe=":") for name, value in fixed.items()}))

    def _parts(self, message: NoticeMessage) -> dict[str, Any]:
        channel = self._channel
        values = {**channel.values, **self._values_of(message)}
        parts: dict[str, Any] = {"headers": {"Idempotency-Key": message.key, **fill(channel.headers, values)}}
        if channel.user and not channel.uses_secret:
            parts["auth"] = (channel.user, self._secret)
        if channel.query:
            parts["params"] = fill(channel.query, values)
        if channel.form:
            parts["data"] = fill(channel.form, values)
        if channel.json:
            parts["json"] = fill(channel.json, values)
        return parts

    def _values_of(self, message: NoticeMessage) -> dict[str, str]:
        channel = self._channel
        is_number = channel.number_field != "emails"
        address = format_number(message.address, channel.numbers) if is_number else message.address
        if not address:
            raise DeliveryFailed(_("the contact has no usable telephone number"), permanent=True)
        text = shorten(message.text, lambda each: len(each) <= channel.longest, mark="…")
        if channel.sms_segments:
            text = sms_text(text, channel.sms_segments)
        return {
            "recipient": address,
            "name": message.name,
            "title": message.title,
            "text": text,
            "key": message.key,
            "reply_to": message.reply_to,
            "secret": self._secret,
            "user": channel.user,
            "coding": "0" if is_gsm_text(text) else "2",  # as Kannel and SMPP number them
        }

    def _receipt(self, answer: HttpAnswer) -> str:
        status = answer.status
        if not 200 <= status < 300:
            is_permanent = 400 <= status < 500 and status not in _TEMPORARY
            raise DeliveryFailed(
                f"HTTP {status}", permanent=is_permanent, retry_after_s=retry_after_s(answer.headers)
            )
        document = answer.document
        for path, expected in self._channel.expect.items():
            found = value_at(document, path)
            if found != expected:
                value = self._exchange.hide(str(found))[:80]
                raise DeliveryFailed(_("the gateway did not accept it"), f"({path} = {value})")
        found = value_at(document, self._channel.receipt) if self._channel.receipt else None
        return f"HTTP {status}" if found is None else self._exchange.hide(str(found))[:LONGEST_RECEIPT]


def value_at(answer: Any, path: str) -> Any:
    """Return the value at a path such as `messages.0.id`; None if there is none."""
    for part in path.split("."):
        if isinstance(answer, dict):
            answer = answer.get(part)
        elif isinstance(answer, list) and part.isascii() and part.isdigit() and int(part) < len(answer):
            answer = answer[int(part)]
        else:
            return None
    return answer
