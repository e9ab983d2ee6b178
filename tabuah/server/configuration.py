"""The file `server.toml`: the options of `tabuah server`, each checked and explained."""

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.hidden_characters import is_plain
from tabuah.resources.invalid_values import describe_invalid_value
from tabuah.resources.localisation import N_, _
from tabuah.resources.toml_parser import parse_toml
from tabuah.server.backups.schedule import BackupConfiguration
from tabuah.server.database.engine import FILE_NAME as JOURNAL_FILE
from tabuah.server.database.engine import database_url
from tabuah.server.errors import ServerError, UnusableConfiguration
from tabuah.server.limits.connections import parse_proxies
from tabuah.server.logs import LogConfiguration, check_log_file
from tabuah.server.mqtt.address import parse_broker
from tabuah.server.people.personal_data import PersonalConfiguration
from tabuah.server.people.reset_codes import DEFAULT_ACCOUNTS, AccountsConfiguration
from tabuah.storage.backup.backup_key import parse_public_key
from tabuah.storage.backup.errors import BackupError
from tabuah.storage.data_files import create_private, is_data_file
from tabuah.text.file_errors import describe_file_error

FILE_NAME: Final = "server.toml"
MAX_BYTES: Final = 256 * 1024
COMMENT_WIDTH: Final = 100
_LABEL: Final = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST_NAME: Final = re.compile(rf"(?=.*[A-Za-z]){_LABEL}(\.{_LABEL})*")

PathText = Annotated[str, Meta(max_length=1_000)]
AddressText = Annotated[str, Meta(min_length=1, max_length=253)]


class ServerConfiguration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The values of `server.toml`; the defaults are those of a server without the file."""

    host: AddressText = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8410
    certificate: PathText = ""
    key: PathText = ""
    trusted_proxies: Annotated[tuple[AddressText, ...], Meta(max_length=100)] = ()
    database: PathText = ""
    enrolment: Literal["", "open", "approve"] = ""
    mqtt: PathText = ""
    reading_days: Annotated[int, Meta(ge=1, le=3660)] = 7
    feeds: bool = False
    log: LogConfiguration = LogConfiguration()
    backup: BackupConfiguration = BackupConfiguration()
    personal: PersonalConfiguration = PersonalConfiguration()
    accounts: AccountsConfiguration = DEFAULT_ACCOUNTS


EXPLANATIONS: Final = {
    "host": N_("Address to listen on. 127.0.0.1 is this machine only; others need a certificate."),
    "port": N_("Port for HTTP."),
    "certificate": N_("Certificate for HTTPS, relative to this directory; empty: the server's own, if it has one."),
    "key": N_("File with the private key of the certificate."),
    "trusted_proxies": N_("Addresses or networks of reverse proxies, which name the clients; empty: this machine."),
    "database": N_("Database, sqlite:///FILE; empty: journal.db in this directory."),
    "enrolment": N_('New devices: "open" or "approve", by an administrator; empty: open on this machine only.'),
    "mqtt": N_('Broker for readings, mqtt://USER:PASSWORD@HOST:PORT or mqtts://, or "embedded"; empty for none.'),
    "reading_days": N_("Age up to which readings of gateways are accepted, in days."),
    "feeds": N_("Poll the BMKG feeds that feeds.toml describes."),
    "log": N_("The log of the running server."),
    "log.format": N_('"text", or "json" for one object a line.'),
    "log.level": N_('Least level of a record: "debug", "info", "warning" or "error".'),
    "log.requests": N_("Log each request by route, status and time, without queries, addresses and users."),
    "log.file": N_("File of the log, *.log, relative to this directory; empty: the error stream, as under systemd."),
    "log.file_mb": N_("Size in MB at which the file is renamed and a new one begins."),
    "log.old_files": N_("Renamed files that are kept."),
    "backup": N_("Scheduled backups of this directory."),
    "backup.directory": N_("Existing folder on another disk; empty for no backups."),
    "backup.every_h": N_("Hours between two backups."),
    "backup.keep_newest": N_("Backups that are kept, the newest ones."),
    "backup.keep_weeks": N_("Weeks of which the last backup is kept, too."),
    "backup.keep_months": N_("Months of which the last backup is kept, too."),
    "backup.alarm_after_h": N_("Age in hours of the newest backup from which on an alarm is active."),
    "accounts": N_("Accounts of users."),
    "accounts.one_time_code_h": N_("Hours for which a one-time code for a new password is valid."),
    "personal": N_("Personal data of callers."),
    "personal.keep_days": N_("Days after the end of an incident until they are erased everywhere; 0: never."),
    "backup.seal_to": N_("Public line of tabuah server backup-key, to which backups are sealed; empty: not sealed."),
}  # fmt: skip


class ConfigurationProblem(msgspec.Struct, frozen=True):
    """A value that cannot be used: its key with the table in front, and the reason."""

    key: str
    reason: str


def read_configuration(directory: Path) -> ServerConfiguration:
    """Return the values of `server.toml`; without the file, the defaults.

    Raises:
        UnusableConfiguration: the file cannot be used; the message names every key that is wrong.
    """
    file = directory / FILE_NAME
    found, problems = check_configuration(file)
    if problems:
        text = _(
            "{file} cannot be used, and nothing was done; all data are safe. Correct it (tabuah server config "
            "--check names what is wrong):"
        ).format(file=file)
        lines = (f"{problem.key}: {problem.reason}" if problem.key else problem.reason for problem in problems)
        raise UnusableConfiguration("\n  ".join((text, *lines)))
    return found


def check_configuration(file: Path) -> tuple[ServerConfiguration, tuple[ConfigurationProblem, ...]]:
    """Return the values of a file that can be used, and what is wrong with the others."""
    try:
        document = parse_toml(_read_bounded(file).decode("utf-8-sig"))
    except FileNotFoundError:
        return ServerConfiguration(), ()
    except (OSError, ValueError, RecursionError) as error:
        return ServerConfiguration(), (ConfigurationProblem("", describe_file_error(error)),)
    problems: list[ConfigurationProblem] = []
    found = _convert(ServerConfiguration, document, "", problems)
    problems += _find_unusable_values(found, file.parent)
    return found, tuple(problems)


def _read_bounded(file: Path) -> bytes:
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(_("the file is larger than {n} KiB").format(n=MAX_BYTES // 1024))
    return data


def _convert(kind: Any, table: Mapping[str, Any], prefix: str, problems: list[ConfigurationProblem]) -> Any:
    """Convert each value by itself, so that one run names all that are wrong."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        field = fields.get(key)
        name = prefix + key
        if field is None:
            problems.append(ConfigurationProblem(name, _("there is no such key")))
        elif _is_table(field.type) and isinstance(value, dict):
            values[key] = _convert(field.type, value, f"{name}.", problems)
        else:
            converted = _convert_value(value, field.type, name, problems)
            if converted is not UNSET:
                values[key] = converted
    return kind(**values)


def _convert_value(value: Any, kind: Any, name: str, problems: list[ConfigurationProblem]) -> Any | UnsetType:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        problems.append(ConfigurationProblem(name, describe_invalid_value(str(error))))
        return UNSET


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _find_unusable_values(found: ServerConfiguration, directory: Path) -> Iterator[ConfigurationProblem]:
    """Yield the values that have the right type and still mean nothing."""
    checks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("certificate", lambda: _check_path(found.certificate)),
        ("key", lambda: _check_path(found.key)),
        ("log.file", lambda: _check_path(found.log.file)),
        ("backup.directory", lambda: _check_path(found.backup.directory)),
        ("mqtt", lambda: parse_broker(found.mqtt) if found.mqtt else None),
        ("database", lambda: _check_database(found.database, directory)),
        ("trusted_proxies", lambda: parse_proxies(found.trusted_proxies)),
        ("host", lambda: _check_host(found.host)),
        ("log.file", lambda: check_log_file(directory / found.log.file) if found.log.file else None),
        ("backup.directory", lambda: _check_backup_folder(found.backup.directory, directory)),
    )
    named: set[str] = set()
    for key, check in checks:
        if key in named:
            continue
        try:
            check()
        except (ServerError, ValueError, OSError) as error:
            named.add(key)
            yield ConfigurationProblem(key, getattr(error, "strerror", "") or str(error))
    yield from _find_unusable_schedule(found.backup)
    if bool(found.certificate) != bool(found.key):
        missing = "key" if found.certificate else "certificate"
        yield ConfigurationProblem(missing, _("a certificate needs its key, and a key its certificate"))


def _check_path(text: str) -> None:
    """Check that a text is the path of a file or folder and no URI; the system would refuse it at the start only."""
    if not is_plain(text):
        raise ValueError(_("a path may not have line breaks, control or other hidden characters"))
    if text.startswith("file:") or "://" in text:
        raise ValueError(_("it is an address and no path"))


def _check_host(host: str) -> None:
    """Check that a host is an IP address or a name; whether this machine has it is found out at the start."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        if not _HOST_NAME.fullmatch(host):
            raise ValueError(_("it is neither an IP address nor the name of a host")) from None


def _check_database(text: str, directory: Path) -> None:
    """Check that a database is no other file of Tabuah, by name: an open database may not be opened again here."""
    file = Path(database_url(directory, text).database or "")
    if text and file.name != JOURNAL_FILE and is_data_file(file):
        raise ValueError(_("it is a file of Tabuah with other content"))


def _check_backup_folder(text: str, directory: Path) -> None:
    if text and (directory / text).resolve().is_relative_to(directory.resolve()):
        raise ValueError(_("backups must not be inside the data of the server"))


def _find_unusable_schedule(schedule: BackupConfiguration) -> Iterator[ConfigurationProblem]:
    if schedule.alarm_after_h <= schedule.every_h:
        yield ConfigurationProblem("backup.alarm_after_h", _("it must be more than backup.every_h"))
    if schedule.seal_to:
        try:
            parse_public_key(schedule.seal_to)
        except BackupError as error:
            yield ConfigurationProblem("backup.seal_to", str(error))


def configured_database(directory: Path) -> str:
    """Return the database that `server.toml` names; empty for the one in the directory.

    Raises:
        UnusableConfiguration: the file cannot be used.
    """
    return read_configuration(directory).database


def default_file(values: ServerConfiguration | None = None) -> str:
    """Return a file with every key, its value and its explanation; defaults are commented out."""
    head = _("Settings of the Tabuah server. A line that begins with #, and a key that is missing, is the default.")
    more = _("Options of the command line win. Check it with: tabuah server config --check")
    return "\n".join((*_comment(head), *_comment(more), *_lines_of(values or ServerConfiguration(), "")))


def configuration_file(values: ServerConfiguration) -> str:
    """Return a file with every key and its explanation; values that are the default are commented out."""
    return "\n".join(_lines_of(values, ""))[1:]


def _lines_of(values: msgspec.Struct, prefix: str) -> Iterator[str]:
    tables, defaults = [], type(values)()
    for name in values.__struct_fields__:
        value = getattr(values, name)
        if isinstance(value, msgspec.Struct):
            tables.append((name, value))
            continue
        yield ""
        yield from _comment(_(EXPLANATIONS[prefix + name]))
        yield f"{'#' if value == getattr(defaults, name) else ''}{name} = {toml_of(value)}"
    for name, table in tables:
        yield from ("", f"[{prefix}{name}]", *_comment(_(EXPLANATIONS[prefix + name])))
        yield from _lines_of(table, f"{prefix}{name}.")
    if not prefix:
        yield ""


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, COMMENT_WIDTH, initial_indent="# ", subsequent_indent="# ")


def toml_of(value: Any) -> str:
    """Return a value as TOML; a JSON text is a basic string of TOML, and a list of them its array."""
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def write_new_file(directory: Path, values: Mapping[str, Any]) -> Path:
    """Write `server.toml` with all defaults but the given values, readable by its owner only.

    Raises:
        UnusableConfiguration: a value cannot be used, or the file exists or cannot be written; nothing was changed.
    """
    file = directory / FILE_NAME
    problems: list[ConfigurationProblem] = []
    configuration = _convert(ServerConfiguration, values, "", problems)
    problems += _find_unusable_values(configuration, directory)
    if problems:
        reason = "; ".join(f"{problem.key}: {problem.reason}" for problem in problems)
        raise UnusableConfiguration(_("{file} cannot be written: {reason}").format(file=file, reason=reason))
    try:
        create_private(file, default_file(configuration).encode())
    except OSError as error:
        exists = isinstance(error, FileExistsError)
        reason = _("it exists already, and was not changed") if exists else error.strerror or str(error)
        raise UnusableConfiguration(
            _("{file} cannot be written: {reason}").format(file=file, reason=reason)
        ) from error
    return file
