"""Client certificates of gateways: one small file for each, named by its serial number, in `tls/gateways/`.

A certificate counts only while its file names an account and no revocation, whatever it says itself. Commands write
the files while the server runs, which reads a changed one at the next message.
"""

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import msgspec
from cryptography import x509
from msgspec import Meta

from tabuah.operations.people.authority import Authority
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _
from tabuah.server.errors import DamagedData, NameTaken, NoSuchRecord, UnusableDirectory
from tabuah.server.security_log import SecurityLog
from tabuah.server.tls.authority import FOLDER, GATEWAY_FOLDER, CertificateAuthority
from tabuah.server.tls.certificates import certificate_pem, issue_gateway_certificate
from tabuah.storage.data_files import create_private, replace_private
from tabuah.storage.small_files import DamagedSmallFile, read_json_file

log = logging.getLogger(__name__)

MAX_REMEMBERED: Final = 10_000
_SUFFIX: Final = ".json"
_SERIAL: Final = re.compile("[0-9A-F]{2,64}")

Text = Annotated[str, Meta(max_length=200)]


class GatewayCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """The record of an issued certificate; `revoked_at` is None while it counts."""

    serial: Text
    account: Text
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


class GatewayCertificates:
    """The certificates of the gateways of one server. Thread-safe for reading."""

    def __init__(self, directory: Path, *, clock: Callable[[], datetime]) -> None:
        self._directory, self._clock = directory, clock
        self._folder = directory / FOLDER / GATEWAY_FOLDER
        self._known: dict[str, tuple[tuple[int, int], GatewayCertificate]] = {}

    def account_of(self, serial: str) -> str:
        """Return the account of a certificate that counts now; empty for any other."""
        found = self._read_known(serial)
        if found is None or found.revoked_at is not None or found.expires_at <= self._clock():
            return ""
        return found.account

    def read_all(self) -> list[GatewayCertificate]:
        """Return all records by account, the newest first; a damaged one is left out and logged."""
        paths = sorted(self._folder.glob(f"*{_SUFFIX}")) if self._folder.is_dir() else []
        found = [record for record in map(_read_or_skip, paths) if record is not None]
        return sorted(found, key=lambda record: (record.account, -record.issued_at.timestamp()))

    def issue(self, account: str, file: Path, *, authority: Authority, life: timedelta) -> GatewayCertificate:
        """Issue a certificate for an account, and write key and certificates to a new private file.

        Args:
            account: the name of an active account with the role gateway.
            file: where to write it; it must not exist.
            authority: the accounts of the server.
            life: how long it counts.

        Raises:
            NoSuchRecord: there is no such account.
            NotInitialised: the server has no certificate authority.
            NameTaken: the file exists.
            UnusableDirectory: it cannot be written; nothing was issued.
        """
        _check_account(account, authority)
        issuer = CertificateAuthority.open_in(self._directory)
        issued = issue_gateway_certificate(issuer.issued, account, self._clock(), life)
        record = GatewayCertificate(
            serial=serial_of(issued.certificate),
            account=account,
            issued_at=self._clock(),
            expires_at=issued.certificate.not_valid_after_utc,
        )
        try:
            create_private(file, issued.pem + certificate_pem(issuer.certificate))
        except FileExistsError as error:
            raise NameTaken(_("{path} exists. Choose another file with --file.").format(path=file)) from error
        except OSError as error:
            raise _unusable(file, error) from error
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            create_private(self._path_of(record.serial), msgspec.json.encode(record))
        except OSError as error:
            file.unlink(missing_ok=True)
            raise _unusable(self._folder, error) from error
        SecurityLog(self._directory, clock=self._clock).record("gateway_certificate_issued", user=account)
        return record

    def revoke(self, account: str, serial: str = "") -> list[GatewayCertificate]:
        """Revoke a certificate of an account, or all of them; it counts for nothing from the next message on.

        Raises:
            NoSuchRecord: the account has no such certificate that counts.
            UnusableDirectory: the record cannot be written.
        """
        wanted = [
            record
            for record in self.read_all()
            if record.account == account and record.revoked_at is None and serial.upper() in ("", record.serial)
        ]
        if not wanted:
            message = _("{name} has no such certificate. All of them: tabuah server tls gateways")
            raise NoSuchRecord(message.format(name=account))
        revoked = [msgspec.structs.replace(record, revoked_at=self._clock()) for record in wanted]
        for record in revoked:
            try:
                replace_private(self._path_of(record.serial), msgspec.json.encode(record))
            except OSError as error:
                raise _unusable(self._folder, error) from error
        SecurityLog(self._directory, clock=self._clock).record("gateway_certificate_revoked", user=account)
        return revoked

    def _read_known(self, serial: str) -> GatewayCertificate | None:
        """Read a record, or return it from memory while its file is the same."""
        if not _SERIAL.fullmatch(serial):
            return None
        path = self._path_of(serial)
        try:
            found = path.stat()
            stamp = (found.st_ino, found.st_mtime_ns)
            known = self._known.get(serial)
            if known is None or known[0] != stamp:
                if len(self._known) >= MAX_REMEMBERED:
                    self._known.clear()
                known = self._known[serial] = (stamp, _read(path))
        except (OSError, DamagedData):
            return None
        return known[1]

    def _path_of(self, serial: str) -> Path:
        return self._folder / f"{serial}{_SUFFIX}"


def serial_of(certificate: x509.Certificate) -> str:
    """Return a serial number as TLS libraries write it: hexadecimal, two digits for each byte."""
    digits = f"{certificate.serial_number:X}"
    return digits if len(digits) % 2 == 0 else f"0{digits}"


def _check_account(name: str, authority: Authority) -> None:
    user = authority.users.get(name)
    if user is None or not user.active or user.role is not Role.GATEWAY:
        message = _(
            "{name} is no active account with the role gateway. Add it first: tabuah server user add {name} --role"
            " gateway --opd OPD"
        )
        raise NoSuchRecord(message.format(name=name[:80]))


def _read_or_skip(path: Path) -> GatewayCertificate | None:
    try:
        return _read(path)
    except (OSError, DamagedData) as error:
        log.warning("a gateway certificate is left out, and counts for nothing: %s", error)
        return None


def _read(path: Path) -> GatewayCertificate:
    try:
        return read_json_file(path, GatewayCertificate)
    except DamagedSmallFile as error:
        raise DamagedData(f"{path}: {error}") from error


def _unusable(path: Path, error: OSError) -> UnusableDirectory:
    return UnusableDirectory(_("{path} cannot be used: {reason}").format(path=path, reason=error.strerror or error))
