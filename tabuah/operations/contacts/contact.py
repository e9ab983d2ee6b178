"""The contact: a person or office of the directory, with its open numbers and a sealed part for personal ones."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import IdText, LabelText, bounded
from tabuah.operations.codes import Hazard
from tabuah.operations.hidden_characters import LINE_PATTERN, LINES_PATTERN
from tabuah.operations.stations.station import Retirement

MAX_NUMBERS: Final = 10  # of one channel
MAX_PLACES: Final = 100
PERSONAL: Final = "personal"  # the field of a body that holds the commitment to the personal numbers

ContactName = Annotated[str, Meta(min_length=1, max_length=120, pattern=LINE_PATTERN)]
FunctionCode = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}$"), bounded(max_length=40)]
ShortText = Annotated[str, Meta(max_length=120, pattern=LINE_PATTERN)]
RemarkText = Annotated[str, Meta(max_length=400, pattern=LINES_PATTERN)]
NumberText = Annotated[str, Meta(min_length=1, max_length=80, pattern=LINE_PATTERN)]
AreaCode = Annotated[str, Meta(pattern=r"^[0-9.]{2,20}$"), bounded(max_length=20)]
Numbers = Annotated[tuple[NumberText, ...], Meta(max_length=MAX_NUMBERS)]
AreaCodes = Annotated[tuple[AreaCode, ...], Meta(max_length=MAX_PLACES)]
Hazards = Annotated[tuple[Hazard, ...], Meta(max_length=len(Hazard))]


class PersonalNumbers(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The personal numbers of a contact: sealed in an entry, read by the roles that may read callers."""

    phones: Numbers = ()
    whatsapp: Numbers = ()
    emails: Numbers = ()

    def __bool__(self) -> bool:
        return bool(self.phones or self.whatsapp or self.emails)


class Contact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="contact"):
    """One contact of the directory. It belongs to the real world and to all exercises.

    Attributes:
        id: the key of its subject.
        function: code of a function (`functions.toml`), such as `camat`.
        organisation: code or name of its office.
        kecamatan, nagari: Kemendagri codes of the places that it is for; none for the whole regency.
        hazards: the hazards that it is for; none for all.
        phones, whatsapp, emails, radio, call_sign: the open numbers of the office.
        gateway: the gateway account that it owns.
        personal_entry: id of the entry with its personal numbers; empty if it has none.
    """

    id: IdText
    name: LabelText
    function: IdText
    organisation: LabelText = ""
    kecamatan: Annotated[tuple[IdText, ...], bounded(max_length=MAX_PLACES)] = ()
    nagari: Annotated[tuple[IdText, ...], bounded(max_length=MAX_PLACES)] = ()
    hazards: tuple[Hazard, ...] = ()
    phones: Annotated[tuple[LabelText, ...], bounded(max_length=MAX_NUMBERS)] = ()
    whatsapp: Annotated[tuple[LabelText, ...], bounded(max_length=MAX_NUMBERS)] = ()
    emails: Annotated[tuple[LabelText, ...], bounded(max_length=MAX_NUMBERS)] = ()
    radio: LabelText = ""
    call_sign: LabelText = ""
    hours: LabelText = ""
    remark: LabelText = ""
    gateway: IdText = ""
    personal_entry: IdText = ""
    retired: Retirement | None = None

    @property
    def has_open_numbers(self) -> bool:
        return bool(self.phones or self.whatsapp or self.emails or self.radio)

    @property
    def is_regency_wide(self) -> bool:
        return not self.kecamatan and not self.nagari
