"""The office that signs: its letterhead is data, shipped for Kabupaten Solok and changed by `office.json`."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from tabuah.console.reports.errors import OfficeNotReadable

OFFICE_FILE: Final = "office.json"
_TOO_LARGE: Final = 1 << 16

Line = Annotated[str, Meta(max_length=200)]
Letters = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\s,<&]+$")]


class Office(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands at the head and at the foot of a document.

    `cap_sender` names the office in CAP messages: no blanks, commas, < or & (CAP 1.2, 3.2.1).
    """

    government: Line
    agency: Line
    unit: Line
    address: Line
    place: Line
    signatory_title: Line
    signatory_name: Line = ""
    signatory_id: Line = ""
    cap_sender: Letters


def read_office(directory: Path | None = None) -> Office:
    """The shipped office, with what `office.json` in the data directory says otherwise.

    Raises:
        OfficeNotReadable: that file is there and is not as it should be.
    """
    shipped = files("tabuah.resources").joinpath("templates", OFFICE_FILE).read_bytes()
    fields: dict[str, Any] = msgspec.json.decode(shipped)
    own = directory / OFFICE_FILE if directory else None
    if own is None or not own.exists():
        return msgspec.convert(fields, Office)
    try:
        with own.open("rb") as file:
            said = msgspec.json.decode(file.read(_TOO_LARGE), type=dict[str, Any])
        return msgspec.convert({**fields, **said}, Office)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OfficeNotReadable(own, str(error)) from error
