"""Who can read what is sealed in a bundle: the server, this console itself, and offices that were named."""

from collections.abc import Iterable

from tabuah.operations.authority.records import Device
from tabuah.operations.authority.roles import READS_PERSONAL_DATA
from tabuah.resources.catalogue import _
from tabuah.storage.cache.desk import Desk
from tabuah.storage.journal.bundles.errors import UnknownRecipient
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.sealing import Recipient, published_sealing_key, recipient_of


def own_recipients(desk: Desk) -> tuple[Recipient, ...]:
    """The server, once its key is known, and this console: its own work may come back to it after a loss."""
    found: list[Recipient] = []
    server = desk.authority().devices.get(desk.server())
    if server is not None and server.is_server:
        recipient = _recipient(server)
        found += [recipient] if recipient else []
    key = desk.own_key() if desk.meta.device else None
    if key is not None:
        found.append(recipient_of(key.device_id, key.public_key.hex(), published_sealing_key(key)))
    return tuple(found)


def named_recipients(desk: Desk, names: Iterable[str]) -> tuple[Recipient, ...]:
    """The devices of some names: a device's id, the beginning of it, its four letters, or the user whose it is.

    Raises:
        UnknownRecipient: there is none, it cannot open anything, or its user may not read personal data.
    """
    found: dict[str, Recipient] = {}
    for name in names:
        for device in _devices_named(desk, name):
            recipient = _recipient(device)
            if recipient is None:
                told = _("The device {tag} of {owner} is too old to be sealed for: enrol it anew.")
                raise UnknownRecipient(told.format(tag=device.tag, owner=device.owner))
            found[device.id] = recipient
    found.pop(desk.meta.device, None)
    return tuple(found.values())


def _devices_named(desk: Desk, name: str) -> list[Device]:
    authority = desk.authority()
    devices = [d for d in authority.devices.values() if d.approved and not d.revoked and not d.is_server]
    by_device = [d for d in devices if d.tag == name.upper() or (len(name) >= 4 and d.id.startswith(name.lower()))]
    found = by_device or [d for d in devices if d.owner == name]
    if not found or len(by_device) > 1:
        told = _("{name} means more than one device.") if found else _("No device and no user is called {name} here.")
        raise UnknownRecipient(told.format(name=name))
    owner = authority.users.get(found[0].owner)
    if owner is None or not owner.active or owner.role not in READS_PERSONAL_DATA:
        raise UnknownRecipient(_("{name} may not read personal data.").format(name=name))
    return found


def _recipient(device: Device) -> Recipient | None:
    if not device.sealing_key:
        return None
    try:
        return recipient_of(device.id, device.public_key, device.sealing_key)
    except BadSignature:
        return None
