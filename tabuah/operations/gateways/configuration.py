"""The configuration file of gateways, `gateways.toml`."""

import tomllib
from typing import Any, Final, NamedTuple

import msgspec

from tabuah.operations.gateways.mapping import DEFAULT_MAPPING, GatewayMapping

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
        document = tomllib.loads(text)
        with_users = _remove_users(document)
        found = msgspec.convert(document, _File).gateway
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
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


def _remove_users(document: dict[str, Any]) -> tuple[str, ...]:
    """Remove the former setting `users` from all mappings, and return the names of those that had it."""
    tables = document.get("gateway")
    found = [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []
    return tuple(str(table.get("name", "?"))[:80] for table in found if table.pop("users", None) is not None)
