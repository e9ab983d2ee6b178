"""The pinned server of a console: the certificate authority and the server key that it trusts.

With a pin a console accepts certificates of this authority only, whatever the system trusts. The pin is made from a
pairing code or from a file of the authority, and stored once the server has proven itself. Without a pin the
authorities of the system apply, as for a server with a public certificate.
"""

import ssl
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import httpx2
import msgspec

from tabuah.resources.localisation import _
from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.data_files import PIN_FILE
from tabuah.storage.journal.errors import BadPairingOffer
from tabuah.storage.journal.pairing import (
    MAX_AUTHORITY_CHARS,
    PairingOffer,
    authority_fingerprint,
    confirms,
    offered_authority,
)
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import (
    BadServerAddress,
    Offline,
    PairingRefused,
    PinDiffers,
    UnusablePin,
)
from tabuah.storage.sync.server_address import normalise_address
from tabuah.text.sync.errors import describe_connection_error

OFFER_PATH: Final = "/v1/pairing"
_TIMEOUT_S: Final = 15.0
_MAX_OFFER_BYTES: Final = 4 * MAX_AUTHORITY_CHARS


class PinSource(StrEnum):
    """How a pin was made."""

    CODE = "code"
    FILE = "file"


class ServerPin(msgspec.Struct, frozen=True, kw_only=True):
    """The pin of a console; `public_key` is the first key of the server, empty for a pin from a file."""

    authority: str
    source: PinSource
    pinned_at: datetime
    public_key: str = ""

    @property
    def server(self) -> str:
        """The id of the pinned server; empty for a pin from a file."""
        return PairingOffer(public_key=self.public_key, authority="").server if self.public_key else ""

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the authority's public key."""
        return authority_fingerprint(self.authority)

    def is_same(self, other: "ServerPin") -> bool:
        """Return whether both trust the same authority and, where both name one, the same server."""
        keys = {self.public_key, other.public_key} - {""}
        return self.fingerprint == other.fingerprint and len(keys) < 2

    def context(self) -> ssl.SSLContext:
        """Return a TLS context that trusts the pinned authority only.

        Raises:
            UnusablePin: the authority is not a certificate.
        """
        try:
            return ssl.create_default_context(cadata=self.authority)
        except ValueError as error:
            raise UnusablePin(str(error)) from error
        except ssl.SSLError as error:
            raise UnusablePin(error.reason or str(error)) from error


class PinFile:
    """The pin of one data directory."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / PIN_FILE

    def read(self) -> ServerPin | None:
        """Return the pin; None if there is none.

        Raises:
            UnusablePin: the file is damaged. The system's authorities are then not used instead.
        """
        try:
            return read_private(self._path, ServerPin)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise UnusablePin(str(error)) from error

    def write(self, pin: ServerPin) -> None:
        """Store a pin; an earlier one is replaced.

        Raises:
            DiskFull: the disk did not accept it; the earlier one stays.
        """
        write_private(self._path, msgspec.json.encode(pin))

    def remove(self) -> None:
        """Remove the pin."""
        self._path.unlink(missing_ok=True)

    def check(self, pin: ServerPin) -> None:
        """Check that no other server is pinned.

        Raises:
            PinDiffers: another one is pinned.
            UnusablePin: the file is damaged.
        """
        known = self.read()
        if known is not None and not known.is_same(pin):
            raise PinDiffers(known.fingerprint[:16], pin.fingerprint[:16])


def pinned_context(directory: Path) -> ssl.SSLContext | None:
    """Return the TLS context of a console's pin; None without a pin.

    Raises:
        UnusablePin: the pin is damaged.
    """
    pin = PinFile(directory).read()
    return pin.context() if pin is not None else None


def pin_from_file(path: Path) -> ServerPin:
    """Make a pin from a PEM file of a certificate authority.

    All certificates of the file are trusted: an administrator may hand out two while one authority replaces another.

    Raises:
        UnusablePin: it is not such a file.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_AUTHORITY_CHARS).decode("ascii")
        pin = ServerPin(authority=text, source=PinSource.FILE, pinned_at=datetime.now(UTC))
        _fingerprint = pin.fingerprint
    except OSError as error:
        raise UnusablePin(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, BadPairingOffer) as error:
        raise UnusablePin(f"{path}: {error}") from error
    pin.context()
    return pin


def pin_from_code(url: str, code: str, *, transport: httpx2.BaseTransport | None = None) -> ServerPin:
    """Ask a server for its authority and key, and make a pin if the code confirms them. No password is sent.

    Args:
        url: the address of the server.
        code: a pairing code in its normal form.
        transport: replaces the network in tests.

    Raises:
        BadServerAddress: it is not an address with HTTPS.
        Offline: no server answers.
        PairingRefused: it is not the server of the code.
    """
    address = normalise_address(url)
    if not address.startswith("https://"):
        text = _("{address} has no certificate, so no pairing code applies to it. Log in without a code.")
        raise BadServerAddress(text.format(address=address))
    offer = _fetch_offer(address, transport)
    try:
        is_confirmed = confirms(code, offer)
        authority = offered_authority(offer)
    except BadPairingOffer as error:
        raise PairingRefused(address) from error
    if not is_confirmed:
        raise PairingRefused(address)
    pin = ServerPin(
        authority=authority, source=PinSource.CODE, pinned_at=datetime.now(UTC), public_key=offer.public_key
    )
    pin.context()
    return pin


def check_answering_server(client: ServerClient, pin: ServerPin) -> None:
    """Check that the pinned server answers, before a password or a code is sent to it.

    Raises:
        PairingRefused: another server answers.
    """
    if pin.server and client.health().server != pin.server:
        raise PairingRefused(client.url)


def check_pin(pin: ServerPin, url: str, *, server: str) -> None:
    """Check over a verified connection that the server of a new pin answers, and that it is the known one.

    Args:
        pin: the new pin.
        url: the address of the server.
        server: the id of the server that this console's data belong to; empty before the first log-in.

    Raises:
        Offline: no server answers with a certificate of this authority.
        PairingRefused: it is another server.
    """
    with ServerClient(url, trust=pin.context()) as client:
        found = client.health().server
    if found not in {pin.server or found} & {server or found}:
        raise PairingRefused(url)


def _fetch_offer(address: str, transport: httpx2.BaseTransport | None) -> PairingOffer:
    """Fetch the offer over a connection that proves nothing: only the code makes it trustworthy."""
    unverified = ssl.create_default_context()
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    try:
        with (
            httpx2.Client(base_url=address, verify=unverified, timeout=_TIMEOUT_S, transport=transport) as client,
            client.stream("GET", OFFER_PATH, headers={"Accept-Encoding": "identity"}) as response,
        ):
            if response.status_code != httpx2.codes.OK:
                raise PairingRefused(address)
            return msgspec.json.decode(_read(response), type=PairingOffer)
    except httpx2.TransportError as error:
        raise Offline(address, describe_connection_error(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PairingRefused(address) from error


def _read(response: httpx2.Response) -> bytes:
    """Return a body; the rest of one that is too long is cut off, so that it cannot be decoded."""
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > _MAX_OFFER_BYTES:
            break
    return bytes(content[:_MAX_OFFER_BYTES])
