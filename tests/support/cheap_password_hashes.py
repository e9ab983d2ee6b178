"""Password hashes at the lowest cost of Argon2: in production each takes 0.2 s of CPU time and 64 MiB."""

from typing import Final

import pytest
from argon2 import Parameters, profiles

from tabuah.server.people.passwords import Passwords
from tabuah.storage.cache.password_verifiers import PasswordVerifiers

HASHING_CLASSES: Final = (Passwords, PasswordVerifiers)
PRODUCTION_PROFILES: Final[dict[type, Parameters]] = {
    kind: kind.__init__.__kwdefaults__["profile"] for kind in HASHING_CLASSES
}


def make_password_hashes_cheap(patch: pytest.MonkeyPatch) -> None:
    """Give both classes that hash passwords the cheapest profile where they are made without one."""
    for kind in HASHING_CLASSES:
        patch.setitem(kind.__init__.__kwdefaults__, "profile", profiles.CHEAPEST)
