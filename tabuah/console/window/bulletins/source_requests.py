"""Request for the state of the server's data sources, for the network worker."""

from tabuah.console.window.bulletins.source_items import SourcesReport
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import FeedsReply, GatewaysReply
from tabuah.storage.sync.session import ConsoleSession


def fetch_sources(store: ConsoleStore) -> SourcesReport:
    """Fetch the state of feeds and gateways.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    session = ConsoleSession(store)
    with session.client as client:
        feeds = client.call("GET", "/v1/feeds", FeedsReply)
        gateways = client.call("GET", "/v1/gateways", GatewaysReply)
    return SourcesReport(feeds=feeds, gateways=gateways, asked_at=store.now())
