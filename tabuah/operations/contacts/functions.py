"""Functions of contacts, such as camat or gateway owner: the catalogue `resources/contacts/functions.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from tabuah.gis.place_names import name_key


class ContactFunction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One function.

    Attributes:
        code: as stored.
        name: the name by language.
        also: other names, for search and import.
    """

    code: str
    name: dict[str, str]
    also: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Return all names in all languages."""
        return (self.code.replace("_", " "), *self.name.values(), *self.also)


class _Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    function: tuple[ContactFunction, ...]


@cache
def contact_functions() -> Mapping[str, ContactFunction]:
    """Return all functions by code, in the order of the file."""
    text = files("tabuah.resources").joinpath("contacts", "functions.toml").read_text("utf-8")
    return {each.code: each for each in msgspec.convert(tomllib.loads(text), _Catalogue).function}


def find_function(text: str) -> str:
    """Return the code of a function from its code or any of its names; empty if there is none."""
    return _codes().get(name_key(text.replace("_", " ")), "")


@cache
def _codes() -> Mapping[str, str]:
    return {name_key(word): each.code for each in reversed([*contact_functions().values()]) for word in each.words}
