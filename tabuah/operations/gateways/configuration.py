"""The file in which an administrator describes gateways, read with the place of what is wrong in it."""

import tomllib
from typing import Final

import msgspec

from tabuah.operations.gateways.mapping import DEFAULT_MAPPING, GatewayMapping

FILE_NAME: Final = "gateways.toml"


class BadConfiguration(ValueError):
    """The file cannot be used; the message says where and why."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    gateway: list[GatewayMapping] = []


def read_mappings(text: str) -> tuple[GatewayMapping, ...]:
    """The mappings of a file, in its order, and Tabuah's own topic after them.

    Raises:
        BadConfiguration: it is no TOML, names something that does not exist, or a mapping cannot work.
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
