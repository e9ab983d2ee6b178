"""Signed requests to one endpoint; redirects are not followed, so that no other host is reached."""

from datetime import datetime
from pathlib import Path
from typing import Final

from tabuah.operations.webhooks.settings import WebhookEndpoint
from tabuah.operations.webhooks.signatures import signature_headers
from tabuah.server.feeds.fetcher import retry_after_s
from tabuah.server.notices.http_exchange import HttpExchange
from tabuah.server.notices.message_sender import DeliveryFailed
from tabuah.server.webhooks.settings_file import keys_of
from tabuah.server.webhooks.webhook_queue import WebhookDelivery

GONE: Final = 410  # the receiver wants no more events, as Standard Webhooks defines it


class WebhookSender:
    """The HTTP client of one endpoint; belongs to one thread, except `abort`."""

    def __init__(self, endpoint: WebhookEndpoint, directory: Path, agent: str) -> None:
        self._endpoint, self._directory = endpoint, directory
        self._exchange = HttpExchange(endpoint.url, agent)

    def send(self, delivery: WebhookDelivery, now: datetime) -> str:
        """Send an event and return the answer.

        Raises:
            DeliveryFailed: it was not accepted; permanent if the receiver wants no more events.
            UnusableWebhooks: the secret cannot be read.
        """
        signed = signature_headers(
            delivery.body,
            event=delivery.event,
            sent_s=int(now.timestamp()),
            keys=keys_of(self._endpoint, self._directory),
        )
        headers = {"Content-Type": "application/json", **signed}
        answer = self._exchange.ask("POST", self._endpoint.url, content=delivery.body, headers=headers)
        if not 200 <= answer.status < 300:
            raise DeliveryFailed(
                f"HTTP {answer.status}",
                permanent=answer.status == GONE,
                retry_after_s=retry_after_s(answer.headers),
            )
        return f"HTTP {answer.status}"

    def abort(self) -> None:
        """End a transfer that runs; called from another thread."""
        self._exchange.abort()

    def close(self) -> None:
        """Close the connection."""
        self._exchange.close()
