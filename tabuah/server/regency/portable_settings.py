"""The part of `server.toml` that belongs to a regency and not to one host: written, read, and merged."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import tomli_w

from tabuah.resources.localisation import _
from tabuah.server.configuration import ServerConfiguration, check_configuration
from tabuah.server.regency.setup_problems import SetupProblems

# Addresses, paths and secrets of one host: `mqtt` may have a password.
HOST_KEYS: Final = frozenset(
    {"host", "port", "certificate", "key", "trusted_proxies", "database", "mqtt", "log.file", "backup.directory"}
)
# In English in every language, so that the same setup has the same bytes.
_HEAD: Final = "# Settings of the regency. Addresses, paths and secrets stay in the server.toml of each host.\n"


def portable_text(configuration: ServerConfiguration) -> str:
    """Return the file of a setup: the portable values that are no defaults."""
    changed = set(changed_keys(ServerConfiguration(), configuration)) - HOST_KEYS
    return _HEAD + tomli_w.dumps(
        _tables({key: value for key, value in _flat(configuration).items() if key in changed})
    )


def read_portable(file: Path, problems: SetupProblems) -> ServerConfiguration | None:
    """Read the file of a setup; None without one. Problems are added with the name of the file and the key."""
    if not file.exists():
        return None
    found, wrong = check_configuration(file)
    problems.extend(": ".join(part for part in (file.name, each.key, each.reason) if part) for each in wrong)
    message = _("{key} belongs to one host; write it in the server.toml of the server and remove it here")
    of_host = (key for key in changed_keys(ServerConfiguration(), found) if key in HOST_KEYS)
    problems.extend(f"{file.name}: {message.format(key=key)}" for key in of_host)
    return found


def merge_portable(host: ServerConfiguration, portable: ServerConfiguration) -> ServerConfiguration:
    """Return the settings of a host with the portable values of a setup."""
    of_host = {key: value for key, value in _flat(host).items() if key in HOST_KEYS}
    return msgspec.convert(_tables(_flat(portable) | of_host), ServerConfiguration)


def changed_keys(before: ServerConfiguration, after: ServerConfiguration) -> tuple[str, ...]:
    """Return the keys in which two configurations differ, with the table in front."""
    values = _flat(after)
    return tuple(key for key, value in _flat(before).items() if value != values[key])


def _flat(values: msgspec.Struct) -> dict[str, Any]:
    """Return all values by key, with the table in front: `log.file`."""
    return dict(_items(values, ""))


def _items(values: msgspec.Struct, prefix: str) -> Iterator[tuple[str, Any]]:
    for name in values.__struct_fields__:
        value = getattr(values, name)
        if isinstance(value, msgspec.Struct):
            yield from _items(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _tables(values: dict[str, Any]) -> dict[str, Any]:
    """Return values in their tables, the counterpart of `_flat`."""
    tables: dict[str, Any] = {}
    for key, value in values.items():
        table, _dot, name = key.rpartition(".")
        (tables.setdefault(table, {}) if table else tables)[name] = value
    return tables
