"""The route of the pairing offer, by which a console without a pin meets the server."""

from litestar import get
from litestar.handlers import HTTPRouteHandler

from tabuah.server.errors import NotInitialised, Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.tls.administration import pairing_offer
from tabuah.storage.journal.pairing import PairingOffer


def pairing_routes(journal: ServerJournal) -> list[HTTPRouteHandler]:
    """Build the route `GET /v1/pairing`; it needs no session, and all that it returns is public."""

    @get("/v1/pairing", sync_to_thread=True, tags=["session"])
    def pairing() -> PairingOffer:
        """Get the certificate authority and the first public key of the server; a pairing code confirms both."""
        try:
            return pairing_offer(journal.directory.path, journal.keys.first)
        except NotInitialised as error:
            raise Refusal(404, "no_authority", "this server has no certificate authority of its own") from error

    return [pairing]
