"""The setup of a regency as a folder of TOML and CSV, without secrets.

An import leaves a part as it is whose file or folder is missing. The same setup has the same bytes.
"""

import contextlib
import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from errno import ENOSPC
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import tomli_w

from tabuah.operations.contacts.contact_table import CONTACT_COLUMNS, PERSONAL_COLUMNS
from tabuah.operations.errors import UnknownCode
from tabuah.operations.feeds.sources import FILE_NAME as FEEDS_FILE
from tabuah.operations.feeds.sources import InvalidFeedSources, read_sources
from tabuah.operations.gateways.configuration import FILE_NAME as GATEWAYS_FILE
from tabuah.operations.import_table import TableRow, guard_cell, visible_cell, without_guard
from tabuah.operations.messages.mapping_file import FILE_NAME as MESSAGES_FILE
from tabuah.operations.notices.settings import FILE_NAME as NOTICES_FILE
from tabuah.operations.people.roles import Role, parse_role
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.rule_file import InvalidRule, read_rule
from tabuah.operations.stations.station import Station
from tabuah.operations.units.entry_bodies import UnitRegistered
from tabuah.operations.units.unit import Post
from tabuah.resources.localisation import _
from tabuah.resources.regency_profile import PROFILE_FILE, InvalidProfile, RegencyProfile, read_text
from tabuah.resources.toml_parser import parse_toml
from tabuah.server.configuration import FILE_NAME as SETTINGS_FILE
from tabuah.server.configuration import ServerConfiguration
from tabuah.server.errors import UnusableSetup
from tabuah.server.regency.portable_documents import read_portable_messages, read_portable_notices
from tabuah.server.regency.portable_settings import portable_text, read_portable
from tabuah.server.regency.setup_problems import SetupProblems
from tabuah.storage.regency.errors import UnusableProfile
from tabuah.storage.regency.profile_file import ProfileFolder, read_profile, write_profile
from tabuah.text.file_errors import describe_file_error
from tabuah.text.people.permissions import describe_roles

USERS_FILE: Final = "users.csv"
UNITS_FILE: Final = "units.csv"
CONTACTS_FILE: Final = "contacts.csv"
STATIONS_FOLDER: Final = "stations"
RULES_FOLDER: Final = "rules"
MAX_TABLE_BYTES: Final = 4 << 20
MAX_ITEM_BYTES: Final = 1 << 18
MAX_ITEMS: Final = 10_000
_USER_COLUMNS: Final = ("name", "full_name", "role", "opd", "kecamatan", "active")
_HOME_COLUMNS: Final = ("home_name", "home_lon_deg", "home_lat_deg")
_UNIT_COLUMNS: Final = (
    *("id", "name", "kind", "opd", "members", "contact", "tracker", "gateway"),
    *_HOME_COLUMNS,
)
_NOT_SETUP: Final = frozenset({"type", "files", "changes", "retired", "exercise", "exercise_id"})
_TRUE: Final = frozenset({"yes", "ya", "true", "1", ""})
_FALSE: Final = frozenset({"no", "tidak", "false", "0"})


class SetupUser(msgspec.Struct, frozen=True, kw_only=True):
    """A user without secrets; `omitted` are the columns that the file does not have, which stay as they are."""

    name: str
    role: Role
    opd: str
    full_name: str = ""
    kecamatan: str = ""
    active: bool = True
    omitted: frozenset[str] = frozenset()


class SetupUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit, and the account that sends its positions; `omitted` as in `SetupUser`."""

    unit: UnitRegistered
    gateway: str = ""
    omitted: frozenset[str] = frozenset()


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a setup; None for a part that a folder does not have."""

    profile: ProfileFolder | None = None
    users: tuple[SetupUser, ...] | None = None
    units: tuple[SetupUnit, ...] | None = None
    stations: tuple[Station, ...] | None = None
    rules: tuple[AnyRule, ...] | None = None
    mappings: str | None = None
    feeds: str | None = None
    settings: ServerConfiguration | None = None
    notices: str | None = None
    messages: str | None = None
    contacts: tuple[TableRow, ...] | None = None


# writing


def write_setup(folder: Path, setup: Setup, *, profile: RegencyProfile, map_file: Path | None) -> None:
    """Write a setup as a whole; files of an earlier one that it does not have are deleted.

    Raises:
        UnusableSetup: the folder has other content, or cannot be written; nothing in it was changed.
    """
    existed = folder.exists()
    if folder.exists() and any(folder.iterdir()) and not (folder / PROFILE_FILE).exists():
        raise UnusableSetup(folder, [_("the folder has other content; name an empty one or an earlier export")])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".setup-", dir=folder, ignore_cleanup_errors=True) as staging:
            _write_parts(Path(staging), setup, profile, map_file)
            _publish(Path(staging), folder)
    except (OSError, UnusableProfile) as error:
        if not existed:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise UnusableSetup(folder, _problems_of(error)) from error


def _problems_of(error: OSError | UnusableProfile) -> list[str]:
    cause = error.__cause__ if isinstance(error, UnusableProfile) else error
    if isinstance(cause, OSError):
        return [_("the disk is full") if cause.errno == ENOSPC else cause.strerror or str(cause)]
    return [str(error)]


def _publish(staging: Path, folder: Path) -> None:
    """Move the files of a setup into their folder, and delete those that it does not have."""
    names = {path.relative_to(staging) for path in staging.rglob("*") if path.is_file()}
    for part in (STATIONS_FOLDER, RULES_FOLDER):
        (folder / part).mkdir(exist_ok=True)
    for name in sorted(names):
        (staging / name).replace(folder / name)
    former = [*folder.glob(f"{STATIONS_FOLDER}/*.toml"), *folder.glob(f"{RULES_FOLDER}/*.toml")]
    former += [folder / name for name in (GATEWAYS_FILE, FEEDS_FILE, SETTINGS_FILE, NOTICES_FILE, MESSAGES_FILE)]
    for path in former:
        if path.relative_to(folder) not in names:
            path.unlink(missing_ok=True)


def _write_parts(folder: Path, setup: Setup, profile: RegencyProfile, map_file: Path | None) -> None:
    write_profile(folder, profile, map_file)
    _write_text(folder / USERS_FILE, _csv_text(_USER_COLUMNS, map(_user_row, setup.users or ())))
    _write_text(folder / CONTACTS_FILE, _contacts_text(setup.contacts or ()))
    _write_text(folder / UNITS_FILE, _csv_text(_UNIT_COLUMNS, map(_unit_row, setup.units or ())))
    stations = {each.code: _toml_parser(each, _NOT_SETUP) for each in setup.stations or ()}
    _write_items(folder / STATIONS_FOLDER, stations)
    rules = {each.id: _toml_parser(each, frozenset({"type", "active", "version"})) for each in setup.rules or ()}
    _write_items(folder / RULES_FOLDER, rules)
    _write_optional(folder / GATEWAYS_FILE, setup.mappings)
    _write_optional(folder / FEEDS_FILE, setup.feeds)
    _write_optional(folder / NOTICES_FILE, setup.notices)
    _write_optional(folder / MESSAGES_FILE, setup.messages)
    _write_optional(folder / SETTINGS_FILE, portable_text(setup.settings) if setup.settings else None)


def _write_items(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        _write_text(folder / f"{name}.toml", text)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_optional(path: Path, text: str | None) -> None:
    if text is not None:
        _write_text(path, text)


def _csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(sorted(tuple(guard_cell(visible_cell(cell)) for cell in row) for row in rows))
    return target.getvalue()


def _user_row(user: SetupUser) -> list[str]:
    return [user.name, user.full_name, user.role.value, user.opd, user.kecamatan, "yes" if user.active else "no"]


def _unit_row(each: SetupUnit) -> list[str]:
    unit, home = each.unit, each.unit.home
    place = [home.name, str(home.lon_deg), str(home.lat_deg)] if home else ["", "", ""]
    facts = [unit.id, unit.name, unit.kind.value, unit.opd, str(unit.members)]
    return [*facts, unit.contact, unit.tracker, each.gateway, *place]


def _contacts_text(rows: Sequence[TableRow]) -> str:
    """Return the contacts; the columns of personal numbers only if a row has them."""
    has_personal = any(column in row.cells for row in rows for column in PERSONAL_COLUMNS)
    columns = [column for column in CONTACT_COLUMNS.names if has_personal or column not in PERSONAL_COLUMNS]
    return _csv_text(columns, ([row.cells.get(column, "") for column in columns] for row in rows))


def _toml_parser(value: msgspec.Struct, left_out: frozenset[str]) -> str:
    fields: dict[str, Any] = msgspec.to_builtins(value, builtin_types=(datetime,), str_keys=True)
    return tomli_w.dumps(_without_none({name: part for name, part in fields.items() if name not in left_out}))


def _without_none(value: Any) -> Any:
    """Return a value without None, which TOML does not have."""
    if isinstance(value, dict):
        return {name: _without_none(part) for name, part in value.items() if part is not None}
    return [_without_none(part) for part in value] if isinstance(value, list | tuple) else value


# reading

ItemT = TypeVar("ItemT")


def read_setup(folder: Path) -> Setup:
    """Read a setup.

    Raises:
        UnusableSetup: parts of it cannot be read; the message names all files and lines.
    """
    problems = SetupProblems()
    found = Setup(
        profile=_read_profile(folder, problems),
        users=_read_table(folder / USERS_FILE, _USER_COLUMNS, _user_of, lambda user: user.name, problems),
        units=_read_table(folder / UNITS_FILE, _UNIT_COLUMNS, _unit_of, lambda each: each.unit.id, problems),
        stations=_read_items(folder / STATIONS_FOLDER, _station_of, lambda station: station.code, problems),
        rules=_read_items(folder / RULES_FOLDER, read_rule, lambda rule: rule.id, problems),
        mappings=_read_optional(folder / GATEWAYS_FILE, MAX_ITEM_BYTES, problems),
        feeds=_read_feeds(folder / FEEDS_FILE, problems),
        settings=read_portable(folder / SETTINGS_FILE, problems),
        notices=read_portable_notices(folder / NOTICES_FILE, problems),
        messages=read_portable_messages(folder / MESSAGES_FILE, problems),
        contacts=_read_contacts(folder / CONTACTS_FILE, problems),
    )
    if problems:
        raise UnusableSetup(folder, problems)
    if found == Setup():
        raise UnusableSetup(folder, [_("there is no setup; write one with: tabuah setup export")])
    return found


def _read_profile(folder: Path, problems: SetupProblems) -> ProfileFolder | None:
    if not (folder / PROFILE_FILE).exists():
        return None
    try:
        return read_profile(folder)
    except UnusableProfile as error:
        problems.extend(f"{PROFILE_FILE}: {problem}" for problem in error.problems)
        return None


def _read_feeds(path: Path, problems: SetupProblems) -> str | None:
    text = _read_optional(path, MAX_ITEM_BYTES, problems)
    try:
        if text is not None:
            read_sources(text)
    except InvalidFeedSources as error:
        problems.append(f"{path.name}: {describe_file_error(error)}")
    return text


def _read_optional(path: Path, at_most: int, problems: SetupProblems) -> str | None:
    if not path.exists():
        return None
    try:
        return read_text(path, at_most=at_most)
    except (InvalidProfile, OSError) as error:
        problems.append(f"{path.name}: {describe_file_error(error)}")
        return None


def _read_table(
    path: Path,
    columns: Sequence[str],
    item_of: Callable[[dict[str, str]], ItemT],
    name_of: Callable[[ItemT], str],
    problems: SetupProblems,
) -> tuple[ItemT, ...] | None:
    text = _read_optional(path, MAX_TABLE_BYTES, problems)
    if text is None:
        return None
    items: dict[str, ItemT] = {}
    try:
        for line, row in _rows_of(text, columns):
            where = f"{path.name}:{line}: "
            try:
                item = item_of(row)
            except (ValueError, msgspec.ValidationError) as error:
                problems.append(where + describe_file_error(error))
                continue
            if name_of(item) in items:
                problems.append(where + _("{name} is listed twice").format(name=name_of(item)))
            items[name_of(item)] = item
    except ValueError as error:
        problems.append(f"{path.name}: {error}")
    return tuple(items.values())


def _rows_of(text: str, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    unknown = [name for name in rows.fieldnames or () if name not in columns]
    if unknown or columns[0] not in (rows.fieldnames or ()):
        raise ValueError(_("the columns are {columns}").format(columns=", ".join(columns)))
    try:
        for number, row in enumerate(rows):
            if number >= MAX_ITEMS:
                raise ValueError(_("more than {n} lines").format(n=MAX_ITEMS))
            if None in row:
                raise ValueError(_("line {line} has too many columns").format(line=rows.line_num))
            if None in row.values():
                raise ValueError(_("line {line} has too few columns").format(line=rows.line_num))
            yield rows.line_num, {name: without_guard(value.strip()) for name, value in row.items()}
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _read_contacts(path: Path, problems: SetupProblems) -> tuple[TableRow, ...] | None:
    """Return the rows of the contacts; their fields are checked against the journal that receives them."""
    text = _read_optional(path, MAX_TABLE_BYTES, problems)
    if text is None:
        return None
    try:
        return tuple(TableRow(line=line, cells=row) for line, row in _rows_of(text, CONTACT_COLUMNS.names))
    except ValueError as error:
        problems.append(f"{path.name}: {error}")
        return None


def _user_of(row: dict[str, str]) -> SetupUser:
    omitted = {name for name in _USER_COLUMNS if name not in row}
    if not row.get("active"):
        omitted.add("active")
    fields = {**row, "active": _flag_of(row.get("active", "")), "role": _role_of(row.get("role", ""))}
    user = msgspec.convert(fields, SetupUser)
    return msgspec.structs.replace(user, omitted=frozenset(omitted))


def _role_of(text: str) -> Role:
    try:
        return parse_role(text)
    except UnknownCode as error:
        message = _("role: {code} is not on the list: {accepted}")
        raise ValueError(message.format(code=text, accepted=describe_roles())) from error


def _flag_of(text: str) -> bool:
    if text.casefold() in _TRUE:
        return True
    if text.casefold() in _FALSE:
        return False
    raise ValueError(_("active: write yes or no, not {value}").format(value=text))


def _unit_of(row: dict[str, str]) -> SetupUnit:
    fields: dict[str, Any] = {name: value for name, value in row.items() if value and not name.startswith("home_")}
    gateway = fields.pop("gateway", "")
    if row.get("home_lon_deg") or row.get("home_lat_deg"):
        place = {"lon_deg": row.get("home_lon_deg"), "lat_deg": row.get("home_lat_deg"), "name": row.get("home_name")}
        fields["home"] = msgspec.convert(place, Post, strict=False)
    omitted = {name for name in _UNIT_COLUMNS if name not in row}
    if omitted.intersection(_HOME_COLUMNS):
        omitted.add("home")
    unit = msgspec.convert(fields, UnitRegistered, strict=False)
    return SetupUnit(unit=unit, gateway=gateway, omitted=frozenset(omitted))


def _read_items(
    folder: Path, item_of: Callable[[str], ItemT], name_of: Callable[[ItemT], str], problems: SetupProblems
) -> tuple[ItemT, ...] | None:
    if not folder.is_dir():
        return None
    items = []
    for path in sorted(folder.glob("*.toml"))[: MAX_ITEMS + 1]:
        text, where = _read_optional(path, MAX_ITEM_BYTES, problems), f"{folder.name}/{path.name}: "
        try:
            item = item_of(text) if text is not None else None
        except (InvalidRule, ValueError, msgspec.ValidationError) as error:
            problems.append(where + describe_file_error(error))
            continue
        if item is not None and name_of(item) != path.stem:
            problems.append(where + _("the file is named after {name}").format(name=name_of(item)))
        elif item is not None:
            items.append(item)
    if len(items) > MAX_ITEMS:
        problems.append(f"{folder.name}: " + _("more than {n} files").format(n=MAX_ITEMS))
    return tuple(items)


def _station_of(text: str) -> Station:
    fields = parse_toml(text)
    if unknown := sorted(fields.keys() - set(Station.__struct_fields__) | fields.keys() & _NOT_SETUP):
        raise ValueError(_("unknown key: {key}").format(key=unknown[0]))
    return msgspec.convert(fields, Station)
