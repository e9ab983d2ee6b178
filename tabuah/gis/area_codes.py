"""Finds Kemendagri codes and names in the attributes of imported areas, whatever their columns are called."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

_DOTTED: Final = re.compile(r"(\d{2})\.(\d{2})(?:\.(\d{2})(?:\.(\d{4}))?)?")
_DIGITS: Final = re.compile(r"(\d{2})(\d{2})(?:(\d{2})(\d{4})?)?")
_NAME_COLUMNS: Final = (
    ("nama_desa", "wadmkd", "nagari", "nama_nagari", "desa", "kelurahan", "nm_desa", "nmdesa"),
    ("nama_kecamatan", "nama_kec", "wadmkc", "kecamatan", "nm_kecamatan", "nmkec", "kec"),
    ("nama_kabupaten", "nama_kab", "wadmkk", "kabupaten", "kab_kota", "kabkot", "nmkab"),
)
_ANY_NAME: Final = ("name", "nama", "namobj", "nama_objek", "label", "title")
_LEVEL_OF_LENGTH: Final = {13: 0, 8: 1, 5: 2}
_CODE_COLUMN: Final = re.compile(r"kode|code|^kd|_kd|^id|_id$|^adm", re.IGNORECASE)
NAMED_ENOUGH: Final = 0.5  # share of the features that must have a text for a column to be their name
ENOUGH: Final = 0.9  # share of the features that must have a code for a column to count


def kemendagri_code(value: object) -> str:
    """A Kemendagri code with its dots ("13.02.03.2001"), empty when the value is none.

    Plain digits count as well (1302032001), of a regency, kecamatan or nagari; a province alone does not.
    """
    if isinstance(value, float):
        value = int(value) if value.is_integer() else f"{value:.2f}"
    text = str(value).strip()
    match = _DOTTED.fullmatch(text) or _DIGITS.fullmatch(text)
    if not match or not 11 <= int(match[1]) <= 97:
        return ""
    return ".".join(part for part in match.groups() if part)


def code_column(rows: Sequence[Mapping[str, Any]]) -> str:
    """The column that holds the finest Kemendagri codes, empty when none does; BPS codes are passed over."""
    best, best_rank = "", (0, 0)
    for column in _columns(rows):
        if "bps" in column.lower():
            continue
        codes = [code for row in rows if (code := _code_in(row.get(column), column))]
        if len(codes) < ENOUGH * len(rows) or not codes:
            continue
        rank = (min(len(code) for code in codes), len(set(codes)))
        if rank > best_rank:
            best, best_rank = column, rank
    return best


def name_column(rows: Sequence[Mapping[str, Any]], code_length: int) -> str:
    """The column that names the areas: the one of their own level, else the first that looks like a name."""
    by_lower = {c.lower(): c for c in _columns(rows) if _filled(rows, c) >= NAMED_ENOUGH * len(rows)}
    level = _LEVEL_OF_LENGTH.get(code_length)
    own = _NAME_COLUMNS[level] if level is not None else ()
    for wanted in (*own, *_ANY_NAME, *(name for names in _NAME_COLUMNS for name in names)):
        if wanted in by_lower:
            return by_lower[wanted]
    return ""


def _code_in(value: object, column: str) -> str:
    """Numbers and bare digits are a code only in a column named like one; elsewhere they measure something."""
    dotted_text = isinstance(value, str) and "." in value
    return kemendagri_code(value) if dotted_text or _CODE_COLUMN.search(column) else ""


def _filled(rows: Sequence[Mapping[str, Any]], column: str) -> int:
    return sum(1 for row in rows if str(row.get(column) or "").strip())


def _columns(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))
