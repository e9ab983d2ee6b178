"""Update of relayed work: entries of known devices that follow the journal can be shown and pushed."""

from typing import TYPE_CHECKING, Final

from tabuah.storage.cache.bundles.relay_table import ChainLink
from tabuah.storage.journal.chain import ChainHead

if TYPE_CHECKING:
    from tabuah.storage.cache.cache_session import CacheSession

FORK: Final = "fork"


def update_relayed(session: "CacheSession") -> set[str]:
    """Update relayed work after the journal or the work itself has changed; needs an open transaction.

    Entries that the server has confirmed are removed. Entries whose device is unknown, or that wait for
    earlier ones, are kept and not shown. The same is true for entries whose number has another entry in
    the journal, because the device's data was copied.

    Returns:
        The subjects that look different.
    """
    if session.relayed.is_empty:
        return set()
    changed: set[str] = set()
    authority = session.authority()
    for carried in session.relayed.devices():
        head = session.relayed.confirmed_head(carried.device)
        links = session.relayed.chain_of(carried.device)
        changed |= _settle(session, carried.device, [link for link in links if link.n <= head.n])
        known = authority.devices.get(carried.device)
        refused = session.relayed.is_refused(carried.device)
        welcome = known is not None and known.approved and not known.revoked and not refused
        changed |= _show(
            session, carried.device, [link for link in links if link.n > head.n], head if welcome else None
        )
    session.relayed.forget_devices()
    return changed


def _settle(session: "CacheSession", device: str, links: list[ChainLink]) -> set[str]:
    for link in links:
        if session.journal.holds_another(link.entry, device, link.n):
            session.relayed.refuse(device, FORK)
            session.relayed.show(device, link.n, 0)
        else:
            session.relayed.settle(device, link.n)
    return {link.subject for link in links if link.shown}


def _show(session: "CacheSession", device: str, links: list[ChainLink], head: ChainHead | None) -> set[str]:
    """Show the entries that follow the head without a gap; without a head none."""
    changed: set[str] = set()
    place = session.relayed.last_place()
    for link in links:
        follows = head is not None and link.n == head.n + 1 and link.prev == head.hash
        if follows != (link.shown > 0):
            place += follows
            session.relayed.show(device, link.n, place if follows else 0)
            changed.add(link.subject)
        head = ChainHead(link.n, link.hash) if follows else None
    return changed
