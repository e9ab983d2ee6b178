"""Tables that people import and export: rows with their line, columns with aliases, cells and numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from typing import Final

import msgspec

from tabuah.resources.time_zone import home_zone

LONGEST_CELL: Final = 2_000
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


_POINT_GROUPS: Final = re.compile(r"[-+−]?[1-9]\d{0,2}(\.\d{3})+")
_COMMA_GROUPS: Final = re.compile(r"[-+−]?[1-9]\d{0,2}(,\d{3})+")
_DECIMAL_POINT: Final = re.compile(r"[-+−]?\d*\.\d+")
_DECIMAL_COMMA: Final = re.compile(r"[-+−]?\d*,\d+")


# XML and UTF-8 cannot hold them, or programs stop reading at them.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class RowState(StrEnum):
    """What an import does with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a table: its line in the file, and its cells by column."""

    line: int
    cells: dict[str, str]
    unclear: frozenset[str] = frozenset()  # columns whose number has a thousands separator, to judge by the file


class TableColumns(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of one kind of table.

    Attributes:
        names: all columns, in the order of an export.
        required: the columns without which a file is refused.
        numbers: the columns with numbers.
        aliases: other names of columns, in lower case with underscores.
    """

    names: tuple[str, ...]
    required: tuple[str, ...]
    numbers: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = msgspec.field(default_factory=dict)

    def read_header(self, cells: Sequence[str]) -> dict[int, str]:
        """Return the known columns by their place; other columns are left out."""
        names = (_heading_key(cell) for cell in cells)
        columns = {place: self.aliases.get(name, name) for place, name in enumerate(names)}
        return {place: name for place, name in columns.items() if name in self.names}

    def headings_of(self, name: str) -> tuple[str, ...]:
        """Return all headings that are read as a column, its own name first."""
        return (name, *(alias for alias, column in self.aliases.items() if column == name))

    def missing_in(self, columns: Mapping[int, str]) -> tuple[str, ...]:
        """Return the required columns that a header lacks."""
        return tuple(name for name in self.required if name not in columns.values())

    def number_of(self, place: int, cell: str) -> float | None:
        """Return the number in a cell of a column with numbers; None in other columns, or if it is no number."""
        return parse_number(cell) if self.names[place] in self.numbers else None


def _heading_key(cell: str) -> str:
    """Return a heading in lower case with underscores, without the usual unit of a column behind it."""
    words = "_".join(cell.strip().lower().lstrip("\ufeff").split())
    return re.sub(r"_?\((m|mdpl|m_dpl|°|derajat)\)$", "", words)


def unclear_numbers(cells: Iterable[str]) -> frozenset[str]:
    """Return the texts with a thousands separator, judged by the decimal separator of all numbers of a file.

    `1.365` is 1365 in a file with decimal commas, and `1,365` is 1365 in one with decimal points.
    """
    texts = frozenset(cell.strip() for cell in cells)
    points, commas = (frozenset(filter(grouped.fullmatch, texts)) for grouped in (_POINT_GROUPS, _COMMA_GROUPS))
    has_commas = any(map(_DECIMAL_COMMA.fullmatch, texts))
    has_points = any(map(_DECIMAL_POINT.fullmatch, texts - points))
    has_clear_commas = any(map(_DECIMAL_COMMA.fullmatch, texts - commas))
    return (points if has_commas else frozenset()) | (commas if has_points and not has_clear_commas else frozenset())


def plain_cell(text: str) -> str:
    """Return the text of a cell without outer spaces and without the apostrophe before a formula sign."""
    plain = " ".join(text[:LONGEST_CELL].replace("\xa0", " ").split())
    return without_guard(plain)


def visible_cell(text: str) -> str:
    """Return a text that any table file can hold: each control character is replaced by a visible one.

    Line breaks and tabs stay. Names that were stored before such characters were refused may contain them.
    """
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def guard_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe where it begins like one."""
    return f"'{text}" if _begins_like_formula(text) else text


def guard_cell(text: str) -> str:
    """Return a cell like `guard_formula`, where a number may start with a sign."""
    return text if parse_number(text) is not None else guard_formula(text)


def without_guard(text: str) -> str:
    """Return the text that `guard_formula` and `guard_cell` got."""
    return text[1:] if text.startswith("'") and _begins_like_formula(text) else text


def _begins_like_formula(text: str) -> bool:
    return text.lstrip(" '").startswith(FORMULA_STARTS)


def parse_number(text: str) -> float | None:
    """Return a number with a decimal point or comma; None if it is unclear. Thousands are never guessed."""
    plain = text.replace(" ", "").replace("−", "-")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", plain):
        return None
    value = float(plain)
    return value if isfinite(value) else None


def format_plain(value: float) -> str:
    """Return the shortest decimal text of a number that is read as the same number."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)


def parse_date(text: str) -> datetime | None:
    """Return the local start of a day from 2026-11-24, 24-11-2026, 24/11/2026 or 24.11.2026; None if unreadable."""
    local = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text)
    try:
        day = date(int(local[3]), int(local[2]), int(local[1])) if local else date.fromisoformat(text[:10])
        if not 1970 < day.year < 2100:
            return None
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=home_zone())
