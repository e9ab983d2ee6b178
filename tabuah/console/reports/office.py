"""The issuing office: its letterhead is shipped for Kabupaten Solok and can be changed by `office.json`."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from tabuah.console.reports.errors import InvalidOfficeFile

OFFICE_FILE: Final = "office.json"
_MAX_FILE_BYTES: Final = 1 << 16

OfficeLine = Annotated[str, Meta(max_length=200)]
CapSender = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\s,<&]+$")]


class Office(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Letterhead and signature block of a document.

    `cap_sender` names the office in CAP messages: no blanks, commas, < or & (CAP 1.2, 3.2.1).
    """

    government: OfficeLine
    agency: OfficeLine
    unit: OfficeLine
    address: OfficeLine
    place: OfficeLine
    signatory_title: OfficeLine
    signatory_name: OfficeLine = ""
    signatory_id: OfficeLine = ""
    cap_sender: CapSender


def read_office(directory: Path | None = None) -> Office:
    """Return the shipped office, overridden by `office.json` in the data directory.

    Raises:
        InvalidOfficeFile: that file is malformed.
    """
    shipped = files("tabuah.resources").joinpath("templates", OFFICE_FILE).read_bytes()
    fields: dict[str, Any] = msgspec.json.decode(shipped)
    own = directory / OFFICE_FILE if directory else None
    if own is None or not own.exists():
        return msgspec.convert(fields, Office)
    try:
        with own.open("rb") as file:
            overrides = msgspec.json.decode(file.read(_MAX_FILE_BYTES), type=dict[str, Any])
        return msgspec.convert({**fields, **overrides}, Office)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidOfficeFile(own, str(error)) from error
