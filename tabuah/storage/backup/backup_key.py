"""The key of sealed backups: the server knows its public half only, so a stolen backup disk reveals nothing.

The public half is one line that a person copies into `server.toml`: device id and X25519 key of the key pair, then a
checksum, because a backup that was sealed to a mistyped key could never be opened.
"""

import hashlib
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from tabuah.resources.localisation import _
from tabuah.storage.backup.errors import BackupError
from tabuah.storage.data_files import create_private
from tabuah.storage.journal.sealed_box import KEY_BYTES, Recipient, private_sealing_key
from tabuah.storage.journal.signatures import DeviceKey

PREFIX: Final = "tabuah-backup-1-"
_ID_BYTES: Final = 16
_CHECKSUM_BYTES: Final = 4
_LENGTH: Final = _ID_BYTES + KEY_BYTES + _CHECKSUM_BYTES
_MAX_FILE_BYTES: Final = 4_096


def public_text(key: DeviceKey) -> str:
    """Return the public half of a key as one line."""
    body = bytes.fromhex(key.device_id) + private_sealing_key(key).public_key().public_bytes_raw()
    return PREFIX + (body + _checksum(body)).hex()


def parse_public_key(text: str) -> Recipient:
    """Return the recipient that a public line names.

    Raises:
        BackupError: it is not such a line, or was mistyped.
    """
    line = text.strip()
    try:
        data = bytes.fromhex(line.removeprefix(PREFIX))
    except ValueError:
        data = b""
    body, checksum = data[:-_CHECKSUM_BYTES], data[-_CHECKSUM_BYTES:]
    if not line.startswith(PREFIX) or len(data) != _LENGTH or checksum != _checksum(body):
        raise BackupError(
            _("This is not the public line of a backup key; copy it from: tabuah server backup-key FILE")
        )
    return Recipient(body[:_ID_BYTES].hex(), X25519PublicKey.from_public_bytes(body[_ID_BYTES:]))


def create_key_file(path: Path) -> str:
    """Create a private key, readable by its owner only, and return its public line.

    Raises:
        BackupError: the file exists, or cannot be written.
    """
    key = DeviceKey.generate()
    try:
        create_private(path, f"{key.secret.hex()}\n".encode("ascii"))
    except FileExistsError as error:
        raise BackupError(_("{file} exists already, and was not changed.").format(file=path)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise BackupError(_("{file} cannot be written: {reason}").format(file=path, reason=reason)) from error
    return public_text(key)


def read_key_file(path: Path) -> DeviceKey:
    """Return the private key in a file.

    Raises:
        BackupError: it cannot be read, or is no such key.
    """
    try:
        with path.open("rb") as file:
            return DeviceKey.from_secret(_secret_in(file.read(_MAX_FILE_BYTES)))
    except (OSError, ValueError) as error:
        text = _("{file} is not the private key of backups: {reason}")
        raise BackupError(text.format(file=path, reason=error)) from error


def _secret_in(data: bytes) -> bytes:
    secret = bytes.fromhex(data.decode("ascii").strip())
    if len(secret) != KEY_BYTES:
        raise ValueError(f"{len(secret)} bytes")
    return secret


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(b"tabuah-backup-key/1/" + body).digest()[:_CHECKSUM_BYTES]
