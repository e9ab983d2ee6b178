"""Names of the administrative levels in texts: written as in Kabupaten Solok, shown as the profile names them.

Every text passes here once, after its translation and before its fields are filled in, so that no caller has to name
the levels. Names of options and keys, such as `--nagari`, stay.
"""

import re
from functools import lru_cache
from typing import Final

from tabuah.resources.regency import changed_levels
from tabuah.resources.regency_profile import AdministrativeLevels

_WRITTEN: Final = re.compile(r"(?<![\w{-])(wali nagari|nagari|jorong|kecamatan)(?![\w}=-])", re.IGNORECASE)
_FIELDS: Final = {"wali nagari": "village_head", "nagari": "village", "jorong": "hamlet", "kecamatan": "district"}


def with_level_names(text: str) -> str:
    """Return a text with the level names of the regency in use."""
    levels = changed_levels()
    return text if levels is None else _replaced(text, levels)


def name_with_level(level: str, name: str) -> str:
    """Return a place with its level, "Nagari Koto Baru"; a name that begins with the level stays as it is."""
    first = name.partition(" ")[0].casefold()
    return name if first in level.casefold().split("/") and " " in name else f"{level} {name}"


@lru_cache(maxsize=4096)
def _replaced(text: str, levels: AdministrativeLevels) -> str:
    return _WRITTEN.sub(lambda found: _like(found[0], getattr(levels, _FIELDS[found[0].casefold()])), text)


def _like(written: str, name: str) -> str:
    """Return a name in capitals or in small letters as it was written."""
    if written.isupper():
        return name.upper()
    return name if written[0].isupper() else name.lower()
