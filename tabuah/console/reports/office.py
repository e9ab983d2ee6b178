"""The issuing office: letterhead and signatory of the regency's profile, which `office.json` can override."""

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from tabuah.console.reports.errors import InvalidOfficeFile
from tabuah.resources.regency import current_regency
from tabuah.resources.regency_profile import MAX_CREST_BYTES, CapSender

OFFICE_FILE: Final = "office.json"
_MAX_FILE_BYTES: Final = 1 << 16

OfficeLine = Annotated[str, Meta(max_length=200)]


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
    crest_svg: Annotated[str, Meta(max_length=MAX_CREST_BYTES)] = ""


def read_office(directory: Path | None = None) -> Office:
    """Return the office of the regency's profile, overridden by `office.json` in the data directory.

    Raises:
        InvalidOfficeFile: that file is malformed.
    """
    fields = _fields_of_profile()
    own = directory / OFFICE_FILE if directory else None
    if own is None or not own.exists():
        return msgspec.convert(fields, Office)
    try:
        with own.open("rb") as file:
            overrides = msgspec.json.decode(file.read(_MAX_FILE_BYTES), type=dict[str, Any])
        return msgspec.convert({**fields, **overrides}, Office)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidOfficeFile(own, str(error)) from error


def _fields_of_profile() -> dict[str, Any]:
    regency = current_regency()
    letterhead, signatory = regency.letterhead, regency.signatories[0]
    return {
        "government": letterhead.government,
        "agency": letterhead.agency,
        "unit": letterhead.unit,
        "address": letterhead.address,
        "place": letterhead.place,
        "signatory_title": signatory.title,
        "signatory_name": signatory.name,
        "signatory_id": signatory.nip,
        "cap_sender": letterhead.cap_sender,
        "crest_svg": regency.crest_svg,
    }
