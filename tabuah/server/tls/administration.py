"""Administration of the server's certificates, which also works while the server runs."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from tabuah.resources.localisation import _
from tabuah.server.directory import ServerDirectory
from tabuah.server.errors import NameTaken, NotInitialised
from tabuah.server.journal import utc_now
from tabuah.server.security_log import SecurityLog
from tabuah.server.tls.authority import CertificateAuthority, TlsFiles
from tabuah.server.tls.certificates import certificate_pem, names_of, read_names, renewal_time
from tabuah.storage.journal.pairing import PairingOffer, code_of
from tabuah.storage.journal.signatures import DeviceKey

Clock = Callable[[], datetime]


class TlsState(msgspec.Struct, frozen=True, kw_only=True):
    """The certificates of a server with its own authority; `code` is its pairing code."""

    names: tuple[str, ...]
    expires_at: datetime
    renews_at: datetime
    authority_expires_at: datetime
    authority: str
    certificate: str
    code: str


def init_tls(
    directory: Path, names: tuple[str, ...], *, new_authority: bool = False, clock: Clock = utc_now
) -> TlsState:
    """Create the authority and the certificate of a server.

    Raises:
        NotInitialised: the directory has no server.
        NameTaken: there is an authority already, and no new one is wanted.
        InsecureAddress: a name is neither a host nor an IP address.
        ServerError: the files cannot be written.
    """
    key, wanted = _server_key(directory), read_names(names)
    if TlsFiles(directory).has_server_certificate and not new_authority:
        raise NameTaken(
            _(
                "This server already has a certificate authority. For other names: tabuah server tls renew --name"
                " HOST. A new authority (--new-authority) locks out every console until it is paired again."
            )
        )
    name = f"Tabuah {key.device_id[:8]}"
    authority = CertificateAuthority.create_in(directory, name=name, now=clock(), replace=new_authority)
    authority.issue_for_server(wanted, clock())
    SecurityLog(directory).record("authority_replaced" if new_authority else "authority_created")
    return read_tls_state(directory)


def renew_tls(directory: Path, names: tuple[str, ...] = (), *, clock: Clock = utc_now) -> TlsState:
    """Issue a new certificate of the server, for the same names or for others; the authority stays.

    Raises:
        NotInitialised: there is no authority.
        InsecureAddress: a name is neither a host nor an IP address.
        ServerError: the files cannot be read or written; the former certificate stays.
    """
    authority = CertificateAuthority.open_in(directory)
    found = authority.server_certificate()
    wanted = read_names(names or (names_of(found) if found is not None else ()))
    authority.issue_for_server(wanted, clock())
    SecurityLog(directory).record("certificate_renewed")
    return read_tls_state(directory)


def read_tls_state(directory: Path) -> TlsState:
    """Return the state of the server's certificates.

    Raises:
        NotInitialised: there is no authority, or no certificate.
        ServerError: the files cannot be read.
    """
    authority = CertificateAuthority.open_in(directory)
    found = authority.server_certificate()
    if found is None:
        raise NotInitialised(_("This server has no certificate yet. Run: tabuah server tls init --name HOST"))
    return TlsState(
        names=names_of(found),
        expires_at=found.not_valid_after_utc,
        renews_at=renewal_time(found),
        authority_expires_at=authority.certificate.not_valid_after_utc,
        authority=str(authority.files.shared),
        certificate=str(authority.files.server),
        code=code_of(pairing_offer(directory, _server_key(directory), authority)),
    )


def pairing_offer(directory: Path, key: DeviceKey, authority: CertificateAuthority | None = None) -> PairingOffer:
    """Return what the server shows before a log-in; `key` is its first key.

    Raises:
        NotInitialised: there is no authority.
        ServerError: it cannot be read.
    """
    found = authority or CertificateAuthority.open_in(directory)
    return PairingOffer(public_key=key.public_key.hex(), authority=certificate_pem(found.certificate).decode())


def _server_key(directory: Path) -> DeviceKey:
    key = ServerDirectory(directory).read_key()
    if key is None:
        message = _("There is no server data in {directory}. Run: tabuah server init")
        raise NotInitialised(message.format(directory=directory))
    return key
