"""The TLS context of the running server, which takes over a changed certificate for new connections."""

import logging
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from tabuah.resources.localisation import _
from tabuah.server.errors import InsecureAddress, ServerError
from tabuah.server.listen_address import ListenAddress
from tabuah.server.tls.authority import MAX_PEM_BYTES, CertificateAuthority, TlsFiles

log = logging.getLogger(__name__)

CHECK_EVERY_S: Final = 30.0


class ServerTls:
    """The certificate of a listening address. Thread-safe.

    Open connections keep the certificate with which they began.
    """

    def __init__(self, address: ListenAddress) -> None:
        """Load the certificate.

        Raises:
            InsecureAddress: it cannot be used.
        """
        if address.certificate is None or address.key is None:
            raise ValueError("no certificate")
        self._certificate, self._key, self._clients = address.certificate, address.key, address.client_authority
        self._stamps = self._read_stamps()
        self._context, self._expires_at = self._load()

    @classmethod
    def of(cls, address: ListenAddress) -> "ServerTls | None":
        """Return the certificate of an address; None for plain HTTP."""
        return cls(address) if address.certificate is not None else None

    @property
    def context(self) -> ssl.SSLContext:
        """The context for a new connection."""
        return self._context

    @property
    def expires_at(self) -> datetime:
        """When the certificate ends."""
        return self._expires_at

    def reload_if_changed(self) -> bool:
        """Load the certificate again if a file has changed; return whether it was loaded.

        Raises:
            InsecureAddress: it cannot be used, as while another program replaces key and certificate one after the
                other; the former one stays in use, and the next call tries again.
        """
        stamps = self._read_stamps()
        if stamps == self._stamps:
            return False
        self._context, self._expires_at = self._load()
        self._stamps = stamps
        return True

    def _load(self) -> tuple[ssl.SSLContext, datetime]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self._certificate, self._key)
            if self._clients is not None and self._clients.is_file():
                context.load_verify_locations(self._clients)
                context.verify_mode = ssl.CERT_OPTIONAL
            with self._certificate.open("rb") as file:
                found = x509.load_pem_x509_certificates(file.read(MAX_PEM_BYTES))[0]
        except ssl.SSLError as error:
            raise _unusable(error.reason or error) from error
        except (OSError, ValueError) as error:
            raise _unusable(getattr(error, "strerror", None) or error) from error
        return context, found.not_valid_after_utc

    def _read_stamps(self) -> tuple[tuple[int, int, int], ...]:
        paths = (self._certificate, self._key, *((self._clients,) if self._clients is not None else ()))
        return tuple(_stamp_of(path) for path in paths)


class CertificateRenewal:
    """Renews the server's own certificate in time, and loads every changed one. Its thread runs until `stop`.

    `open_authority` reads the authority from its files, which a command may have replaced; None for a certificate
    that is not the server's own.
    """

    def __init__(
        self,
        tls: ServerTls | None,
        open_authority: Callable[[], CertificateAuthority | None],
        *,
        clock: Callable[[], datetime],
        every_s: float = CHECK_EVERY_S,
    ) -> None:
        self._tls, self._open_authority, self._clock, self._every_s = tls, open_authority, clock, every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-certificate", daemon=True)
        self._problem = ""

    @property
    def expires_at(self) -> datetime | None:
        """When the certificate ends; None for plain HTTP."""
        return self._tls.expires_at if self._tls is not None else None

    @property
    def is_running(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def check(self) -> None:
        """Renew the certificate if it is due, and load a changed one; a failure is logged once and tried again."""
        try:
            authority = self._open_authority()
            if authority is not None and authority.renew_if_due(self._clock()):
                log.warning("the certificate of the server was renewed")
            if self._tls is not None and self._tls.reload_if_changed():
                log.warning("a new certificate is in use, until %s", self._tls.expires_at.isoformat())
            self._problem = ""
        except ServerError as error:
            if str(error) != self._problem:
                log.error("the certificate could not be renewed or loaded, the former one stays: %s", error)  # noqa: TRY400
            self._problem = str(error)

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                self.check()
            except Exception:
                log.exception("the check of the certificate failed")


def renew_before_start(open_authority: Callable[[], CertificateAuthority | None], now: datetime) -> None:
    """Renew the own certificate of a server that did not run for long, before it listens; a failure is logged."""
    try:
        authority = open_authority()
        if authority is not None:
            authority.renew_if_due(now)
    except ServerError as error:
        log.error("the certificate could not be renewed: %s", error)  # noqa: TRY400


def own_authority(directory: Path, address: ListenAddress) -> CertificateAuthority | None:
    """Return the server's own authority, if the certificate of an address is the one that it renews.

    Raises:
        DamagedData: its file is damaged.
    """
    files = TlsFiles(directory)
    if address.certificate != files.server or not files.has_authority:
        return None
    return CertificateAuthority.open_in(directory)


def address_in(
    directory: Path, *, host: str, port: int, certificate: Path | None = None, key: Path | None = None
) -> ListenAddress:
    """Return the listening address of a server: without a certificate, its own one is used where it has one.

    Raises:
        ServerError: as `ListenAddress`.
    """
    files = TlsFiles(directory)
    clients = files.shared if files.has_authority else None
    if certificate is None and key is None and files.has_server_certificate:
        certificate = key = files.server
    return ListenAddress(host=host, port=port, certificate=certificate, key=key, client_authority=clients)


def _stamp_of(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _unusable(reason: object) -> InsecureAddress:
    return InsecureAddress(_("The certificate cannot be used: {reason}").format(reason=reason))
