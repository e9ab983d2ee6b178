"""Verifiers of passwords on this computer, so that a user can log in and unlock the window without the server.

A verifier is an Argon2id hash of the password, keyed with the private key of the device: a copy of the file is
useless without the key, which is in the keyring of the system where there is one. The delay after wrong passwords
grows, also after a restart.
"""

import contextlib
import hashlib
import hmac
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from tabuah.storage.cache.data_directory import DirectoryLock, read_private, write_private
from tabuah.storage.cache.errors import DiskFull, NoVerifier, TooManyWrongPasswords, WrongPassword
from tabuah.storage.journal.signatures import DeviceKey

VERIFIER_FILE: Final = "verifiers.json"
FREE_ATTEMPTS: Final = 4  # wrong passwords before the first delay
FIRST_DELAY: Final = timedelta(seconds=5)
LONGEST_DELAY: Final = timedelta(minutes=15)
MAX_USERS: Final = 50  # of a shared computer; the one who logged in first is forgotten first


class PasswordVerifier(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The verifier of one user on one device.

    `epoch` is that of the user's session at the log-in at the server: a later one means another password or role.
    """

    user: str
    device: str
    hash: str
    epoch: int
    verified_at: datetime
    wrong_attempts: int = 0
    last_wrong_at: datetime | None = None


class PasswordVerifiers:
    """The verifiers of one data directory. Hashing takes about 0.1 s and 64 MiB: not on the thread of a window."""

    def __init__(self, directory: Path, key: DeviceKey, *, profile: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._directory, self._path = directory, directory / VERIFIER_FILE
        self._device = key.device_id
        self._key = hashlib.blake2b(key.secret, digest_size=32, person=b"tabuah-verifier").digest()
        self._hasher = PasswordHasher.from_parameters(profile)

    def remember(self, user: str, password: str, *, epoch: int, now: datetime) -> None:
        """Keep a verifier of a password that the server has just accepted.

        Raises:
            DiskFull: it cannot be written.
        """
        verifier = PasswordVerifier(
            user=user,
            device=self._device,
            hash=self._hasher.hash(self._keyed(user, password)),
            epoch=epoch,
            verified_at=now,
        )
        with self._locked():
            self._save(verifier)

    def forget(self, user: str) -> None:
        """Delete the verifier of a user."""
        with self._locked():
            self._write([known for known in self._read() if known.user != user])

    def find(self, user: str) -> PasswordVerifier | None:
        """Return the verifier of a user on this device; None without one."""
        return next((v for v in self._read() if v.user == user and v.device == self._device), None)

    def users(self) -> tuple[str, ...]:
        """Return the users who have a verifier on this device, the last one to log in first."""
        own = [verifier for verifier in self._read() if verifier.device == self._device]
        return tuple(v.user for v in sorted(own, key=lambda verifier: verifier.verified_at, reverse=True))

    def check(self, user: str, password: str, *, now: datetime) -> PasswordVerifier:
        """Check a password, and count a wrong one.

        The attempt is counted before the hash is computed, so that a program that is killed meanwhile gains nothing.
        On a full disk it is not counted: the alarms behind a locked window are worth more.

        Raises:
            NoVerifier: the user has never logged in at the server from this device.
            TooManyWrongPasswords: it is not yet time for another attempt.
            WrongPassword: it is wrong.
        """
        with self._locked():
            verifier = self.find(user)
            if verifier is None:
                raise NoVerifier(user)
            _check_delay(verifier, now)
            attempts = verifier.wrong_attempts + 1
            self._count(msgspec.structs.replace(verifier, wrong_attempts=attempts, last_wrong_at=now))
            try:
                self._hasher.verify(verifier.hash, self._keyed(user, password))
            except (VerificationError, InvalidHashError) as error:
                raise WrongPassword from error
            verified = msgspec.structs.replace(verifier, wrong_attempts=0, last_wrong_at=None)
            self._count(verified)
            return verified

    def _count(self, verifier: PasswordVerifier) -> None:
        with contextlib.suppress(DiskFull):
            self._save(verifier)

    def _keyed(self, user: str, password: str) -> bytes:
        """Bind a password to the user and the device."""
        return hmac.digest(self._key, f"{self._device}\0{user}\0{password}".encode(), "sha256")

    def _locked(self) -> DirectoryLock:
        return DirectoryLock(self._directory, "verifiers", wait_s=60)

    def _read(self) -> list[PasswordVerifier]:
        try:
            return read_private(self._path, list[PasswordVerifier])
        except (OSError, msgspec.DecodeError):
            return []  # a file that cannot be read costs a log-in at the server

    def _save(self, verifier: PasswordVerifier) -> None:
        others = [known for known in self._read() if known.user != verifier.user]
        self._write([*others, verifier][-MAX_USERS:])

    def _write(self, verifiers: list[PasswordVerifier]) -> None:
        write_private(self._path, msgspec.json.encode(verifiers))


def delay_after(wrong_attempts: int) -> timedelta:
    """Return how long the next attempt waits."""
    if wrong_attempts <= FREE_ATTEMPTS:
        return timedelta()
    doublings = min(wrong_attempts - FREE_ATTEMPTS - 1, 20)
    delay: timedelta = FIRST_DELAY * (1 << doublings)
    return min(delay, LONGEST_DELAY)


def _check_delay(verifier: PasswordVerifier, now: datetime) -> None:
    """Check that it is time for another attempt; a clock that was put back does not prolong the delay.

    Raises:
        TooManyWrongPasswords: it is not.
    """
    last, delay = verifier.last_wrong_at, delay_after(verifier.wrong_attempts)
    if last is None or not delay:
        return
    left = min(last + delay - now, delay)
    if left > timedelta():
        raise TooManyWrongPasswords(left)
