"""A saved mail, such as a file `.eml` of a mail program."""

from pathlib import Path
from typing import Final

from tabuah.operations.messages.mail_document import READ_BYTES, MailDocument, read_mail

SUFFIX: Final = ".eml"


def read_mail_file(file: Path) -> MailDocument:
    """Return a saved mail, of which the beginning is read as of a mail in a mailbox.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        return read_mail(opened.read(READ_BYTES), size_bytes=file.stat().st_size)
