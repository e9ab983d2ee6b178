"""The file of messages in the server's directory: load, check, and write a sample."""

from pathlib import Path
from typing import Final

from tabuah.operations.messages.mailbox import ImapMailbox
from tabuah.operations.messages.mapping_file import FILE_NAME, MessageSettings, read_message_settings
from tabuah.resources.localisation import _
from tabuah.server.errors import UnusableMailboxes
from tabuah.server.secret_source import UnreadableSecret, read_secret
from tabuah.server.toml_file import load_settings, write_sample

# In English in every language, so that the same setup has the same bytes.
SAMPLE: Final = """\
# Incoming messages. Check it with: tabuah server messages check
# All keys are explained in docs/messages.md. Remove the # of the lines that you use.

# [[message]]                       # a mailbox that the server reads
# account = "surel-pusdalops"
# answer_channel = "surel"          # name of a channel in notices.toml
# [message.imap]
# host = "imap.example.org"
# user = "pusdalops@example.org"
# secret_file = "imap-password"     # in this directory, readable by its owner only

# [[message]]                       # a gateway that delivers by HTTP
# account = "wa-pusdalops"          # its account: tabuah server user add
# use = "whatsapp-cloud"            # also: simple, telegram, kobo, email-json

# [limits]
# answers_an_hour = 10              # to one sender
# sender_burst = 30                 # messages of one sender at once,
# sender_a_minute = 6               # then in a minute; further ones are only counted
"""


def load_message_settings(directory: Path) -> MessageSettings:
    """Load `messages.toml`; without the file, no account delivers messages.

    Raises:
        UnusableMailboxes: the file is invalid; the message says where.
    """
    found = load_settings(directory / FILE_NAME, read_message_settings, error=UnusableMailboxes)
    return found or MessageSettings()


def check_mailbox(account: str, mailbox: ImapMailbox, directory: Path) -> None:
    """Check that the password can be read, and that there is the certificate of the settings.

    Raises:
        UnusableMailboxes: that is not so; the message does not contain the password.
    """
    try:
        read_secret(account, mailbox.secret_file, mailbox.secret_env, directory)
    except UnreadableSecret as error:
        raise UnusableMailboxes(str(error)) from error
    if mailbox.ca_file and not (directory / mailbox.ca_file).is_file():
        text = _("There is no {file}, which the mailbox of {account} names.")
        raise UnusableMailboxes(text.format(file=directory / mailbox.ca_file, account=account))


def write_sample_messages(directory: Path) -> Path | None:
    """Write a sample `messages.toml`, readable by its owner only.

    Returns:
        The file; None where one exists, which is not changed.

    Raises:
        UnusableMailboxes: it cannot be written.
    """
    return write_sample(directory / FILE_NAME, SAMPLE, error=UnusableMailboxes)
