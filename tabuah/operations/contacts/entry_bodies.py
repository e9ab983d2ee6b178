"""Bodies of contact entries."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.bounds import IdText
from tabuah.operations.contacts.contact import (
    AreaCodes,
    ContactName,
    FunctionCode,
    Hazards,
    Numbers,
    RemarkText,
    ShortText,
)

# Commitment to the personal numbers; empty if there are none.
Commitment = Annotated[str, Meta(max_length=64)]
Reason = Annotated[str, Meta(min_length=1, max_length=400)]


class ContactRegistered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new contact. Every console receives all but the personal numbers, to which `personal` is a commitment."""

    name: ContactName
    function: FunctionCode
    organisation: ShortText = ""
    kecamatan: AreaCodes = ()
    nagari: AreaCodes = ()
    hazards: Hazards = ()
    phones: Numbers = ()
    whatsapp: Numbers = ()
    emails: Numbers = ()
    radio: ShortText = ""
    call_sign: ShortText = ""
    hours: ShortText = ""
    remark: RemarkText = ""
    gateway: IdText = ""
    personal: Commitment = ""


class ContactEdited(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Changed fields; each is taken from the last entry in server order. An empty `personal` removes the numbers."""

    name: ContactName | UnsetType = UNSET
    function: FunctionCode | UnsetType = UNSET
    organisation: ShortText | UnsetType = UNSET
    kecamatan: AreaCodes | UnsetType = UNSET
    nagari: AreaCodes | UnsetType = UNSET
    hazards: Hazards | UnsetType = UNSET
    phones: Numbers | UnsetType = UNSET
    whatsapp: Numbers | UnsetType = UNSET
    emails: Numbers | UnsetType = UNSET
    radio: ShortText | UnsetType = UNSET
    call_sign: ShortText | UnsetType = UNSET
    hours: ShortText | UnsetType = UNSET
    remark: RemarkText | UnsetType = UNSET
    gateway: IdText | UnsetType = UNSET
    personal: Commitment | UnsetType = UNSET


class ContactRetired(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The contact is no longer listed; it stays in the history."""

    reason: Reason


class ContactRestored(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A retired contact is listed again."""

    reason: Reason
