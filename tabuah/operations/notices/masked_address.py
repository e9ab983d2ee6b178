"""Addresses of contacts for people who may not read them."""

from typing import Final

_SHOWN: Final = 3  # of a telephone number: enough to recognise one's own
_SHORTEST: Final = 7


def mask_address(address: str) -> str:
    """Return the end of a number or chat, or the domain of an e-mail address."""
    name, at, domain = address.rpartition("@")
    if at and name:
        return f"…@{domain}"
    return f"…{address[-_SHOWN:]}" if len(address) >= _SHORTEST else "…"


def mask_in_text(text: str, address: str) -> str:
    """Return a text, such as the answer of a mail server, with an address in it masked."""
    plain = address.strip()
    found = text.replace(plain, mask_address(plain)) if plain else text
    digits = "".join(filter(str.isdigit, plain))
    if "@" in plain or len(digits) < _SHORTEST:
        return found
    # Gateways write a number in another form: 0812…, 62812… or +62812… .
    national = digits.removeprefix("62").removeprefix("0")
    return found.replace(national, f"…{national[-_SHOWN:]}")
