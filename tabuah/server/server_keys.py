"""The keys of this server.

Its file has the first key and that of each rotation. After a decision between two histories the key follows from the
newest of them and from the journal.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from tabuah.operations.entries import subject_of
from tabuah.operations.people.authority import Authority, Device
from tabuah.resources.localisation import _
from tabuah.server.database.queries import records_of
from tabuah.server.directory import ServerDirectory
from tabuah.server.errors import DamagedData
from tabuah.storage.journal.server_keys import KeyCertificates, later_key
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import SignedEntry


class ServerKeys:
    """May be called from any thread."""

    def __init__(self, first: DeviceKey, rotated: Sequence[DeviceKey] = ()) -> None:
        self.first = first
        self._rotated = tuple(rotated)
        self._newest: tuple[Authority | None, DeviceKey] = (None, first)

    def newest(self, authority: Authority) -> DeviceKey:
        """Return the key with which the server signs, given the authority at that point of the journal.

        Raises:
            DamagedData: it does not follow from the first key.
        """
        known, key = self._newest
        if known is not authority:  # a changed authority is another object
            key = self._find(authority)
            self._newest = (authority, key)
        return key

    def add(self, key: DeviceKey) -> None:
        """Add the key of a rotation, which the file has already."""
        self._rotated = (*self._rotated, key)

    def root(self, authority: Authority) -> DeviceKey:
        """Return the newest key of the file that the journal knows; keys of decisions are derived from it."""
        known = (key for key in reversed(self._rotated) if key.device_id in authority.devices)
        return next(known, self.first)

    def _find(self, authority: Authority) -> DeviceKey:
        for device in server_devices(authority):
            if not device.revoked and isinstance(device.follows, str):
                return self._derived(device, device.follows)
        return self.first

    def _derived(self, device: Device, follows: str) -> DeviceKey:
        for root in (*self._rotated, self.first):
            for key in (root, later_key(root, follows)):
                if key.device_id == device.id:
                    return key
        raise DamagedData(_("The key of this server is not the one of its journal: restore it from a backup."))


def server_devices(authority: Authority) -> list[Device]:
    """Return the server as a device: once for each of its keys."""
    return [device for device in authority.devices.values() if device.is_server]


def key_of(directory: ServerDirectory, *, is_new: bool) -> DeviceKey:
    """Return the server's key, created for a new journal.

    Raises:
        DamagedData: it is missing or damaged.
    """
    key = directory.read_key()
    if key is None and not is_new:
        raise DamagedData(
            _("{file} is missing: the server needs its key. Restore it from a backup.").format(
                file=directory.key_path
            )
        )
    return key or directory.create_key()


def read_certificates(connection: Connection, authority: Authority) -> KeyCertificates:
    """Return the certificates of the server's later keys, the oldest first."""
    later = [device.id for device in server_devices(authority) if isinstance(device.follows, str)]
    enrolments = [records_of(connection, subject_of("device", device), 0, 1)[0] for device in later]
    enrolments.sort(key=lambda record: record.seq)
    return tuple(SignedEntry(record.text, record.signature) for record in enrolments)
