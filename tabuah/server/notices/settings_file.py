"""The settings of notices in the server's directory: load, check, write a sample, and read secrets."""

from pathlib import Path
from typing import Final

from tabuah.operations.notices.channels import NoticeChannel, SmtpChannel
from tabuah.operations.notices.settings import (
    FILE_NAME,
    NoticeSettings,
    read_notice_settings,
)
from tabuah.resources.localisation import _
from tabuah.server.errors import UnusableNotices
from tabuah.server.secret_source import UnreadableSecret, read_secret
from tabuah.server.toml_file import load_settings, write_sample

# In English in every language, so that the same setup has the same bytes.
SAMPLE: Final = """\
# Outgoing notices: who is reached, and how. Check it with: tabuah server notices check
# All keys are explained in docs/notices.md. Remove the # of the lines that you use.

# public_url = "https://siaga.example.org"  # the address of this server for recipients, for links in messages
# exercise_contacts = []       # ids of the only contacts that an exercise notifies (tabuah contact list --json)

# texts = false                # true: messages about work contain words of people, in which there may be names

# [[channel]]
# name = "surel"
# kind = "smtp"
# host = "smtp.example.org"
# port = 587
# security = "starttls"         # or "tls", usually on port 465
# user = "tabuah"
# secret_file = "smtp-password" # in this directory, readable by its owner only
# sender = "tabuah@example.org"

# [[channel]]
# name = "sms"
# kind = "http"
# address = "phones"
# url = "https://sms.example.org/messages"
# headers = { Authorization = "Bearer {secret}" }
# json = { to = "{recipient}", message = "{text}" }
# receipt = "id"
# longest = 320
# secret_file = "sms-key"

# [[channel]]
# name = "grup"
# kind = "telegram"
# secret_file = "telegram-token"  # of the bot, from @BotFather
# [channel.addresses]             # chats by the id of the contact: tabuah server notices chats grup
# "00000000-0000-0000-0000-000000000000" = "-1001234567890"

# [[channel]]
# name = "whatsapp"
# use = "fonnte"                  # also: android-gateway, kannel, twilio
# secret_file = "fonnte-token"

# [[recipient]]
# name = "pimpinan"
# channels = ["surel"]
# functions = ["camat"]
# severities = ["critical", "high"]

# [[recipient]]                 # the crews of units, and the OPDs of dispositions
# name = "petugas"
# channels = ["sms"]
# occasions = ["dispatch", "disposition", "task"]
# addressed = true              # only those whose unit, person or OPD it is
# urgent = ["dispatch", "help"] # not held back in quiet hours

# [[recipient]]                 # time limits that have run out
# name = "penyelia"
# channels = ["surel"]
# duty = true                   # the supervisor on duty
# occasions = ["due", "help"]   # help: a crew asks for help

# [quiet_hours]
# from = "22:00"
# until = "05:00"
# urgent = ["critical"]

# [limits]
# messages = 10
# within_min = 10
"""


def load_notice_settings(directory: Path) -> NoticeSettings:
    """Load `notices.toml`; without the file, there are no notices.

    Raises:
        UnusableNotices: the file is invalid, or a secret cannot be read; the message says where.
    """
    found = load_settings(directory / FILE_NAME, read_notice_settings, error=UnusableNotices) or NoticeSettings()
    for channel in found.channel:
        secret_of(channel, directory)
        _check_authority(channel, directory)
    return found


def _check_authority(channel: NoticeChannel, directory: Path) -> None:
    file = directory / channel.ca_file if isinstance(channel, SmtpChannel) and channel.ca_file else None
    if file is not None and not file.is_file():
        raise UnusableNotices(_("There is no {file}, which a channel of notices names.").format(file=file))


def secret_of(channel: NoticeChannel, directory: Path) -> str:
    """Return the secret of a channel from its file or environment variable; empty if it has none.

    Raises:
        UnusableNotices: it cannot be read, or is empty.
    """
    try:
        return read_secret(channel.name, channel.secret_file, channel.secret_env, directory)
    except UnreadableSecret as error:
        raise UnusableNotices(str(error)) from error


def write_sample_settings(directory: Path) -> Path | None:
    """Write a sample `notices.toml`, readable by its owner only.

    Returns:
        The file; None where one exists, which is not changed.

    Raises:
        UnusableNotices: it cannot be written.
    """
    return write_sample(directory / FILE_NAME, SAMPLE, error=UnusableNotices)
