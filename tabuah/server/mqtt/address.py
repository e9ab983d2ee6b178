"""Broker addresses: `mqtt://user:password@host:1883`, `mqtts://` with TLS, or `embedded`."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from tabuah.resources.localisation import _
from tabuah.server.errors import UnusableBroker
from tabuah.server.masked_url import without_password

_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_VERSIONS: Final = {"": True, "version=5": True, "version=3.1.1": False, "shared=yes": True}  # whether MQTT 5 is used
_SHARED: Final = "shared=yes"
_EMBEDDED: Final = "embedded"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """A broker and our account there; the password is never shown."""

    host: str
    port: int
    tls: bool = False
    is_mqtt5: bool = True
    shared: bool = False  # servers take turns: only where the broker keeps shared subscriptions over a restart
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return the address without user and password, for messages and logs."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"


class EmbeddedAddress(msgspec.Struct, frozen=True, kw_only=True):
    """The embedded broker: same host as HTTP, but its own port; 0 takes any free port."""

    port: int | None = None

    def port_with(self, *, tls: bool) -> int:
        """Return the port, or the MQTT default."""
        return _PORTS["mqtts" if tls else "mqtt"] if self.port is None else self.port


def parse_broker(text: str) -> BrokerAddress | EmbeddedAddress:
    """Parse the `--mqtt` option: a broker URL, `embedded`, or `embedded:PORT`.

    Raises:
        UnusableBroker: it is none of these.
    """
    word, colon, port = text.partition(":")
    if word != _EMBEDDED:
        return parse_broker_url(text)
    if not colon:
        return EmbeddedAddress()
    if not (port.isascii() and port.isdigit() and int(port) < 65_536):
        message = _("{port} is not a port: write embedded or embedded:PORT, with a port up to 65535.")
        raise UnusableBroker(message.format(port=port or "“”"))
    return EmbeddedAddress(port=int(port))


def parse_broker_url(url: str) -> BrokerAddress:
    """Parse a broker URL.

    Raises:
        UnusableBroker: it is no broker URL.
    """
    wrong = UnusableBroker(
        _(
            "{url} is not a broker address: write mqtt://HOST, mqtt://USER:PASSWORD@HOST:PORT, mqtts:// for"
            " TLS, or embedded for the server's own broker."
        ).format(url=without_password(url))
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
        raise wrong
    if parts.query not in _VERSIONS:
        raise wrong
    return BrokerAddress(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls=parts.scheme == "mqtts",
        is_mqtt5=_VERSIONS[parts.query],
        shared=parts.query == _SHARED,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
