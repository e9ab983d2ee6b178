"""The configuration file of gateways, `gateways.toml`."""

import tomllib
from typing import Final

import msgspec

from tabuah.operations.gateways.mapping import DEFAULT_MAPPING, GatewayMapping

FILE_NAME: Final = "gateways.toml"


class BadConfiguration(ValueError):
    """The file is invalid; the message says where and why."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    gateway: list[GatewayMapping] = []


def read_mappings(text: str) -> tuple[GatewayMapping, ...]:
    """Return the mappings of a file in order, followed by the default topic.

    Raises:
        BadConfiguration: invalid TOML, an unknown name, or a mapping that cannot work.
    """
    try:
        found = msgspec.convert(tomllib.loads(text), _File).gateway
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
    return (*found, *own)
