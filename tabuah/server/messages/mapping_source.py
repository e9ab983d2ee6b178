"""The mappings of messages: their file in the server's directory, read again when it changes."""

import logging
from pathlib import Path

from tabuah.operations.messages.mailbox import ImapMailbox
from tabuah.operations.messages.mapping_file import (
    MessageLimits,
    MessageSettings,
    read_message_settings,
)
from tabuah.operations.messages.message_mapping import MessageMapping
from tabuah.server.errors import Refusal
from tabuah.server.toml_file import read_toml_text
from tabuah.text.file_errors import describe_file_error

log = logging.getLogger(__name__)


class MessageMappings:
    """The mapping of each account. Not thread-safe.

    A file that became invalid does not replace the mappings in force: messages must not be lost by a typing error.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._settings = MessageSettings()
        self._problem = ""

    @property
    def limits(self) -> MessageLimits:
        """The limits in force."""
        self._follow_file()
        return self._settings.limits

    @property
    def mailboxes(self) -> dict[str, ImapMailbox]:
        """The mailboxes in force by account."""
        self._follow_file()
        return self._settings.mailboxes

    @property
    def problem(self) -> str:
        """Why the present file cannot be used; empty if it is in force."""
        return self._problem

    def answer_channel_of(self, account: str) -> str:
        """Return the name of the channel of answers to messages of an account; empty if there is none."""
        self._follow_file()
        mapping = self._settings.mappings.get(account)
        return mapping.answer_channel if mapping is not None else ""

    def mapping_of(self, account: str) -> MessageMapping:
        """Return the mapping of an account.

        Raises:
            Refusal: the account may send no messages, or no file could be read since the start.
        """
        self._follow_file()
        mapping = self._settings.mappings.get(account)
        if mapping is not None:
            return mapping
        if self._problem:
            raise Refusal(503, "message_mappings_unusable", f"{self._file.name} cannot be used: {self._problem}")
        raise Refusal(403, "no_message_mapping", f"{self._file.name} names no mapping for the account {account}")

    def _follow_file(self) -> None:
        try:
            found = self._file.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if stamp == self._stamp:
                return
            self._stamp = stamp
            self._settings = read_message_settings(read_toml_text(self._file))
            self._problem = ""
        except FileNotFoundError:
            self._stamp, self._settings, self._problem = None, MessageSettings(), ""
        except (OSError, ValueError) as error:
            self._problem = describe_file_error(error)
            log.warning("%s cannot be used, the mappings before stay in force: %s", self._file, self._problem)
