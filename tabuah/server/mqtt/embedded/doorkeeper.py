"""Who may bring readings to the server's own broker, and under which topics."""

from collections.abc import Sequence

from tabuah.operations.authority.roles import SENDS_READINGS
from tabuah.operations.gateways.mapping import GatewayMapping, read_topic
from tabuah.server.journal import ServerJournal
from tabuah.server.sessions.service import SessionService


class Doorkeeper:
    """Asks the accounts of the server. Without a name only this machine gets in, and only where that is allowed."""

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

    def is_let_in(self, user: str, password: str, address: str) -> bool:
        """Whether a gateway gets in; takes its time, so never on an event loop.

        Raises:
            Refusal: name or password are wrong, or there were too many tries.
        """
        if not user:
            return self._open_to_all
        self._sessions.check_password(user, password, address)
        return self.knows(user)

    def knows(self, user: str) -> bool:
        """Whether an account still is what it was at the log-in: the next message asks again."""
        if not user:
            return self._open_to_all
        found = self._journal.authority.users.get(user)
        return found is not None and found.active and found.role in SENDS_READINGS

    def may_publish(self, user: str, topic: str) -> bool:
        """Whether a topic is open to an account: the mapping that reads it names the account, or names none."""
        for mapping in self._mappings:
            if read_topic(mapping, topic) is not None:
                return not mapping.users or user in mapping.users
        return True  # nothing reads it: it is counted, and does no harm
