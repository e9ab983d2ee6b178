"""The reader of an e-mail (RFC 5322, MIME): its fields as a document that a message mapping reads."""

import hashlib
from datetime import datetime
from email.message import Message as EmailPart
from email.parser import BytesParser
from email.policy import compat32
from typing import Final

import msgspec

from tabuah.operations.messages.mail_content import MailContent, MailContentReader, MailFile
from tabuah.operations.messages.mail_header import (
    decode_field,
    program_marks,
    split_sender,
    written_at,
)
from tabuah.operations.messages.reply_address import is_mail_program
from tabuah.resources.fault_isolation import DATA_FAULTS

READ_BYTES: Final = 128 * 1024  # of a mail; the text comes before the files in nearly all
LONGEST_MESSAGE_ID: Final = 400
MOST_FILES: Final = 100
_HEADER_END: Final = (b"\r\n\r\n", b"\n\n")


class MailDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail as a document.

    Attributes:
        message_id: its Message-ID; empty where it has none.
        fingerprint: digest of sender, time and subject: some programs give all their mails the same Message-ID.
        sender: the address in `From`.
        answer_to: the address in `Reply-To`, else that in `From`.
        text: plain text; that of the HTML where there is no other.
        note: a sentence about parts that were not read.
        date: when it was written, in ISO 8601.
        headers: the fields that mark mails of programs.
        of_program: whether a mail server wrote it, or it is a report about another mail (RFC 6522).
        files: number of attachments in the part that was read.
        is_partial: whether parts of it were not read.
        size_bytes: size of the whole mail.
    """

    message_id: str = ""
    fingerprint: str = ""
    from_name: str = ""
    sender: str = msgspec.field(default="", name="from")
    answer_to: str = ""
    subject: str = ""
    text: str = ""
    note: str = ""
    date: str = ""
    headers: dict[str, str] = {}
    of_program: bool = False
    attachments: tuple[MailFile, ...] = ()
    files: int = 0
    is_partial: bool = False
    size_bytes: int = 0


def read_mail(raw: bytes, *, size_bytes: int = 0, received_at: datetime | None = None) -> MailDocument:
    """Return an e-mail as a document; damaged parts are left out, and no mail is refused.

    Args:
        raw: the mail or its beginning; what exceeds `READ_BYTES` is not read.
        size_bytes: size of the whole mail, if `raw` is only its beginning.
        received_at: when the mail server received it.
    """
    size_bytes, raw = max(size_bytes, len(raw)), raw[:READ_BYTES]
    mail, content = _parse(raw)
    is_partial = content.is_partial or size_bytes > len(raw)
    files = content.files
    if is_partial and files:  # the end of the last one may be missing
        files = [*files[:-1], MailFile(type=files[-1].type, size=0)]
    fields = [(name, str(value)) for name, value in mail.raw_items()]
    message_id = "".join(_field(fields, "Message-ID").split())[:LONGEST_MESSAGE_ID]
    name, sender = split_sender(_field(fields, "From"))
    answer_to = split_sender(_field(fields, "Reply-To"))[1] or sender
    written = written_at(_field(fields, "Date"), received_at)
    return MailDocument(
        message_id=decode_field(message_id),
        fingerprint=_fingerprint(fields, "" if message_id else content.text),
        from_name=name,
        sender=sender,
        answer_to=answer_to,
        subject=decode_field(_field(fields, "Subject")),
        text=content.text,
        date=written.isoformat() if written is not None else "",
        headers=dict(program_marks((name, decode_field(value)) for name, value in fields)),
        of_program=mail.get_content_type() == "multipart/report" or is_mail_program(sender),
        attachments=tuple(files[:MOST_FILES]),
        files=len(files),
        is_partial=is_partial,
        size_bytes=size_bytes,
    )


def _parse(raw: bytes) -> tuple[EmailPart, MailContent]:
    """Return the parsed mail and its content; only the header of one that cannot be parsed, or nests too deeply."""
    parser = BytesParser(policy=compat32)
    try:
        mail = parser.parsebytes(raw)
        return mail, MailContentReader().read(mail)
    except (*DATA_FAULTS, RecursionError):
        ends = [end for end in map(raw.find, _HEADER_END) if end >= 0]
        return parser.parsebytes(raw[: min(ends, default=len(raw))], headersonly=True), MailContent(is_partial=True)


def _field(fields: list[tuple[str, str]], name: str) -> str:
    """Return the first field of a name: a later one may be added by a stranger."""
    return next((value for found, value in fields if found.casefold() == name.casefold()), "")


def _fingerprint(fields: list[tuple[str, str]], text: str) -> str:
    parts = (*(_field(fields, name) for name in ("From", "Date", "Subject")), text)
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        data = " ".join(part.split()).encode("utf-8", "surrogateescape")
        digest.update(b"%d:%b" % (len(data), data))
    return digest.hexdigest()
