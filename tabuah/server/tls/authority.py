"""The files of a server's own certificate authority: `tls/` in the directory of the server.

| file | content |
| --- | --- |
| `ca.pem` | key and certificate of the authority |
| `ca.crt` | its certificate alone, which consoles and gateways may have |
| `server.pem` | key and certificate of the server, and the certificate of the authority |

Key and certificate are in one file, so that a renewal replaces both at once.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tabuah.resources.localisation import _
from tabuah.server.errors import DamagedData, NotInitialised, UnusableDirectory
from tabuah.server.tls.certificates import (
    IssuedCertificate,
    certificate_pem,
    issue_server_certificate,
    names_of,
    new_authority,
    renewal_time,
)
from tabuah.storage.data_files import create_private, remove_unfinished, replace_private

FOLDER: Final = "tls"
GATEWAY_FOLDER: Final = "gateways"  # in it
AUTHORITY_NAME: Final = "ca.pem"
SHARED_NAME: Final = "ca.crt"
SERVER_NAME: Final = "server.pem"
MAX_PEM_BYTES: Final = 256 * 1024


class TlsFiles(msgspec.Struct, frozen=True):
    """The paths of the TLS files of a server's directory."""

    directory: Path

    @property
    def folder(self) -> Path:
        return self.directory / FOLDER

    @property
    def authority(self) -> Path:
        return self.folder / AUTHORITY_NAME

    @property
    def shared(self) -> Path:
        """The certificate of the authority, without its key."""
        return self.folder / SHARED_NAME

    @property
    def server(self) -> Path:
        return self.folder / SERVER_NAME

    @property
    def has_authority(self) -> bool:
        """Whether the server has its own certificate authority."""
        return self.authority.is_file()

    @property
    def has_server_certificate(self) -> bool:
        return self.server.is_file()


class CertificateAuthority:
    """The certificate authority of one server; every change of a file is atomic."""

    def __init__(self, files: TlsFiles, issued: IssuedCertificate) -> None:
        self.files = files
        self._issued = issued

    @classmethod
    def open_in(cls, directory: Path) -> "CertificateAuthority":
        """Open the authority of a server's directory.

        Raises:
            NotInitialised: there is none.
            DamagedData: its file is damaged.
            UnusableDirectory: the file cannot be read.
        """
        files = TlsFiles(directory)
        for folder in (files.folder, files.folder / GATEWAY_FOLDER):
            remove_unfinished(folder)
        if not files.has_authority:
            message = _("This server has no certificate authority. Run: tabuah server tls init --name HOST")
            raise NotInitialised(message)
        return cls(files, read_pem(files.authority))

    @classmethod
    def create_in(cls, directory: Path, *, name: str, now: datetime, replace: bool = False) -> "CertificateAuthority":
        """Create an authority, which is stored at once; without `replace` an existing one is opened instead.

        Raises:
            UnusableDirectory: it cannot be written.
            DamagedData: the existing one is damaged.
        """
        files = TlsFiles(directory)
        if files.has_authority and not replace:
            return cls.open_in(directory)
        issued = new_authority(name, now)
        try:
            files.folder.mkdir(mode=0o700, exist_ok=True)
            if replace:
                replace_private(files.authority, issued.pem)
            else:
                create_private(files.authority, issued.pem)
        except FileExistsError:  # another process was faster
            return cls.open_in(directory)
        except OSError as error:
            raise _unusable(files.authority, error) from error
        return cls(files, issued)

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the authority."""
        return self._issued.certificate

    @property
    def issued(self) -> IssuedCertificate:
        """The certificate and its key."""
        return self._issued

    def server_certificate(self) -> x509.Certificate | None:
        """Return the server's certificate; None if it has none.

        Raises:
            DamagedData: its file is damaged.
        """
        return read_pem(self.files.server).certificate if self.files.has_server_certificate else None

    def issue_for_server(self, names: tuple[str, ...], now: datetime) -> x509.Certificate:
        """Issue and store a new certificate of the server.

        Raises:
            UnusableDirectory: it cannot be written; the former one stays.
        """
        issued = issue_server_certificate(self._issued, names, now)
        try:
            replace_private(self.files.shared, certificate_pem(self.certificate))
            replace_private(self.files.server, issued.pem + certificate_pem(self.certificate))
        except OSError as error:
            raise _unusable(self.files.server, error) from error
        return issued.certificate

    def renew_if_due(self, now: datetime) -> bool:
        """Renew the server's certificate once two thirds of its life are over; return whether it was renewed.

        A certificate of another authority, as after an interrupted replacement, is renewed as well.

        Raises:
            DamagedData: its file is damaged.
            UnusableDirectory: the new one cannot be written; the former one stays.
        """
        found = self.server_certificate()
        if found is None or (now < renewal_time(found) and self.has_issued(found)):
            return False
        self.issue_for_server(names_of(found), now)
        return True

    def has_issued(self, certificate: x509.Certificate) -> bool:
        """Return whether this authority has signed a certificate."""
        try:
            certificate.verify_directly_issued_by(self.certificate)
        except Exception:  # noqa: BLE001 - ValueError, TypeError or InvalidSignature
            return False
        return True


def read_pem(path: Path) -> IssuedCertificate:
    """Read a file with a private key and its certificate, which is the first in the file.

    Raises:
        DamagedData: it does not contain them, or they do not belong together.
        UnusableDirectory: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_PEM_BYTES)
        certificate = x509.load_pem_x509_certificates(data)[0]
        key = serialization.load_pem_private_key(data, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise ValueError("key and certificate do not belong together")
    except OSError as error:
        raise _unusable(path, error) from error
    except (ValueError, TypeError, IndexError) as error:
        message = _("{file} is damaged: restore it from a backup, or run: tabuah server tls init --new-authority")
        raise DamagedData(message.format(file=path)) from error
    return IssuedCertificate(certificate, key)


def _unusable(path: Path, error: OSError) -> UnusableDirectory:
    return UnusableDirectory(_("{path} cannot be used: {reason}").format(path=path, reason=error.strerror or error))
