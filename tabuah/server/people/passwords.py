"""Passwords: Argon2id with the low-memory profile of RFC 9106."""

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from tabuah.operations.people.password_rules import find_password_fault
from tabuah.resources.password_dictionary import common_words
from tabuah.server.errors import WeakPassword
from tabuah.text.people.passwords import describe_password_fault


class Passwords:
    """Hashes and verifies passwords; each call takes about 0.1 s and 64 MiB, so never on the event loop."""

    def __init__(self, *, profile: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(profile)
        self._dummy_hash = ""

    def hash(self, password: str, *, user: str) -> str:
        """Hash a new password of a user.

        Raises:
            WeakPassword: it is too short or too common.
        """
        fault = find_password_fault(password, user=user, words=common_words())
        if fault is not None:
            raise WeakPassword(fault, describe_password_fault(fault))
        return self._hasher.hash(password)

    def verify(self, password: str, kept: str | None) -> bool:
        """Return whether a password matches the stored hash; an unknown user takes as long as a known one."""
        try:
            return self._hasher.verify(kept or self._get_dummy_hash(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    def _get_dummy_hash(self) -> str:
        self._dummy_hash = self._dummy_hash or self._hasher.hash("nobody has this password")
        return self._dummy_hash
