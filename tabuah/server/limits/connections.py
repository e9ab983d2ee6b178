"""Open connections by address and by user, and the trusted proxies."""

import contextlib
import importlib
import ipaddress
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final, Protocol

from tabuah.resources.localisation import _
from tabuah.server.errors import InsecureAddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Every address of a proxy may name any client, so a network that strangers are in is none of proxies.
_SHORTEST_PREFIX: Final = {4: 8, 6: 16}
_IPV4_IN_IPV6: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_LOCAL_IPV6: Final = ipaddress.IPv6Network("fc00::/7")
_IPV6_NETWORK_BITS: Final = 64  # one customer's network; the addresses in it are free to choose


def parse_proxies(texts: Iterable[str]) -> tuple[Network, ...]:
    """Parse addresses and networks.

    Raises:
        InsecureAddress: one of them is neither, or a network that is too large to be one of proxies.
    """
    found: list[Network] = []
    for text in texts:
        try:
            network = ipaddress.ip_network(text.strip(), strict=False)
        except ValueError as error:
            message = _("{address} is not an address or a network, such as 10.0.0.5 or 10.0.0.0/24.")
            raise InsecureAddress(message.format(address=text)) from error
        if _is_too_large(network):
            message = _(
                "{address} is no network of proxies: everybody in it could claim any address. Name the addresses of"
                " the reverse proxies, such as 10.0.0.5 or 10.0.0.0/24."
            )
            raise InsecureAddress(message.format(address=text))
        found.append(network)
    return tuple(found)


def _is_too_large(network: Network) -> bool:
    if isinstance(network, ipaddress.IPv4Network):
        return network.prefixlen < _SHORTEST_PREFIX[4]
    if network.overlaps(_IPV4_IN_IPV6):
        return network.prefixlen < _IPV4_IN_IPV6.prefixlen + _SHORTEST_PREFIX[4]
    return network.prefixlen < _SHORTEST_PREFIX[6] and not network.subnet_of(_LOCAL_IPV6)


def client_key(host: str) -> str:
    """Return the address under which the connections of a host are counted."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_NETWORK_BITS), strict=False))
    return host


def raise_open_files_limit() -> None:
    """Let this process open as many files as it may: the usual 1,024 are fewer than its connections may be."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such limit
        resource = importlib.import_module("resource")
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Connection(Protocol):
    """A connection with bytes that its client has not read yet."""

    def unread_bytes(self) -> int: ...


class ConnectionTable:
    """The open connections; it belongs to the event loop."""

    def __init__(self, *, limit: int, proxies: Iterable[str]) -> None:
        self._limit = limit
        self._proxies = parse_proxies(proxies)
        self._open: Counter[str] = Counter()
        self._of_user: dict[str, set[Connection]] = defaultdict(set)
        self.refused = 0

    def open(self, host: str) -> bool:
        """Count a new connection; return False if its address has too many. Each True needs a `close`."""
        key = client_key(host)
        if self._open[key] >= self._limit and not self._is_proxy(host):
            self.refused += 1
            return False
        self._open[key] += 1
        return True

    def close(self, host: str) -> None:
        """Count the end of a connection."""
        key = client_key(host)
        self._open[key] -= 1
        if self._open[key] <= 0:
            del self._open[key]

    def use(self, user: str, connection: Connection) -> None:
        """Record that a user sends a request through a connection."""
        self._of_user[user].add(connection)

    def leave(self, user: str, connection: Connection) -> None:
        """Record that a user's connection has ended, or that it serves another user now."""
        connections = self._of_user.get(user)
        if connections is not None:
            connections.discard(connection)
            if not connections:
                del self._of_user[user]

    def unread_bytes(self, user: str) -> int:
        """Return the bytes of responses that a user's clients have not read yet."""
        return sum(connection.unread_bytes() for connection in self._of_user.get(user, ()))

    def _is_proxy(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address.version == network.version and address in network for network in self._proxies)
