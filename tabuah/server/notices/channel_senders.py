"""The sender of a channel, by its kind."""

from pathlib import Path

from tabuah.operations.notices.channels import HttpChannel, NoticeChannel, TelegramChannel
from tabuah.server.notices.http_sender import HttpMessageSender
from tabuah.server.notices.message_sender import MessageSender
from tabuah.server.notices.settings_file import secret_of
from tabuah.server.notices.smtp_sender import SmtpMessageSender
from tabuah.server.notices.telegram_sender import TelegramSender


def open_sender(channel: NoticeChannel, directory: Path, agent: str) -> MessageSender:
    """Return the sender of a channel; it connects when it sends.

    Raises:
        UnusableNotices: its secret cannot be read.
    """
    secret = secret_of(channel, directory)
    match channel:
        case HttpChannel():
            return HttpMessageSender(channel, secret, agent)
        case TelegramChannel():
            return TelegramSender(channel, secret, agent)
    return SmtpMessageSender(channel, secret, directory)
