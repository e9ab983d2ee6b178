"""The file of message mappings, `messages.toml`: which account delivers messages, and how they are read."""

from functools import cache
from importlib import resources
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from tabuah.operations.messages.mailbox import ImapMailbox, mailbox_problem
from tabuah.operations.messages.message_document import MOST_MESSAGES
from tabuah.operations.messages.message_mapping import MessageMapping
from tabuah.resources.toml_parser import parse_toml

FILE_NAME: Final = "messages.toml"
SHIPPED: Final = ("simple", "whatsapp-cloud", "telegram", "kobo", "email-json", "email", "cap")
OF_MAILBOXES: Final = "email"  # the mapping of a mailbox that names no other
MOST_ACCOUNTS: Final = 200
MOST_MAILBOXES: Final = 20  # each has a thread

_OWN: Final = frozenset({"account", "use", "imap"})
_Account = Annotated[str, Meta(min_length=1, max_length=200)]


class BadMessageMappings(ValueError):
    """The file is invalid; the message says where and why."""


class _Head(msgspec.Struct, kw_only=True):
    account: _Account
    use: str = ""
    imap: ImapMailbox | None = None


class MessageLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[limits]`: bounds of answers, and of incoming messages.

    Attributes:
        answers_an_hour: answers that one sender gets at most in an hour.
        answer_delay_s: time after which an answer leaves, in which it can be withdrawn.
        answer_within_h: age at which an answer that could not be sent is given up.
        sender_burst, sender_a_minute: messages of one sender at once, then in a minute; further ones are counted.
        account_burst, account_a_minute: messages of one account at once, then in a minute; then it is asked to wait.
        alert_burst, alerts_a_minute: alerts of one account at once, then in a minute; then it is asked to wait.
    """

    answers_an_hour: Annotated[int, Meta(ge=1, le=1_000)] = 10
    answer_delay_s: Annotated[float, Meta(ge=0, le=600)] = 10.0
    answer_within_h: Annotated[float, Meta(gt=0, le=168)] = 6.0
    sender_burst: Annotated[int, Meta(ge=1, le=10_000)] = 30
    sender_a_minute: Annotated[float, Meta(ge=0.1, le=6_000)] = 6.0
    account_burst: Annotated[int, Meta(ge=MOST_MESSAGES, le=100_000)] = 600  # a whole document must fit in
    account_a_minute: Annotated[float, Meta(ge=1, le=60_000)] = 600.0
    alert_burst: Annotated[int, Meta(ge=1, le=10_000)] = 60
    alerts_a_minute: Annotated[float, Meta(ge=0.1, le=6_000)] = 12.0


class MessageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The file as values: the mapping of each account, the mailboxes by account, and the limits."""

    mappings: dict[str, MessageMapping] = {}
    mailboxes: dict[str, ImapMailbox] = {}
    limits: MessageLimits = MessageLimits()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    message: Annotated[list[dict[str, Any]], Meta(max_length=MOST_ACCOUNTS)] = []
    limits: MessageLimits = MessageLimits()


def read_message_mappings(text: str) -> dict[str, MessageMapping]:
    """Return the mapping of each gateway account.

    Raises:
        BadMessageMappings: see `read_message_settings`.
    """
    return read_message_settings(text).mappings


def read_message_settings(text: str) -> MessageSettings:
    """Return the mapping of each account, the mailboxes, and the limits.

    `use` names a mapping that ships with the program; the other settings replace those of it.

    Raises:
        BadMessageMappings: invalid TOML, an unknown name, an account that is named twice, or an unusable mailbox.
    """
    try:
        file = msgspec.convert(parse_toml(text), _File)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise BadMessageMappings(str(error)) from error
    found: dict[str, MessageMapping] = {}
    mailboxes: dict[str, ImapMailbox] = {}
    for number, table in enumerate(file.message, start=1):
        head, mapping = _read_table(number, table)
        if head.account in found:
            raise BadMessageMappings(f"two mappings are of the account {head.account!r}")
        found[head.account] = mapping
        if head.imap is not None:
            mailboxes[head.account] = head.imap
    if len(mailboxes) > MOST_MAILBOXES:
        raise BadMessageMappings(f"there are more than {MOST_MAILBOXES} mailboxes")
    return MessageSettings(mappings=found, mailboxes=mailboxes, limits=file.limits)


def _read_table(number: int, table: dict[str, Any]) -> tuple[_Head, MessageMapping]:
    try:
        head = msgspec.convert(table, _Head)
        use = head.use or (OF_MAILBOXES if head.imap is not None else "")
        if use and use not in SHIPPED:
            raise BadMessageMappings(f"message {number}: there is no mapping {use!r}; there are {', '.join(SHIPPED)}")
        problem = mailbox_problem(head.imap) if head.imap is not None else ""
        if problem:
            raise BadMessageMappings(f"message {number}: {problem}")
        own = {name: value for name, value in table.items() if name not in _OWN}
        return head, msgspec.convert({**_settings_of(use), **own}, MessageMapping)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadMessageMappings(f"message {number}: {error}") from error


def shipped_mapping(name: str) -> MessageMapping:
    """Return a mapping that ships with the program."""
    return msgspec.convert(_settings_of(name), MessageMapping)


@cache
def _settings_of(name: str) -> dict[str, Any]:
    if not name:
        return {}
    return parse_toml(resources.files("tabuah.resources").joinpath("messages", f"{name}.toml").read_text("utf-8"))
