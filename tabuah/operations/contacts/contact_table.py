"""Contacts as rows of a table: one contact a row, the same columns for import, export and template."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from tabuah.operations.codes import Hazard, parse_code
from tabuah.operations.contacts.checks import (
    ContactProblem,
    ContactProblemCode,
    ContactProblems,
    problem,
)
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.functions import find_function
from tabuah.operations.contacts.places import PlaceNames
from tabuah.operations.errors import UnknownCode
from tabuah.operations.import_table import TableColumns, TableRow, plain_cell
from tabuah.operations.subject_type import UUID_KEY

PERSONAL_COLUMNS: Final = ("personal_phones", "personal_whatsapp", "personal_emails")
COLUMNS: Final = (
    *("id", "name", "function", "organisation", "kecamatan", "nagari", "hazards", "phones", "whatsapp", "emails"),
    *("radio", "call_sign", "hours", "remark", "gateway"),
    *PERSONAL_COLUMNS,
)
REQUIRED_COLUMNS: Final = ("name", "function")
_ALIASES: Final = {
    "nama": "name",
    "fungsi": "function",
    "jabatan": "function",
    "instansi": "organisation",
    "opd": "organisation",
    "kantor": "organisation",
    "organization": "organisation",
    "bahaya": "hazards",
    "jenis_kejadian": "hazards",
    "hazard": "hazards",
    "telepon": "phones",
    "phone": "phones",
    "telp": "phones",
    "wa": "whatsapp",
    "surel": "emails",
    "email": "emails",
    "kanal_radio": "radio",
    "panggilan": "call_sign",
    "tanda_panggil": "call_sign",
    "jam": "hours",
    "jam_layanan": "hours",
    "catatan": "remark",
    "keterangan": "remark",
    "gerbang": "gateway",
    "akun_gerbang": "gateway",
    "telepon_pribadi": "personal_phones",
    "whatsapp_pribadi": "personal_whatsapp",
    "surel_pribadi": "personal_emails",
}
CONTACT_COLUMNS: Final = TableColumns(names=COLUMNS, required=REQUIRED_COLUMNS, aliases=_ALIASES)
_TEXTS: Final = ("name", "organisation", "radio", "call_sign", "hours", "remark", "gateway")
_LISTS: Final = ("phones", "whatsapp", "emails")
_SEPARATOR: Final = re.compile(r"[|;\n]")
EMPTY_CONTACT: Final = Contact(id="", name="", function="")


class ReadContact(msgspec.Struct, frozen=True, kw_only=True):
    """The contact of a row; `personal` is None where the row leaves the personal numbers as they are."""

    contact: Contact
    personal: PersonalNumbers | None = None
    problems: ContactProblems = ()


def row_id(row: TableRow) -> str:
    """Return the id of the contact in a row; empty for a contact without one."""
    return plain_cell(row.cells.get("id", "")).lower()


def read_contact(row: TableRow, places: PlaceNames, before: Contact | None = None) -> ReadContact:
    """Return the contact of a row, with the problems of cells that cannot be read.

    Args:
        row: the row. A column that the file does not have leaves the field as it is, and so do empty personal cells.
        places: the names of kecamatan and nagari.
        before: the contact as it is now; None for a new one.
    """
    reader = _RowReader(row, places)
    contact = before if before is not None else EMPTY_CONTACT
    values: dict[str, Any] = {
        name: _text(row.cells[name], getattr(contact, name)) for name in _TEXTS if name in row.cells
    }
    values |= {name: split_cell(row.cells[name]) for name in _LISTS if name in row.cells}
    values["function"] = reader.function(contact.function)
    values["hazards"] = reader.hazards(contact.hazards)
    values["kecamatan"] = reader.kecamatan(contact.kecamatan)
    values["nagari"] = reader.nagari(contact.nagari)
    changed = msgspec.structs.replace(contact, **values)
    return ReadContact(contact=changed, personal=reader.personal(), problems=tuple(reader.problems))


def _text(cell: str, before: str) -> str:
    """Return the text of a cell, or the present text where only its spaces differ."""
    text = plain_cell(cell)
    return before if plain_cell(before) == text else text


def split_cell(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell, each once: `0755 31123 | 112`."""
    return tuple(dict.fromkeys(filter(None, (plain_cell(part) for part in _SEPARATOR.split(cell)))))


def changed_personal(cells: Mapping[str, str], known: PersonalNumbers | None) -> PersonalNumbers | None:
    """Return the personal numbers after an edit, None if they stay; those that are sealed here are replaced."""
    parts = {name: split_cell(cells[name]) for name in PERSONAL_COLUMNS if name in cells}
    if not parts:
        return None
    values = {name.removeprefix("personal_"): numbers for name, numbers in parts.items()}
    return msgspec.structs.replace(known or PersonalNumbers(), **values)


class _RowReader:
    """Reads the cells of one row and collects their problems."""

    def __init__(self, row: TableRow, places: PlaceNames) -> None:
        self._cells, self._places = row.cells, places
        self.problems: list[ContactProblem] = []
        if row_id(row) and not UUID_KEY.fullmatch(row_id(row)):
            self._report("id", ContactProblemCode.ID_MALFORMED, row_id(row))

    def function(self, before: str) -> str:
        if "function" not in self._cells:
            return before
        text = plain_cell(self._cells["function"])
        if text == before:  # also a function of a newer version
            return before
        return find_function(text) or text

    def hazards(self, before: tuple[Hazard, ...]) -> tuple[Hazard, ...]:
        return self._each("hazards", before, self._hazard)

    def kecamatan(self, before: tuple[str, ...]) -> tuple[str, ...]:
        return self._each("kecamatan", before, self._kecamatan)

    def nagari(self, before: tuple[str, ...]) -> tuple[str, ...]:
        return self._each("nagari", before, self._nagari)

    def personal(self) -> PersonalNumbers | None:
        """Return the personal numbers; empty cells never delete sealed numbers that the file does not contain."""
        parts = {name.removeprefix("personal_"): split_cell(self._cells.get(name, "")) for name in PERSONAL_COLUMNS}
        return PersonalNumbers(**parts) if any(parts.values()) else None

    def _each(self, column: str, before: tuple[Any, ...], read: Callable[[str], Any]) -> tuple[Any, ...]:
        if column not in self._cells:
            return before
        found = (read(text) for text in split_cell(self._cells[column]))
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def _hazard(self, text: str) -> Hazard | None:
        try:
            return parse_code(Hazard, text)
        except UnknownCode:
            self._report("hazards", ContactProblemCode.HAZARD_UNKNOWN, text)
            return None

    def _kecamatan(self, text: str) -> str | None:
        code = self._places.find_kecamatan(text)
        if not code:
            self._report("kecamatan", ContactProblemCode.KECAMATAN_UNKNOWN, text)
        return code or None

    def _nagari(self, text: str) -> str | None:
        found = self._places.find_nagari(text)
        if len(found) == 1:
            return found[0]
        code = ContactProblemCode.NAGARI_AMBIGUOUS if found else ContactProblemCode.NAGARI_UNKNOWN
        self._report("nagari", code, text)
        return None

    def _report(self, field: str, code: ContactProblemCode, text: str) -> None:
        self.problems.append(problem(field, code, text=text[:80]))


def format_contact(contact: Contact, places: PlaceNames, personal: PersonalNumbers | None = None) -> list[str]:
    """Return the cells of a contact, in the order of `COLUMNS`; `read_contact` reads the same contact from them.

    Args:
        contact: the contact.
        places: the names of kecamatan and nagari; codes are written where a name is not known.
        personal: its personal numbers; None leaves them out.
    """
    cells = {name: getattr(contact, name) for name in ("id", "function", *_TEXTS)}
    cells |= {name: _join(getattr(contact, name)) for name in _LISTS}
    cells["hazards"] = _join(hazard.value for hazard in contact.hazards)
    cells["kecamatan"] = _join(map(places.kecamatan_label, contact.kecamatan))
    cells["nagari"] = _join(map(places.nagari_label, contact.nagari))
    if personal is not None:
        cells |= {name: _join(getattr(personal, name.removeprefix("personal_"))) for name in PERSONAL_COLUMNS}
    return [cells.get(column, "") for column in COLUMNS]


def _join(parts: Iterable[str]) -> str:
    return " | ".join(parts)
