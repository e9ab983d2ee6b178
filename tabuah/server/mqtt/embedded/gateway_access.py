"""Access of gateways to the embedded broker: accounts and topics."""

from collections.abc import Sequence

from tabuah.operations.gateways.mapping import GatewayMapping, read_topic
from tabuah.operations.people.roles import MAY_SEND_READINGS
from tabuah.server.journal import ServerJournal
from tabuah.server.people.sessions import SessionService


class GatewayAccess:
    """Checks gateways against the server's accounts. Anonymous connections are accepted only if `open_to_all`."""

    def __init__(
        self,
        journal: ServerJournal,
        sessions: SessionService,
        mappings: Sequence[GatewayMapping],
        *,
        open_to_all: bool,
    ) -> None:
        self._journal = journal
        self._sessions = sessions
        self._mappings = tuple(mappings)
        self._open_to_all = open_to_all

    def may_connect(self, user: str, password: str, address: str) -> bool:
        """Return whether a gateway may connect. Slow (password hashing): never call it on an event loop.

        Raises:
            Refusal: wrong name or password, or too many attempts.
        """
        if not user:
            return self._open_to_all
        self._sessions.check_password(user, password, address)
        return self.is_active_account(user)

    def is_active_account(self, user: str) -> bool:
        """Return whether an account is still active; checked again for every message."""
        if not user:
            return self._open_to_all
        found = self._journal.authority.users.get(user)
        return found is not None and found.active and found.role in MAY_SEND_READINGS

    def may_publish(self, user: str, topic: str) -> bool:
        """Return whether an account may publish a topic: the matching mapping names the account, or no accounts."""
        for mapping in self._mappings:
            if read_topic(mapping, topic) is not None:
                return not mapping.users or user in mapping.users
        return True  # no mapping matches: it is only counted
