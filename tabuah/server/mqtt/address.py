"""Where a broker is: `mqtt://user:password@host:1883`, `mqtts://` with TLS, or `embedded` for the server's own."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from tabuah.resources.catalogue import _
from tabuah.server.errors import UnusableBroker

_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_VERSIONS: Final = {"": True, "version=5": True, "version=3.1.1": False, "shared=yes": True}  # whether it is MQTT 5
_SHARED: Final = "shared=yes"
_EMBEDDED: Final = "embedded"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """A broker and who we are there; the password is never shown."""

    host: str
    port: int
    tls: bool = False
    speaks_5: bool = True
    shared: bool = False  # servers take turns: only where the broker keeps shared subscriptions when it falls over
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """What may be shown and logged."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedAddress:
    """The server itself is the broker: it listens where it listens for HTTP, on a port of its own; 0 takes any."""

    port: int | None = None

    def port_with(self, *, tls: bool) -> int:
        """The port, or what is usual."""
        return _PORTS["mqtts" if tls else "mqtt"] if self.port is None else self.port


def read_broker(text: str) -> BrokerAddress | EmbeddedAddress:
    """What `--mqtt` names: a broker by its URL, or `embedded`, `embedded:PORT`.

    Raises:
        UnusableBroker: it names neither.
    """
    word, colon, port = text.partition(":")
    if word != _EMBEDDED:
        return read_address(text)
    if not colon:
        return EmbeddedAddress()
    if not (port.isascii() and port.isdigit() and int(port) < 65_536):
        message = _("{port} is no port: write embedded or embedded:PORT, with a port up to 65535.")
        raise UnusableBroker(message.format(port=port or "“”"))
    return EmbeddedAddress(port=int(port))


def read_address(url: str) -> BrokerAddress:
    """The broker that a URL names.

    Raises:
        UnusableBroker: it names none.
    """
    wrong = UnusableBroker(
        _(
            "{url} is no address of a broker: write mqtt://HOST, mqtt://USER:PASSWORD@HOST:PORT, "
            "mqtts:// for TLS, or embedded for the server's own."
        ).format(url=url.partition("@")[2] or url)
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
        speaks_5=_VERSIONS[parts.query],
        shared=parts.query == _SHARED,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
