"""A running server with its own certificate authority."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from support.running_server import RunningServer, start_server

from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.server.tls.administration import TlsState, init_tls
from tabuah.server.tls.server_tls import address_in

NAMES: Final = ("127.0.0.1", "localhost")


def create_tls_server(directory: Path, *, names: tuple[str, ...] = NAMES, **options: Any) -> TlsState:
    """Create the data of a server with its own authority."""
    ServerJournal.open(directory).close()
    return init_tls(directory, names, **options)


@contextmanager
def start_tls_server(directory: Path, *, port: int = 0, **settings: Any) -> Iterator[RunningServer]:
    """Run a server over HTTPS with the certificate in its directory; its operator is `ani`."""
    address = address_in(directory, host="127.0.0.1", port=port)
    with start_server(directory, address=address, **settings) as server:
        if "ani" not in server.journal.authority.users:
            server.add_user("ani", Role.OPERATOR)
        yield server


def served_certificate(port: int) -> x509.Certificate:
    """Return the certificate that a port of this machine shows."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), 10) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as secured,
    ):
        shown = secured.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown)
