"""Server addresses: HTTPS anywhere, plain HTTP only to this computer."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from tabuah.resources.catalogue import _
from tabuah.storage.sync.errors import BadServerAddress

_HOST: Final = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.IGNORECASE)


def checked_address(text: str) -> str:
    """The address of a server without a path, `https://` where nothing else is said.

    Raises:
        BadServerAddress: it is none, or it is plain HTTP beyond this computer.
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
            _("{address} is not encrypted: passwords and reports could be read on the way. Use https://.").format(
                address=_without_password(text)
            )
        )
    return address


def is_loopback(host: str) -> bool:
    """Whether a host is this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _not_an_address(text: str) -> str:
    return _("{address} is no server address; one looks like https://tabuah.solokkab.go.id.").format(
        address=_without_password(text)
    )


def _without_password(text: str) -> str:
    """The address as it may be shown: what stands before an @ may be a password."""
    scheme, separator, rest = text.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
