"""Texts about mails and mailboxes: the unread rest of a mail, and the faults of a mailbox."""

from typing import Final

import msgspec

from tabuah.operations.messages.mail_document import MailDocument
from tabuah.operations.messages.mailbox import MailboxFault
from tabuah.operations.messages.message import MOST_ATTACHMENTS
from tabuah.resources.localisation import N_, _, format_number

_FAULTS: Final = {
    MailboxFault.UNREACHABLE: N_("The mail server cannot be reached."),
    MailboxFault.TIMEOUT: N_("The mail server does not respond in time."),
    MailboxFault.CERTIFICATE: N_("The certificate of the mail server is not valid."),
    MailboxFault.NO_TLS: N_("The mail server offers no encryption (STARTTLS). Nothing was sent to it."),
    MailboxFault.CREDENTIALS: N_("The password cannot be read from its file or variable."),
    MailboxFault.LOGIN: N_("The mail server rejects the user name or the password."),
    MailboxFault.FOLDER: N_("The mail server has no such folder."),
    MailboxFault.PROTOCOL: N_("The response of the mail server is not valid or too long."),
    MailboxFault.MAPPING: N_("messages.toml has no valid mapping of this account."),
    MailboxFault.JOURNAL: N_("The server records nothing now, for example because its disk is full."),
}


def encode_mail(mail: MailDocument) -> bytes:
    """Return a mail as the document that the mapping of its account reads."""
    return msgspec.json.encode(msgspec.structs.replace(mail, note=describe_mail_rest(mail)))


def describe_mail_rest(mail: MailDocument) -> str:
    """Return what of a mail stayed in the mailbox; empty if its list of files says it."""
    if mail.is_partial:
        size_mb = format_number(mail.size_bytes / 1_000_000, digits=1)
        rest = _(
            "[Only the beginning of this mail ({size} MB) was read. The mailbox has the rest. Files: {n} or more]"
        )
        return rest.format(size=size_mb, n=mail.files)
    if mail.files > MOST_ATTACHMENTS:
        return _("[{n} files came with this mail. They are in the mailbox.]").format(n=mail.files)
    return ""


def describe_mailbox_fault(fault: MailboxFault, detail: str = "") -> str:
    """Return why a mailbox cannot be read.

    Args:
        fault: the kind of fault.
        detail: words of this computer, or a response code of the mail server.
    """
    return f"{_(_FAULTS[fault])} ({detail})" if detail else _(_FAULTS[fault])
