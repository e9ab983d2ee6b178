"""Storage of the device's private key: the system's keyring, or a private file."""

import contextlib
import os
from pathlib import Path
from typing import Final

from tabuah.storage.cache.data_directory import write_private
from tabuah.storage.journal.signatures import DeviceKey

KEYRING_VARIABLE: Final = "TABUAH_KEYRING"  # "file" selects the file
_SERVICE: Final = "tabuah"


class DeviceKeyStore:
    """Stores the key of one data directory."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "device.key"

    def keep(self, key: DeviceKey) -> None:
        """Store a key; a keyring that silently drops it is detected, and the file is used."""
        secret = key.secret.hex()
        if not (_uses_keyring() and _keep_in_keyring(key.device_id, secret)):
            write_private(self._file, secret.encode())

    def find(self, device_id: str) -> DeviceKey | None:
        """Return the key of a device; None when it was lost."""
        for secret in (self._from_file(), _from_keyring(device_id) if _uses_keyring() else None):
            key = _read(secret)
            if key is not None and key.device_id == device_id:
                return key
        return None

    def forget(self, device_id: str) -> None:
        """Delete the key of a device, wherever it is."""
        self._file.unlink(missing_ok=True)
        if _uses_keyring():
            _delete_from_keyring(device_id)

    def _from_file(self) -> str | None:
        try:
            return self._file.read_text("ascii")
        except (OSError, UnicodeDecodeError):
            return None


def _uses_keyring() -> bool:
    return os.environ.get(KEYRING_VARIABLE) != "file"


def _keep_in_keyring(name: str, secret: str) -> bool:
    import keyring  # noqa: PLC0415 - asks the desktop, and only when a key is made or first used

    try:
        keyring.set_password(_SERVICE, name, secret)
        return keyring.get_password(_SERVICE, name) == secret
    except Exception:  # noqa: BLE001 - its back ends raise what they like; the file is always there instead
        return False


def _from_keyring(name: str) -> str | None:
    import keyring  # noqa: PLC0415 - as above

    try:
        return keyring.get_password(_SERVICE, name)
    except Exception:  # noqa: BLE001 - as above
        return None


def _delete_from_keyring(name: str) -> None:
    import keyring  # noqa: PLC0415 - as above

    with contextlib.suppress(Exception):  # as above; it raises where it has no such key
        keyring.delete_password(_SERVICE, name)


def _read(secret: str | None) -> DeviceKey | None:
    if not secret:
        return None
    try:
        return DeviceKey.from_secret(bytes.fromhex(secret.strip()))
    except ValueError:
        return None
