"""X.509 certificates of a server with its own authority: how they are made and read. No files.

Keys are on P-256, which the TLS stacks of consoles and of gateways understand. Every certificate carries the key
identifiers and usages of RFC 5280: Python 3.13 verifies strictly, and refuses one without them.
"""

import ipaddress
import re
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tabuah.resources.localisation import _
from tabuah.server.errors import InsecureAddress

AUTHORITY_LIFE: Final = timedelta(days=20 * 365)
SERVER_LIFE: Final = timedelta(days=90)
GATEWAY_LIFE: Final = timedelta(days=2 * 365)
MAX_NAMES: Final = 50
_CLOCK_MARGIN: Final = timedelta(days=1)  # gateways and laptops with a slow clock
_MAX_HOST_LENGTH: Final = 253  # RFC 1035
_HOST: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


class IssuedCertificate(msgspec.Struct, frozen=True):
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        """The key and the certificate as one PEM file."""
        return key_pem(self.key) + certificate_pem(self.certificate)


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a private key as unencrypted PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_key_bytes(certificate: x509.Certificate) -> bytes:
    """Return the public key of a certificate as DER (SubjectPublicKeyInfo)."""
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def new_authority(name: str, now: datetime) -> IssuedCertificate:
    """Create a certificate authority, which issues certificates of servers and gateways only."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name_of(name)
    builder = (
        _builder(subject, subject, key, now=now, life=AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    return IssuedCertificate(builder.sign(key, hashes.SHA256()), key)


def issue_server_certificate(
    authority: IssuedCertificate, names: tuple[str, ...], now: datetime
) -> IssuedCertificate:
    """Issue the certificate of a server for host names and IP addresses, as `read_names` returns them."""
    alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
    return _issue(authority, _name_of(names[0]), alternatives, ExtendedKeyUsageOID.SERVER_AUTH, now, SERVER_LIFE)


def issue_gateway_certificate(
    authority: IssuedCertificate, account: str, now: datetime, life: timedelta = GATEWAY_LIFE
) -> IssuedCertificate:
    """Issue the client certificate of a gateway; its common name is the account."""
    return _issue(authority, _name_of(account), None, ExtendedKeyUsageOID.CLIENT_AUTH, now, life)


def read_names(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return host names and IP addresses in their normal form, each once.

    Raises:
        InsecureAddress: one is neither, or there are too many.
    """
    names = tuple(dict.fromkeys(_read_name(name.strip()) for name in given))
    if not 0 < len(names) <= MAX_NAMES:
        raise InsecureAddress(_("A certificate needs 1 to {n} names.").format(n=MAX_NAMES))
    return names


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the host names and IP addresses of a certificate."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = found.get_values_for_type(x509.IPAddress)
    return (*found.get_values_for_type(x509.DNSName), *(str(address) for address in addresses))


def renewal_time(certificate: x509.Certificate) -> datetime:
    """Return when to renew a certificate: after two thirds of its life."""
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return begin + (end - begin) * 2 / 3


def _read_name(name: str) -> str:
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    host = name.lower().removesuffix(".")
    if len(host) > _MAX_HOST_LENGTH or not _HOST.fullmatch(host):
        message = _("{name} is neither a host name nor an IP address. Example: --name tabuah.solokkab.go.id")
        raise InsecureAddress(message.format(name=name[:80]))
    return host


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _issue(
    authority: IssuedCertificate,
    subject: x509.Name,
    alternatives: x509.SubjectAlternativeName | None,
    purpose: x509.ObjectIdentifier,
    now: datetime,
    life: timedelta,
) -> IssuedCertificate:
    issuer, key = authority.certificate, ec.generate_private_key(ec.SECP256R1())
    life = min(life, issuer.not_valid_after_utc - now)
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        _builder(subject, issuer.subject, key, now=now, life=life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(issuer_key, critical=False)
    )
    if alternatives is not None:
        builder = builder.add_extension(alternatives, critical=False)
    return IssuedCertificate(builder.sign(authority.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    moment = now.astimezone(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - _CLOCK_MARGIN)
        .not_valid_after(moment + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name_of(common_name: str) -> x509.Name:
    """Return a subject. A longer common name is cut for display: the record of the serial number names the account.

    It has at most 64 characters (RFC 5280, ub-common-name), which `cryptography` counts as bytes of UTF-8.
    """
    shown = common_name.encode()[:64].decode(errors="ignore")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, shown)])
