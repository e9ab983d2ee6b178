"""Where a broker is: `mqtt://user:password@host:1883`, or `mqtts://` with TLS."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from tabuah.resources.catalogue import _
from tabuah.server.errors import UnusableBroker

_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """A broker and who we are there; the password is never shown."""

    host: str
    port: int
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """What may be shown and logged."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"


def read_address(url: str) -> BrokerAddress:
    """The broker that a URL names.

    Raises:
        UnusableBroker: it names none.
    """
    wrong = UnusableBroker(
        _("{url} is no address of a broker: write mqtt://HOST, mqtt://USER:PASSWORD@HOST:PORT, or mqtts:// for TLS.")
        .format(url=url.partition("@")[2] or url)
    )  # fmt: skip
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise wrong
    return BrokerAddress(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls=parts.scheme == "mqtts",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
