"""Access of gateways to the embedded broker, by their accounts; stations name the account that may send for them."""

from tabuah.operations.people.roles import MAY_SEND_READINGS, Role
from tabuah.server.journal import ServerJournal
from tabuah.server.people.sessions import SessionService
from tabuah.server.tls.gateway_certificates import GatewayCertificates


class GatewayAccess:
    """Checks gateways against the server's accounts. Anonymous connections are accepted only if `open_to_all`."""

    def __init__(
        self,
        journal: ServerJournal,
        sessions: SessionService,
        *,
        open_to_all: bool,
        certificates: GatewayCertificates | None = None,
    ) -> None:
        self._journal = journal
        self._sessions = sessions
        self._open_to_all = open_to_all
        self._certificates = certificates

    def may_connect(self, user: str, password: str, address: str, certificate: str = "") -> bool:
        """Return whether a gateway may connect. Slow (password hashing): never call it on an event loop.

        With a client certificate, its account is that of the gateway. A user name must then be the same, and a
        password is checked in addition.

        Raises:
            Refusal: wrong name or password, or too many attempts.
        """
        if certificate:
            account = self.account_of(certificate)
            if user not in ("", account) or not self.is_certified(account):
                return False
            if password:
                self._sessions.check_password(account, password, address)
            return self.is_certified(account)
        if not user:
            return self._open_to_all
        self._sessions.check_password(user, password, address)
        return self.is_active_account(user)

    def account_of(self, certificate: str) -> str:
        """Return the account of a client certificate that counts now; empty for any other."""
        return self._certificates.account_of(certificate) if self._certificates is not None else ""

    def is_certified(self, account: str) -> bool:
        """Return whether a client certificate may stand for an account: an active one of a gateway."""
        found = self._journal.authority.users.get(account)
        return found is not None and found.active and found.role is Role.GATEWAY

    def is_active_account(self, user: str) -> bool:
        """Return whether an account is still active; checked again for every message."""
        if not user:
            return self._open_to_all
        found = self._journal.authority.users.get(user)
        return found is not None and found.active and found.role in MAY_SEND_READINGS
