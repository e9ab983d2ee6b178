"""`tabuah server tls …`: the server's own certificate authority, its certificate, and the pairing code."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_error, print_facts, print_text
from tabuah.console.commands.qr_code import print_qr
from tabuah.console.commands.server.data_directory import read_server_journal, server_directory
from tabuah.resources.localisation import N_, _, format_moment

if TYPE_CHECKING:
    from tabuah.server.tls.administration import TlsState
    from tabuah.server.tls.gateway_certificates import GatewayCertificate

DEFAULT_PORT: Final = 8410
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_QR_SCALE: Final = 8

tls_group = TabuahGroup("tls", help=N_("The server's own certificate authority and certificates."))


class GatewayCertificateRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server tls gateway`, `gateways` and `revoke`; `file` is the one written."""

    account: str
    serial: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    file: str = ""


_name_option = click.option(
    "--name", "names", multiple=True, metavar="HOST",
    help=N_("A host name or IP address by which consoles reach the server; may be repeated."),
)  # fmt: skip


class PairingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `server tls code --json`; `text` is the content of the QR code, `files` are those written."""

    code: str
    text: str
    files: tuple[str, ...] = ()


@tls_group.command("init", help=N_("Create a certificate authority and the server's certificate."))
@_name_option
@click.option(
    "--new-authority", is_flag=True, help=N_("Replace the authority; every console must be paired with the new one.")
)
@click.pass_obj
def init_tls_command(invocation: Invocation, names: tuple[str, ...], *, new_authority: bool) -> None:
    from tabuah.server.tls.administration import init_tls

    if not names:
        raise click.UsageError(_("name the server with --name, as consoles reach it"))
    found = init_tls(server_directory(invocation), names, new_authority=new_authority)
    invocation.show(found, lambda: _print_initialised(found))
    if new_authority:
        print_error(
            _(
                "No console trusts this server any more: give each user the new code, for `tabuah pin set --code`. "
                "Gateways need new certificates. A running server uses the new certificate within a minute."
            )
        )


@tls_group.command("renew", help=N_("Issue a new certificate now; consoles need nothing."))
@_name_option
@click.pass_obj
def renew_tls_command(invocation: Invocation, names: tuple[str, ...]) -> None:
    from tabuah.server.tls.administration import renew_tls

    found = renew_tls(server_directory(invocation), names)
    invocation.show(found, lambda: _print_renewed(found))


@tls_group.command("show", help=N_("Show names and terms of the certificates, and the pairing code."))
@click.pass_obj
def show_tls_command(invocation: Invocation) -> None:
    from tabuah.server.tls.administration import read_tls_state

    found = read_tls_state(server_directory(invocation))
    invocation.show(found, lambda: _print_state(found))


@tls_group.command("code", help=N_("Show the pairing code for the first log-in: words, QR code or file."))
@click.option("--qr", is_flag=True, help=N_("Print the code as a QR code, too."))
@click.option("--png", type=click.Path(path_type=Path), metavar="FILE", help=N_("Write the QR code as a picture."))
@click.option("--file", type=click.Path(path_type=Path), metavar="FILE", help=N_("Write the code as a text file."))
@click.option("--host", metavar="HOST", help=N_("The name for consoles; default: the first of the certificate."))
@click.option("--port", type=click.IntRange(1, 65_535), metavar="N", help=N_("Port; default: that of server.toml."))
@click.pass_obj
def code_command(
    invocation: Invocation, *, qr: bool, png: Path | None, file: Path | None, host: str | None, port: int | None
) -> None:
    from tabuah.server.configuration import read_configuration
    from tabuah.server.tls.administration import read_tls_state
    from tabuah.storage.journal.pairing import pairing_text

    directory = server_directory(invocation)
    found = read_tls_state(directory)
    address = _address(_host_for_consoles(found, host), port or read_configuration(directory).port or DEFAULT_PORT)
    text = pairing_text(address, found.code)
    if file is not None:
        _write_file(file, _file_content(text, found).encode())
    if png is not None:
        _write_file(png, _png_of(text))
    written = tuple(str(path) for path in (file, png) if path is not None)
    invocation.show(
        PairingRecord(code=found.code, text=text, files=written),
        lambda: _print_code(found, address, text, qr=qr, written=written),
    )


def _host_for_consoles(found: "TlsState", host: str | None) -> str:
    """Return the chosen name of the certificate, else the first that other machines can reach."""
    if host is not None and host not in found.names:
        text = _("the certificate is not for {host}; add it: tabuah server tls renew --name {host}, with all names")
        raise click.UsageError(text.format(host=host))
    reachable = (name for name in found.names if name not in _THIS_MACHINE)
    return host or next(reachable, found.names[0])


def _address(host: str, port: int) -> str:
    return f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"


@tls_group.command("gateway", help=N_("Issue a client certificate for a gateway's account."))
@click.argument("name")
@click.option(
    "--file", type=click.Path(path_type=Path), metavar="FILE", help=N_("Where to write it; default: NAME.pem here.")
)
@click.option("--days", type=click.IntRange(1, 3660), default=730, metavar="N", help=N_("How long it counts; 730."))
@click.pass_obj
def gateway_command(invocation: Invocation, *, name: str, file: Path | None, days: int) -> None:
    from tabuah.server.journal import utc_now
    from tabuah.server.tls.gateway_certificates import GatewayCertificates

    directory, target = server_directory(invocation), file or Path(f"{name}.pem")
    with read_server_journal(invocation) as journal:
        authority = journal.authority
    certificates = GatewayCertificates(directory, clock=utc_now)
    issued = certificates.issue(name, target, authority=authority, life=timedelta(days=days))
    record = _gateway_record(issued, file=str(target))
    invocation.show(record, lambda: _print_issued(record))


@tls_group.command("gateways", help=N_("List the client certificates of gateways."))
@click.pass_obj
def gateways_command(invocation: Invocation) -> None:
    from tabuah.server.journal import utc_now
    from tabuah.server.tls.gateway_certificates import GatewayCertificates

    found = [*map(_gateway_record, GatewayCertificates(server_directory(invocation), clock=utc_now).read_all())]
    headers = (_("Account"), _("Serial number"), _("Until"), _("Revoked"))
    rows = [
        (r.account, r.serial, format_moment(r.expires_at), format_moment(r.revoked_at) if r.revoked_at else "")
        for r in found
    ]
    invocation.show_table(found, headers, rows, empty=_("No gateway has a client certificate."))


@tls_group.command("revoke", help=N_("Revoke the client certificates of a gateway at once."))
@click.argument("name")
@click.option("--serial", default="", metavar="N", help=N_("Only the certificate with this serial number."))
@click.pass_obj
def revoke_command(invocation: Invocation, *, name: str, serial: str) -> None:
    from tabuah.server.journal import utc_now
    from tabuah.server.tls.gateway_certificates import GatewayCertificates

    revoked = GatewayCertificates(server_directory(invocation), clock=utc_now).revoke(name, serial)
    text = _("Revoked: {serials}. The password of {name} still counts; lock the account to end both.")
    serials = ", ".join(record.serial for record in revoked)
    invocation.show([*map(_gateway_record, revoked)], lambda: print_text(text.format(serials=serials, name=name)))


def _gateway_record(record: "GatewayCertificate", *, file: str = "") -> GatewayCertificateRecord:
    return GatewayCertificateRecord(
        account=record.account,
        serial=record.serial,
        issued_at=record.issued_at,
        expires_at=record.expires_at,
        revoked_at=record.revoked_at,
        file=file,
    )


def _print_issued(record: GatewayCertificateRecord) -> None:
    text = _("Key and certificate of {name}, until {moment}: {file}. Put it on the gateway and delete it here.")
    print_text(text.format(name=record.account, moment=format_moment(record.expires_at), file=record.file))


def _print_initialised(found: "TlsState") -> None:
    _print_renewed(found)
    print_text(_("Pairing code for the first log-in of each console:"))
    print_text(f"  {found.code}")
    print_text(_("As a QR code, picture or file: tabuah server tls code --qr | --png FILE | --file FILE"))


def _print_renewed(found: "TlsState") -> None:
    text = _(
        "The certificate is for {names}, until {moment}. A running server takes it within a minute. "
        "The server renews it by itself."
    )
    print_text(text.format(names=", ".join(found.names), moment=format_moment(found.expires_at)))


def _print_state(found: "TlsState") -> None:
    print_facts(
        [
            (_("Names"), ", ".join(found.names)),
            (_("Certificate until"), format_moment(found.expires_at)),
            (_("Renewed from"), format_moment(found.renews_at)),
            (_("Authority until"), format_moment(found.authority_expires_at)),
            (_("Authority, for --ca"), found.authority),
            (_("Pairing code"), found.code),
        ]
    )


def _print_code(found: "TlsState", address: str, text: str, *, qr: bool, written: tuple[str, ...]) -> None:
    print_text(found.code)
    if qr:
        print_qr(text)
    for path in written:
        print_text(_("Saved: {path}").format(path=path))
    command = f"tabuah login --server {address} --user NAME --code {found.code}"
    print_text(_("For the first log-in: {command}").format(command=command))


def _file_content(text: str, found: "TlsState") -> str:
    heading = _("Pairing code of the Tabuah server {names}. It is no secret, but must come from the administrator.")
    return f"# {heading.format(names=', '.join(found.names))}\n{text}\n"


def _png_of(text: str) -> bytes:
    import segno

    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="png", scale=_QR_SCALE)
    return picture.getvalue()


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        text = _("{path} cannot be written: {reason}").format(path=path, reason=error.strerror or error)
        raise click.UsageError(text) from error
