"""People of a crew as a person names them: by user name or full name."""

import re
from collections.abc import Mapping
from typing import Final

from tabuah.operations.people.authority import User

_SEPARATOR: Final = re.compile(r"[,;|\n]")


def find_people(text: str, users: Mapping[str, User]) -> tuple[str, ...]:
    """Return the user names of the people in a text, separated by commas or |; an unknown name stays as it is."""
    parts = (" ".join(part.split()) for part in _SEPARATOR.split(text))
    by_name = {user.full_name.casefold(): user.name for user in users.values() if user.full_name}
    by_name |= {name.casefold(): name for name in users}
    return tuple(dict.fromkeys(by_name.get(part.casefold(), part) for part in parts if part))
