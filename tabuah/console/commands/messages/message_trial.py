"""`tabuah message try`: the messages that a mapping reads from a document; stores nothing."""

from datetime import UTC, datetime
from pathlib import Path

import click

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.console.commands.invocation import Invocation, print_facts, print_json, print_text
from tabuah.console.commands.messages.mail_file import SUFFIX, read_mail_file
from tabuah.console.commands.messages.messages import message_group
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.mapping_file import (
    SHIPPED,
    BadMessageMappings,
    read_message_mappings,
    shipped_mapping,
)
from tabuah.operations.messages.message_document import MAX_DOCUMENT_BYTES, UnreadableDocument, read_document
from tabuah.operations.messages.message_mapping import MessageMapping
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.text.feeds.remarks import describe_remark
from tabuah.text.file_errors import describe_file_error
from tabuah.text.messages.alert_text import alert_facts
from tabuah.text.messages.mail_text import encode_mail
from tabuah.text.messages.message_text import describe_attachments, message_field_label

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)


@message_group.command(
    "try", help=N_("Show what a mapping reads from a document or a saved mail (.eml); stores nothing.")
)
@click.argument("mapping", metavar="MAPPING")
@click.argument("document", type=_FILE, metavar="DOCUMENT")
@click.option("--account", default="", metavar="NAME", help=N_("The account, where MAPPING is a messages.toml."))
@click.pass_obj
def try_mapping(call: Invocation, *, mapping: str, document: Path, account: str) -> ExitCode:
    now = datetime.now(UTC)
    chosen = shipped_mapping(mapping) if mapping in SHIPPED else _mapping_in(Path(mapping), account)
    try:
        found = read_document(chosen, _read(document), now)
    except UnreadableDocument as error:
        reason = describe_remark(error.remark) if error.remark is not None else str(error)
        raise click.UsageError(_("The document cannot be read: {reason}").format(reason=reason)) from error
    if call.as_json:
        print_json([each for each in found if each is not None])
    else:
        for each in found:
            _print_message(each, now)
    return ExitCode.DONE if found and all(each is not None for each in found) else ExitCode.REFUSED


def _read(document: Path) -> bytes:
    """Return the bytes of a document; a saved mail becomes the document that the mapping of a mailbox reads."""
    if document.suffix.casefold() == SUFFIX:
        return encode_mail(read_mail_file(document))
    with document.open("rb") as opened:
        return opened.read(MAX_DOCUMENT_BYTES + 1)


def _mapping_in(file: Path, account: str) -> MessageMapping:
    try:
        mappings = read_message_mappings(file.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        message = _("{name} is no mapping that ships with Tabuah ({shipped}), and no file.")
        raise click.UsageError(message.format(name=file, shipped=", ".join(SHIPPED))) from error
    except (BadMessageMappings, OSError, UnicodeDecodeError) as error:
        message = _("{file} cannot be used: {error}")
        raise click.UsageError(message.format(file=file, error=describe_file_error(error))) from error
    names = [account] if account else list(mappings)
    if len(names) != 1 or names[0] not in mappings:
        accounts = ", ".join(mappings) or _("none")
        raise click.UsageError(_("Give one --account of the file: {accounts}").format(accounts=accounts))
    return mappings[names[0]]


def _print_message(message: InboundMessage | None, now: datetime) -> None:
    if message is None:
        print_text(_("Nothing to answer: no text, position or file is found."))
        return
    position = f"{message.position.lat_deg:g}, {message.position.lon_deg:g}" if message.position else ""
    print_facts(
        [
            ("ID", message.external_id),
            *alert_facts(message.alert, now),
            (message_field_label("sender"), message.sender),
            (_("Address"), message.address),
            (_("Written at"), format_moment(message.sent_at) if message.sent_at else ""),
            (message_field_label("text"), message.text),
            (message_field_label("position"), position),
            (message_field_label("attachments"), describe_attachments(message.attachments)),
            ("", _("written by a program") if message.automatic else ""),
        ]
    )
