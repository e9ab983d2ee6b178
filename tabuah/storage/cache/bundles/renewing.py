"""Which carried work can be shown and sent: that of known devices, as far as it follows on what the journal has."""

from typing import TYPE_CHECKING, Final

from tabuah.storage.cache.bundles.carried_table import ChainLink
from tabuah.storage.journal.chain import ChainHead

if TYPE_CHECKING:
    from tabuah.storage.cache.desk import Desk

FORK: Final = "fork"


def renew_carried(desk: "Desk") -> set[str]:
    """Look anew after the journal or what is carried has changed; needs an open transaction.

    What came back from the server is carried no longer. What waits for its device, or for entries before it, is kept
    and not shown; so is what stands where the journal has another entry, since the device's data was copied.

    Returns:
        The subjects that look different.
    """
    if desk.carried.is_empty:
        return set()
    changed: set[str] = set()
    authority = desk.authority()
    for carried in desk.carried.devices():
        head = desk.carried.confirmed_head(carried.device)
        links = desk.carried.chain_of(carried.device)
        changed |= _settle(desk, carried.device, [link for link in links if link.n <= head.n])
        known = authority.devices.get(carried.device)
        refused = desk.carried.is_refused(carried.device)
        welcome = known is not None and known.approved and not known.revoked and not refused
        changed |= _show(desk, carried.device, [link for link in links if link.n > head.n], head if welcome else None)
    desk.carried.forget_devices()
    return changed


def _settle(desk: "Desk", device: str, links: list[ChainLink]) -> set[str]:
    for link in links:
        if desk.journal.holds_another(link.entry, device, link.n):
            desk.carried.refuse(device, FORK)
            desk.carried.show(device, link.n, 0)
        else:
            desk.carried.settle(device, link.n)
    return {link.subject for link in links if link.shown}


def _show(desk: "Desk", device: str, links: list[ChainLink], head: ChainHead | None) -> set[str]:
    """Show what follows on the head without a hole; without a head nothing."""
    changed: set[str] = set()
    place = desk.carried.last_place()
    for link in links:
        follows = head is not None and link.n == head.n + 1 and link.prev == head.hash
        if follows != (link.shown > 0):
            place += follows
            desk.carried.show(device, link.n, place if follows else 0)
            changed.add(link.subject)
        head = ChainHead(link.n, link.hash) if follows else None
    return changed
