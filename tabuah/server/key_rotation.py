"""Rotation of the server's key: a new secret, certified by the present key, which the consoles follow."""

from tabuah.server.admission.server_entries import ReplaceServerKey
from tabuah.server.errors import ServerReadOnly
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.signatures import DeviceKey


def rotate_key(journal: ServerJournal) -> DeviceKey:
    """Change to a new key that no earlier secret reveals. The journal must be locked, as for serving.

    The secret is in the file before the journal names it: after a crash in between it is unused, and nothing is lost.

    Raises:
        ServerError: the key or the entries could not be written; the present key stays in force.
    """
    if journal.read_only.reason is not None:
        raise ServerReadOnly(journal.read_only.reason)
    new = DeviceKey.generate()
    journal.directory.add_key(new)
    journal.keys.add(new)
    journal.submit(
        lambda batch: ReplaceServerKey(journal.keys.first, journal.keys.newest(batch.authority), new)(batch)
    ).result()
    journal.security_log.record("key_rotated", device=new.device_id)
    return new
