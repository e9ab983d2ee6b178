"""The server's listening address: host, port, certificate and socket."""

import ipaddress
import socket
from pathlib import Path
from typing import Final

import msgspec

from tabuah.resources.localisation import _
from tabuah.server.errors import AddressInUse, InsecureAddress, UnusableDirectory

DEFAULT_PORT: Final = 8410
_BACKLOG: Final = 2048


class ListenAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Host and port to listen on, and the certificate files for HTTPS; port 0 takes any free port.

    `client_authority` is the file of the authority whose client certificates are accepted.

    Raises:
        InsecureAddress: plain HTTP beyond this machine.
        UnusableDirectory: a certificate file is missing.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    certificate: Path | None = None
    key: Path | None = None
    client_authority: Path | None = None

    def __post_init__(self) -> None:
        """Refuse an address that would send passwords in the clear."""
        if (self.certificate is None) != (self.key is None):
            raise InsecureAddress(_("A certificate needs its key: give both --certificate and --key."))
        for file in (self.certificate, self.key):
            if file is not None and not file.is_file():
                raise UnusableDirectory(
                    _("{path} cannot be used: {reason}").format(path=file, reason=_("file not found"))
                )
        if not self.is_loopback and self.certificate is None:
            message = _(
                "Without TLS, passwords would be sent in clear text. To listen on {host}, run `tabuah server tls init"
                " --name HOST` first, or give --certificate and --key; or listen on 127.0.0.1."
            )
            raise InsecureAddress(message.format(host=self.host))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def listen(self) -> socket.socket:
        """Open the listening socket.

        Raises:
            AddressInUse: the port cannot be opened.
        """
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            return socket.create_server((self.host, self.port), family=family, backlog=_BACKLOG)
        except (OSError, OverflowError) as error:
            message = _("Cannot listen on {host} port {port}: {reason}. Choose another with --port.")
            reason = getattr(error, "strerror", None) or error
            raise AddressInUse(message.format(host=self.host, port=self.port, reason=reason)) from error

    def url_of(self, listening: socket.socket) -> str:
        """Return the URL of the server."""
        scheme = "https" if self.certificate else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{listening.getsockname()[1]}"
