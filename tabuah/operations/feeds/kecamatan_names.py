"""Kecamatan that a BMKG nowcast names only in its running text."""

import re
from collections.abc import Iterable
from typing import Final

# "… di sebagian wilayah Aceh, khususnya di KLUET TENGAH, KOTA JANTHO. Kondisi ini berpotensi …"
_NAMED: Final = re.compile(
    r"khususnya\s+di\s+(?:kecamatan\s+)?(.+?)"
    r"(?=\.\s*$|\.\s+(?:Kondisi|Masyarakat|Prakirawan)|,?\s+dan\s+dapat\s+meluas|$)",
    re.IGNORECASE | re.DOTALL,
)


def kecamatan_named_in(description: str) -> tuple[str, ...]:
    """Return the names after "khususnya di", as written and in order; () when there are none."""
    match = _NAMED.search(description)
    if match is None:
        return ()
    parts = (" ".join(part.split()).removeprefix("dan ").strip(" .") for part in re.split(r"[,;]", match[1]))
    return tuple(dict.fromkeys(part for part in parts if part))


def matching_names(named: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """Return the `own` kecamatan that the warning names, ignoring case and spacing."""
    wanted = {_folded(name) for name in named}
    return tuple(name for name in own if _folded(name) in wanted)


def _folded(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())
