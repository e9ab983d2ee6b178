"""`notices.toml` and `messages.toml` in a setup: written, read, and merged with the files of a server.

An export has no comments, no literal secrets and, unless a person asked for them, no addresses of contacts. An import
takes what the folder does not have from the file of the server.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import tomli_w

from tabuah.operations.field_differences import FieldDifference, table_differences
from tabuah.operations.messages.mapping_file import FILE_NAME as MESSAGES_FILE
from tabuah.operations.messages.mapping_file import read_message_settings
from tabuah.operations.notices.channels import SmtpChannel
from tabuah.operations.notices.literal_secrets import WITHHELD, restore_secrets, withheld_paths, withhold_secrets
from tabuah.operations.notices.settings import FILE_NAME as NOTICES_FILE
from tabuah.operations.notices.settings import read_notice_settings
from tabuah.resources.localisation import _
from tabuah.resources.toml_parser import parse_toml
from tabuah.server.errors import ServerError, UnusableMailboxes, UnusableNotices
from tabuah.server.regency.setup_problems import SetupProblems
from tabuah.server.toml_file import load_settings, read_toml_text
from tabuah.text.file_errors import describe_file_error

# In English in every language, so that the same setup has the same bytes.
_NOTICES_HEAD: Final = (
    "# Outgoing notices of the regency.\n"
    "# Secrets, and addresses of contacts, stay in the notices.toml of each server.\n"
)
_MESSAGES_HEAD: Final = "# Incoming messages of the regency. Passwords stay in files of each server.\n"
_NAMED_BY: Final = {"channel": "name", "recipient": "name", "message": "account"}

Document = dict[str, Any]
SettingsT = TypeVar("SettingsT")


class DocumentChange(msgspec.Struct, frozen=True, kw_only=True):
    """The new text of a file of the server; `fields` are the paths that differ, none for a new file.

    `differences` have both values of those that are no secret and no address.
    """

    text: str
    fields: tuple[str, ...]
    differences: tuple[FieldDifference, ...]


def portable_notices(directory: Path, *, with_addresses: bool) -> str | None:
    """Return the file of a setup; None where the server has no `notices.toml`.

    Raises:
        UnusableNotices: the file of the server is invalid, so its secrets cannot be found.
    """
    document = _document(directory / NOTICES_FILE, read_notice_settings, UnusableNotices)
    if document is None:
        return None
    return _NOTICES_HEAD + tomli_w.dumps(_public(document, with_addresses=with_addresses))


def portable_messages(directory: Path) -> str | None:
    """Return the file of a setup; None where the server has no `messages.toml`.

    Raises:
        UnusableMailboxes: the file of the server is invalid.
    """
    document = _document(directory / MESSAGES_FILE, read_message_settings, UnusableMailboxes)
    return _MESSAGES_HEAD + tomli_w.dumps(document) if document is not None else None


def read_portable_notices(file: Path, problems: SetupProblems) -> str | None:
    """Read `notices.toml` of a setup; None without one. Withheld values are not checked."""
    return _read(file, lambda text: read_notice_settings(text.replace(WITHHELD, "x")), problems)


def read_portable_messages(file: Path, problems: SetupProblems) -> str | None:
    """Read `messages.toml` of a setup; None without one."""
    return _read(file, read_message_settings, problems)


def plan_notices(directory: Path, portable: str) -> DocumentChange | None:
    """Return the change of `notices.toml` by a setup; None if the server has these settings.

    Raises:
        UnusableNotices: the file of the server is invalid.
    """
    present = _document(directory / NOTICES_FILE, read_notice_settings, UnusableNotices)
    wanted = parse_toml(portable)
    merged = _merged(present, wanted) if present is not None else wanted
    text = portable if merged == wanted else _NOTICES_HEAD + tomli_w.dumps(merged)
    return _change(present, merged, text)


def plan_messages(directory: Path, portable: str) -> DocumentChange | None:
    """Return the change of `messages.toml` by a setup; None if the server has these settings.

    Raises:
        UnusableMailboxes: the file of the server is invalid.
    """
    present = _document(directory / MESSAGES_FILE, read_message_settings, UnusableMailboxes)
    return _change(present, parse_toml(portable), portable)


def merge_problems(directory: Path, portable: str) -> Iterator[str]:
    """Yield why `notices.toml` of a setup cannot become that of a server, such as a secret that the server lacks.

    Raises:
        UnusableNotices: the file of the server is invalid.
    """
    change = plan_notices(directory, portable)
    if change is None:
        return
    missing = list(withheld_paths(_by_name(parse_toml(change.text))))
    message = _(
        "{key} is not in the export, and this server does not have it for this address. Put the secret into a file "
        "that secret_file names, and write its placeholder in its place"
    )
    yield from (f"{NOTICES_FILE}: {message.format(key=path)}" for path in missing)
    if not missing:
        try:
            read_notice_settings(change.text)
        except ValueError as error:
            yield f"{NOTICES_FILE}: {describe_file_error(error)}"


def withheld_values(portable: str) -> tuple[str, ...]:
    """Return the paths of the literal secrets that an export does not contain."""
    return tuple(withheld_paths(_by_name(parse_toml(portable))))


def missing_files(directory: Path, notices: str | None, messages: str | None) -> tuple[str, ...]:
    """Return the files with secrets and certificates that the settings of a setup name and a server does not have."""
    names: list[str] = []
    if notices is not None:
        for channel in read_notice_settings(notices.replace(WITHHELD, "x")).channel:
            names += [channel.secret_file, channel.ca_file if isinstance(channel, SmtpChannel) else ""]
    if messages is not None:
        for mailbox in read_message_settings(messages).mailboxes.values():
            names += [mailbox.secret_file, mailbox.ca_file]
    return tuple(sorted({name for name in names if name and not (directory / name).is_file()}))


def _document(file: Path, read: Callable[[str], object], error: type[ServerError]) -> Document | None:
    """Return a file of the server as tables, after a check of its values; None without the file."""

    def checked(text: str) -> Document:
        read(text)
        return parse_toml(text)

    return load_settings(file, checked, error=error)


def _read(file: Path, read: Callable[[str], object], problems: SetupProblems) -> str | None:
    try:
        text = read_toml_text(file)
        read(text)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        problems.append(f"{file.name}: {describe_file_error(error)}")
        return None
    return text


def _public(document: Document, *, with_addresses: bool) -> Document:
    if "channel" not in document:
        return document
    hidden = () if with_addresses else ("addresses",)
    channels = [withhold_secrets(each) for each in document["channel"]]
    return {**document, "channel": [{k: v for k, v in each.items() if k not in hidden} for each in channels]}


def _merged(present: Document, wanted: Document) -> Document:
    if "channel" not in wanted:
        return wanted
    known = {each["name"]: each for each in present.get("channel", ())}
    return {**wanted, "channel": [_merged_channel(known.get(each["name"]), each) for each in wanted["channel"]]}


def _merged_channel(present: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> Document:
    if present is None:
        return dict(wanted)
    kept = {name: present[name] for name in ("addresses",) if name in present and name not in wanted}
    return restore_secrets(wanted, present) | kept


def _change(present: Document | None, wanted: Document, text: str) -> DocumentChange | None:
    if present is None:
        return DocumentChange(text=text, fields=(), differences=())
    if present == wanted:
        return None
    every = table_differences(_by_name(present), _by_name(wanted))
    shown = [_by_name(_public(each, with_addresses=False)) for each in (present, wanted)]
    fields = tuple(dict.fromkeys(each.path for each in every)) or ("text",)
    return DocumentChange(text=text, fields=fields, differences=table_differences(*shown))


def _by_name(document: Document) -> Document:
    """Return a document whose lists of named tables are tables by name, so that a difference names its table."""
    return {
        name: {each[_NAMED_BY[name]]: each for each in value} if name in _NAMED_BY else value
        for name, value in document.items()
    }
