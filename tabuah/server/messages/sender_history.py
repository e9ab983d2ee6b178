"""The newest messages of each sender, by which repetitions are recognised; digests only, in memory only."""

import hashlib
import hmac
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.messages.inbound_message import InboundMessage

MOST_KEYS: Final = 20_000
KEPT_FOR: Final = timedelta(hours=24)


class MessageDigests:
    """Digests of messages with a secret of the server, so that nobody else can guess a number from one."""

    def __init__(self, server_secret: bytes) -> None:
        self._key = hashlib.blake2b(server_secret, digest_size=32, person=b"tabuah-message").digest()

    def message_id(self, account: str, message: InboundMessage) -> str:
        """Return the key of a message, the same each time that the gateway delivers it."""
        sent_at = message.sent_at.isoformat() if message.sent_at is not None else ""
        if message.external_id:
            return self.key(account, message.external_id)
        return self._key_of(account, "", message.sender, sent_at, message.text)

    def key(self, account: str, external_id: str) -> str:
        """Return the key of the message with an id in the other system."""
        return self._key_of(account, "id", external_id)

    def _key_of(self, *parts: str) -> str:
        found = self.digest(*parts).hex()[:32]
        return f"{found[:8]}-{found[8:12]}-{found[12:16]}-{found[16:20]}-{found[20:]}"

    def digest(self, *parts: str) -> bytes:
        """Return the digest of some texts; their number and lengths count."""
        text = b"".join(b"%d:%b" % (len(raw), raw) for raw in (part.encode("utf-8", "replace") for part in parts))
        return hmac.digest(self._key, text, "sha256")


class SenderHistory:
    """Ids of messages by digest, the newest `MOST_KEYS` of the last 24 hours. Not thread-safe."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[str, datetime]] = OrderedDict()

    def remember(self, key: bytes, message_id: str, at: datetime) -> None:
        """Keep the message as the newest one of this digest."""
        self._known[key] = (message_id, at)
        self._known.move_to_end(key)
        while len(self._known) > MOST_KEYS:
            self._known.popitem(last=False)

    def find(self, key: bytes, now: datetime) -> str:
        """Return the id of the newest message; empty if there is none of the last 24 hours."""
        message_id, at = self._known.get(key, ("", now))
        return message_id if now - at < KEPT_FOR else ""
