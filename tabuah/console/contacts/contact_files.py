"""Tables of contacts in CSV and XLSX files: reading, export and template."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tabuah.console import table_files
from tabuah.console.table_files import TableFormat, read_rows, write_rows
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.contact_table import (
    COLUMNS,
    CONTACT_COLUMNS,
    PERSONAL_COLUMNS,
    format_contact,
)
from tabuah.operations.contacts.places import PlaceNames
from tabuah.operations.import_table import TableRow, guard_cell
from tabuah.text.contacts.contact_columns import explain_contact_columns

CONTACT_TABLE: Final = TableFormat(columns=CONTACT_COLUMNS, sheet="contacts", template="tabuah contact template")
_WITHOUT_PERSONAL: Final = len(COLUMNS) - len(PERSONAL_COLUMNS)  # they are the last ones


def read_contact_table(path: Path) -> list[TableRow]:
    """Return the rows of a file. Lines that start with # are comments.

    Raises:
        UnreadableTable: the file cannot be read, lacks a column, or is too large.
    """
    return read_rows(path, CONTACT_TABLE)


def write_contact_table(
    path: Path,
    contacts: Iterable[tuple[Contact, PersonalNumbers | None]],
    places: PlaceNames,
    *,
    with_personal: bool = False,
) -> None:
    """Write contacts to a CSV or XLSX file, which `read_contact_table` reads.

    Args:
        path: the file.
        contacts: the contacts, each with its personal numbers as far as the user may read them.
        places: the names of kecamatan and nagari.
        with_personal: whether the file has the columns of personal numbers.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    rows = [list(COLUMNS), *([*map(guard_cell, format_contact(each, places, own))] for each, own in contacts)]
    write_rows(path, CONTACT_TABLE, rows if with_personal else [row[:_WITHOUT_PERSONAL] for row in rows])


def write_contact_template(path: Path) -> None:
    """Write a template: the columns, each explained in a comment, and examples.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    table_files.write_template(path, CONTACT_TABLE, explain_contact_columns(), _EXAMPLES)


_EXAMPLES: Final = (
    (
        *("", "Camat Gunung Talang", "camat", "Kecamatan Gunung Talang", "Gunung Talang", "", ""),
        *("0755 31123", "", "camat@contoh.example", "VHF 2", "TALANG 1", "08.00-16.00", "", "", "0812 0000 0000"),
        *("", ""),
    ),
    (
        *("", "BWS Sumatera V", "water_authority", "BWS Sumatera V", "", "", "flood | flash_flood"),
        *("0751 7000000", "", "", "", "", "24 jam", "", "bws", "", "", ""),
    ),
)
