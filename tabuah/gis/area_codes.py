"""Detection of Kemendagri codes and names in the attributes of imported areas, whatever the column names."""

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
MIN_NAME_SHARE: Final = 0.5  # share of the features that need a text for a column to be their name
MIN_CODE_SHARE: Final = 0.9  # share of the features that need a code for a column to count


def kemendagri_code(value: object) -> str:
    """Return the Kemendagri code in `value` with its dots ("13.02.03.2001"), empty when there is none.

    Plain digits (1302032001) count for a regency, kecamatan or nagari, but not for a province alone.
    """
    if isinstance(value, float):
        value = int(value) if value.is_integer() else f"{value:.2f}"
    text = str(value).strip()
    match = _DOTTED.fullmatch(text) or _DIGITS.fullmatch(text)
    if not match or not 11 <= int(match[1]) <= 97:
        return ""
    return ".".join(part for part in match.groups() if part)


def code_column(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the column with the finest Kemendagri codes, empty when there is none; BPS codes are skipped."""
    best, best_rank = "", (0, 0)
    for column in _columns(rows):
        if "bps" in column.lower():
            continue
        codes = [code for row in rows if (code := _code_in(row.get(column), column))]
        if len(codes) < MIN_CODE_SHARE * len(rows) or not codes:
            continue
        rank = (min(len(code) for code in codes), len(set(codes)))
        if rank > best_rank:
            best, best_rank = column, rank
    return best


def name_column(rows: Sequence[Mapping[str, Any]], code_length: int) -> str:
    """Return the column that names the areas: that of their own level, else the first that looks like a name."""
    by_lower = {c.lower(): c for c in _columns(rows) if _filled(rows, c) >= MIN_NAME_SHARE * len(rows)}
    level = _LEVEL_OF_LENGTH.get(code_length)
    own = _NAME_COLUMNS[level] if level is not None else ()
    for wanted in (*own, *_ANY_NAME, *(name for names in _NAME_COLUMNS for name in names)):
        if wanted in by_lower:
            return by_lower[wanted]
    return ""


def _code_in(value: object, column: str) -> str:
    """Accept numbers and bare digits as a code only in a column named like one; elsewhere they are measurements."""
    dotted_text = isinstance(value, str) and "." in value
    return kemendagri_code(value) if dotted_text or _CODE_COLUMN.search(column) else ""


def _filled(rows: Sequence[Mapping[str, Any]], column: str) -> int:
    return sum(1 for row in rows if str(row.get(column) or "").strip())


def _columns(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))
