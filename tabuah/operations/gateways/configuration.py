"""The configuration file of gateways, `gateways.toml`."""

import re
from typing import Any, Final, NamedTuple

import msgspec

from tabuah.operations.gateways.mapping import DEFAULT_MAPPING, GatewayMapping
from tabuah.resources.toml_parser import parse_toml

FILE_NAME: Final = "gateways.toml"


class BadConfiguration(ValueError):
    """The file is invalid; the message says where and why."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    gateway: list[GatewayMapping] = []


class GatewayConfiguration(NamedTuple):
    """The mappings of a file in order, followed by the default topic.

    `with_users` names the mappings with the former setting `users`, which is ignored.
    """

    mappings: tuple[GatewayMapping, ...]
    with_users: tuple[str, ...] = ()


def read_mappings(text: str) -> tuple[GatewayMapping, ...]:
    """Return the mappings of a file in order, followed by the default topic; raises like `read_configuration`."""
    return read_configuration(text).mappings


def read_configuration(text: str) -> GatewayConfiguration:
    """Parse a file.

    Raises:
        BadConfiguration: invalid TOML, an unknown name, or a mapping that cannot work.
    """
    try:
        document = parse_toml(text)
        with_users = _remove_users(document)
        found = msgspec.convert(document, _File).gateway
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise BadConfiguration(str(error)) from error
    for mapping in found:
        if problem := mapping.problem():
            raise BadConfiguration(f"gateway {mapping.name!r}: {problem}")
    names = [mapping.name for mapping in found]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise BadConfiguration(f"two gateways are called {doubled[0]!r}")
    own = () if DEFAULT_MAPPING.name in names else (DEFAULT_MAPPING,)
    return GatewayConfiguration((*found, *own), with_users)


class MappingProblem(NamedTuple):
    """An error in a file; `line` counts from 1, and is 0 where it is not known. `is_syntax`: it is no TOML."""

    line: int
    text: str
    is_syntax: bool = False


def find_problems(text: str) -> tuple[MappingProblem, ...]:
    """Return the errors of a file with their lines, those of each mapping; empty for a file that can be used."""
    try:
        document = parse_toml(text)
    except (ValueError, RecursionError) as error:
        at = _ERROR_LINE.search(str(error))
        return (MappingProblem(int(at[1]) if at else text.count("\n") + 1, str(error), is_syntax=True),)
    _remove_users(document)
    tables, starts = document.get("gateway"), _mapping_lines(text)
    found = []
    for index, table in enumerate(tables if isinstance(tables, list) else ()):
        if problem := _mapping_problem(table):
            found.append(MappingProblem(starts[index] if index < len(starts) else 0, problem))
    if found:
        return tuple(found)
    try:
        read_configuration(text)
    except BadConfiguration as error:
        return (MappingProblem(0, str(error)),)
    return ()


def _mapping_problem(table: object) -> str:
    try:
        return msgspec.convert(table, GatewayMapping).problem()
    except (msgspec.ValidationError, RecursionError) as error:
        return str(error)


def _mapping_lines(text: str) -> list[int]:
    """Return the line of each `[[gateway]]`."""
    return [number for number, line in enumerate(text.splitlines(), start=1) if _MAPPING_START.match(line)]


_ERROR_LINE: Final = re.compile(r"at line (\d+)")
_MAPPING_START: Final = re.compile(r"\s*\[\[\s*gateway\s*\]\]")


def _remove_users(document: dict[str, Any]) -> tuple[str, ...]:
    """Remove the former setting `users` from all mappings, and return the names of those that had it."""
    tables = document.get("gateway")
    found = [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []
    return tuple(str(table.get("name", "?"))[:80] for table in found if table.pop("users", None) is not None)
