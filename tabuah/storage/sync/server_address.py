"""Server addresses: HTTPS anywhere, plain HTTP only to this computer."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from tabuah.resources.localisation import _
from tabuah.storage.sync.errors import BadServerAddress

_HOST: Final = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.IGNORECASE)


def normalise_address(text: str) -> str:
    """Return a server's address without a path; `https://` is the default scheme.

    Raises:
        BadServerAddress: it is not an address, or plain HTTP to another computer.
    """
    wanted = text.strip()
    address = (wanted if "://" in wanted else f"https://{wanted}").removesuffix("/")
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError as error:
        raise BadServerAddress(_not_an_address(text)) from error
    host = parts.hostname or ""
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not is_bare:
        raise BadServerAddress(_not_an_address(text))
    if parts.scheme == "http" and not is_loopback(host):
        raise BadServerAddress(
            _("{address} is not encrypted: others could read passwords and reports. Use https://.").format(
                address=_without_password(text)
            )
        )
    return address


def is_loopback(host: str) -> bool:
    """Return whether a host is this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _not_an_address(text: str) -> str:
    return _("{address} is not a server address. Example: https://tabuah.example.go.id.").format(
        address=_without_password(text)
    )


def _without_password(text: str) -> str:
    """Return the address for display, without user information: it may contain a password."""
    scheme, separator, rest = text.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
