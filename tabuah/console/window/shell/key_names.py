"""Names of keys in Qt's portable form: how they are shown, and where they work."""

from collections.abc import Iterable
from typing import Final

_EVERYWHERE: Final = frozenset({"N", "J", "Ctrl+N", "Ctrl+J", "Ctrl+K"})  # in every window of the program
_FUNCTION_KEYS: Final = frozenset(f"F{number}" for number in range(1, 13))


def key_caption(key: str) -> str:
    """Format a key for display: "Ctrl K", "Ctrl +"."""
    return key[:-1].replace("+", " ") + key[-1:]


def key_captions(keys: Iterable[str]) -> str:
    """Format several keys for display: "N · Ctrl N"."""
    return " · ".join(map(key_caption, keys))


def is_letter_key(key: str) -> bool:
    """Return whether a key is typed in a text field instead of running its action."""
    return len(key.removeprefix("Shift+")) == 1


def works_everywhere(key: str) -> bool:
    """Return whether a key works in every window of the program, not only in the main one."""
    return key in _EVERYWHERE or key.rpartition("+")[2] in _FUNCTION_KEYS
