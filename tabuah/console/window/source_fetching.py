"""Asks the server how its sources of data fare; on the network's thread."""

from tabuah.console.window.presenting.source_items import KnownSources
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import FeedsReply, GatewaysReply
from tabuah.storage.sync.session import ConsoleSession


def fetch_sources(store: ConsoleStore) -> KnownSources:
    """Feeds and gateways as the server knows them now.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    with session.client as client:
        feeds = client.call("GET", "/v1/feeds", FeedsReply)
        gateways = client.call("GET", "/v1/gateways", GatewaysReply)
    return KnownSources(feeds=feeds, gateways=gateways, asked_at=store.now())
