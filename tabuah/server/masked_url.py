"""Addresses with user and password, as messages show them."""

from typing import Final

_MASK: Final = "…"


def without_password(text: str) -> str:
    """Return an address without the user and password in it."""
    scheme, slashes, rest = text.rpartition("://")
    return f"{scheme}{slashes}{_MASK}@{rest.rpartition('@')[2]}" if "@" in rest else text
