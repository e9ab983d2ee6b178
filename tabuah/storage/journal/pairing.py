"""The pairing code of a server commits to the key of its certificate authority and to its device key.

An administrator hands the code to the people who log in for the first time. Their console then knows the server
before it sends a password, without a public certificate. The code is eight pronounceable words of five letters
(proquints, Wilkerson 2009, arXiv:0901.4016): 120 bits of a SHA-256, and 8 bits that detect a wrong letter. A server
has four codes, so that one without a rude word is found; this leaves 118 bits against a forged server.
"""

import hashlib
import re
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from msgspec import Meta

from tabuah.storage.journal.errors import BadPairingCode, BadPairingOffer
from tabuah.storage.journal.identifiers import device_id_of

MAX_AUTHORITY_CHARS: Final = 16 * 1024
MAX_TEXT_CHARS: Final = 4 * 1024
SCHEME: Final = "tabuah"
_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aiou"
_WORDS: Final = 8
_WORD: Final = re.compile(f"[{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}][{_VOWELS}][{_CONSONANTS}]")
_DIGEST_BYTES: Final = 15
_VARIANTS: Final = 4
_RUDE: Final = ("bodoh", "tolol", "lonot", "babun", "fukit", "fakof")
_DIGEST_FOR: Final = b"tabuah-pairing/1/%d/"
_CHECK_FOR: Final = b"tabuah-pairing-check/1/"


class PairingOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server shows before the log-in: its first public key, and its certificate authority as PEM.

    Nothing of it is trusted until a pairing code confirms it.
    """

    public_key: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    authority: Annotated[str, Meta(max_length=MAX_AUTHORITY_CHARS)]

    @property
    def server(self) -> str:
        """The id of the server."""
        return device_id_of(bytes.fromhex(self.public_key))


class PairingText(msgspec.Struct, frozen=True):
    """A pairing code, and the address of the server where the text has one."""

    code: str
    address: str = ""


def code_of(offer: PairingOffer) -> str:
    """Return the pairing code of a server.

    Raises:
        BadPairingOffer: its authority is not one certificate.
    """
    codes = _codes_of(offer)
    return next((code for code in codes if not any(word in code for word in _RUDE)), codes[0])


def authority_fingerprint(pem: str) -> str:
    """Return the SHA-256 of the public key of an authority, the first in a file of several, in hexadecimal.

    Raises:
        BadPairingOffer: it is not a certificate.
    """
    return hashlib.sha256(_public_key_of(_certificates_in(pem)[0])).hexdigest()


def offered_authority(offer: PairingOffer) -> str:
    """Return the certificate of an offer as PEM, written from the parsed certificate.

    The code commits to one key, so nothing else of the text that a relay may have changed can be trusted.

    Raises:
        BadPairingOffer: its authority is not one certificate.
    """
    return _only_certificate(offer).public_bytes(serialization.Encoding.PEM).decode()


def confirms(code: str, offer: PairingOffer) -> bool:
    """Return whether a code in its normal form is one of this server.

    Raises:
        BadPairingOffer: its authority is not one certificate.
    """
    return code in _codes_of(offer)


def _codes_of(offer: PairingOffer) -> list[str]:
    content = bytes.fromhex(offer.public_key) + _public_key_of(_only_certificate(offer))
    digests = [hashlib.sha256(_DIGEST_FOR % n + content).digest()[:_DIGEST_BYTES] for n in range(_VARIANTS)]
    return [_write_words(digest + _check_of(digest)) for digest in digests]


def read_code(text: str) -> str:
    """Return a pairing code in its normal form; case, spaces and hyphens do not matter.

    Raises:
        BadPairingCode: it is not a pairing code, or a letter is wrong.
    """
    letters = re.sub(r"[\s\-‐‑–,.]+", "", text[:MAX_TEXT_CHARS]).lower()
    words = [letters[first : first + 5] for first in range(0, len(letters), 5)]
    wrong = next((word for word in words if not _WORD.fullmatch(word)), "")
    if wrong or len(words) != _WORDS:
        raise BadPairingCode(wrong)
    data = b"".join(_read_word(word) for word in words)
    if _check_of(data[:_DIGEST_BYTES]) != data[_DIGEST_BYTES:]:
        raise BadPairingCode
    return "-".join(words)


def pairing_text(address: str, code: str) -> str:
    """Return the text of a QR code or a file: `tabuah://HOST:PORT/CODE`."""
    return f"{SCHEME}://{urlsplit(address).netloc}/{code}"


def read_pairing_text(text: str) -> PairingText:
    """Read a pairing code: its words, or the text of a QR code or a file, where lines with `#` are comments.

    Raises:
        BadPairingCode: there is none.
    """
    lines = [line.strip() for line in text[:MAX_TEXT_CHARS].lstrip("\ufeff").splitlines()]
    given = " ".join(line for line in lines if line and not line.startswith("#"))
    if not given.lower().startswith(f"{SCHEME}://"):
        return PairingText(read_code(given))
    try:
        parts = urlsplit(given)
        _port = parts.port
    except ValueError as error:
        raise BadPairingCode from error
    if not parts.hostname or parts.username:
        raise BadPairingCode
    return PairingText(read_code(parts.path.strip("/")), f"https://{parts.netloc}")


def read_pairing_file(path: Path) -> PairingText:
    """Read the file of a pairing code.

    Raises:
        BadPairingCode: it has none.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return read_pairing_text(file.read(MAX_TEXT_CHARS).decode("utf-8", "replace"))


def _only_certificate(offer: PairingOffer) -> x509.Certificate:
    certificates = _certificates_in(offer.authority)
    if len(certificates) > 1:
        raise BadPairingOffer(f"{len(certificates)} certificates in place of one")
    return certificates[0]


def _certificates_in(pem: str) -> list[x509.Certificate]:
    """Return the certificates in a text, at least one."""
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except (ValueError, TypeError) as error:
        raise BadPairingOffer(str(error)) from error


def _public_key_of(certificate: x509.Certificate) -> bytes:
    try:
        return certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadPairingOffer(str(error)) from error


def _check_of(digest: bytes) -> bytes:
    return hashlib.sha256(_CHECK_FOR + digest).digest()[:1]


def _write_words(data: bytes) -> str:
    return "-".join(_write_word(data[first : first + 2]) for first in range(0, len(data), 2))


def _write_word(pair: bytes) -> str:
    """Return a proquint: consonants have four bits, vowels two, the most significant first."""
    n = int.from_bytes(pair, "big")
    return (
        _CONSONANTS[n >> 12]
        + _VOWELS[n >> 10 & 3]
        + _CONSONANTS[n >> 6 & 15]
        + _VOWELS[n >> 4 & 3]
        + _CONSONANTS[n & 15]
    )


def _read_word(word: str) -> bytes:
    n = 0
    for letter, (letters, bits) in zip(word, ((_CONSONANTS, 4), (_VOWELS, 2)) * 2 + ((_CONSONANTS, 4),), strict=True):
        n = n << bits | letters.index(letter)
    return n.to_bytes(2, "big")
