"""Text about contacts: names of fields and functions, problems by field, numbers and places in one line."""

from collections.abc import Sequence
from typing import Final

from tabuah.operations.contacts.checks import ContactProblem, ContactProblemCode
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.functions import contact_functions
from tabuah.operations.contacts.incident_contacts import ContactReason
from tabuah.operations.contacts.places import PlaceNames
from tabuah.resources.localisation import _, current_language, format_moment
from tabuah.text.code_labels import code_label

_PROBLEMS: Final[dict[str, str]] = {
    ContactProblemCode.NAME_MISSING: "The contact needs a name.",
    ContactProblemCode.TOO_LONG: "The text is longer than {n} characters.",
    ContactProblemCode.CONTROL_CHARACTERS: "The text has characters that cannot be shown. Type it again.",
    ContactProblemCode.TOO_MANY: "There are more than {n}.",
    ContactProblemCode.FUNCTION_UNKNOWN: "There is no function “{text}”. All of them: tabuah contact functions",
    ContactProblemCode.HAZARD_UNKNOWN: "“{text}” is no hazard, such as flood or landslide.",
    ContactProblemCode.KECAMATAN_UNKNOWN: "There is no kecamatan “{text}”.",
    ContactProblemCode.NAGARI_UNKNOWN: "There is no nagari “{text}”.",
    ContactProblemCode.NAGARI_AMBIGUOUS: "Several nagari are called “{text}”. Add the kecamatan: NAGARI, KECAMATAN",
    ContactProblemCode.NUMBER_UNREADABLE: "“{text}” is no telephone number, such as 0755 31123 or +62 812 3456 7890.",
    ContactProblemCode.EMAIL_UNREADABLE: "“{text}” is no e-mail address.",
    ContactProblemCode.NO_NUMBER: "The contact needs a number, a radio channel or an e-mail address.",
    ContactProblemCode.GATEWAY_UNKNOWN: "There is no account {gateway}.",
    ContactProblemCode.GATEWAY_OF_PERSON: "{gateway} is no gateway account.",
    ContactProblemCode.ID_MALFORMED: "“{text}” is no id of a contact. Leave the cell empty for a new one.",
    ContactProblemCode.ID_REPEATED: "The contact {name} occurs more than once.",
    ContactProblemCode.REPEATED: "The contact {name} occurs more than once, with the same function and office.",
}
_FIELDS: Final[dict[str, str]] = {
    "id": "Id",
    "name": "Name",
    "function": "Function",
    "organisation": "Organisation",
    "kecamatan": "Kecamatan",
    "nagari": "Nagari",
    "hazards": "Hazards",
    "phones": "Telephone",
    "whatsapp": "WhatsApp",
    "emails": "E-mail",
    "radio": "Radio channel",
    "call_sign": "Call sign",
    "hours": "Hours",
    "remark": "Remark",
    "gateway": "Gateway account",
    "personal": "Personal numbers",
    "personal_phones": "Personal telephone",
    "personal_whatsapp": "Personal WhatsApp",
    "personal_emails": "Personal e-mail",
    "retired": "No longer listed",
}
_REASONS: Final[dict[str, str]] = {
    ContactReason.NAGARI: "for this nagari",
    ContactReason.KECAMATAN: "for this kecamatan",
    ContactReason.ASSIGNED: "assigned OPD",
    ContactReason.HAZARD: "for this hazard",
}


def describe_contact_problem(problem: ContactProblem) -> str:
    """Return the sentence of a problem in the current language."""
    return _(_PROBLEMS[problem.code]).format(**problem.values)


def contact_field_label(name: str) -> str:
    """Return the label of a field; an unknown one is named by itself."""
    return _(_FIELDS[name]) if name in _FIELDS else name


def function_label(code: str) -> str:
    """Return the name of a function in the current language; the code of one that is not known."""
    function = contact_functions().get(code)
    return code if function is None else function.name.get(current_language(), function.name["en"])


def reason_label(reason: ContactReason) -> str:
    """Return why a contact is listed for an incident."""
    return _(_REASONS[reason])


def describe_places(contact: Contact, places: PlaceNames) -> str:
    """Return the places of a contact; the whole regency if it names none."""
    if contact.is_regency_wide:
        return _("whole regency")
    named = [*map(places.nagari_label, contact.nagari), *map(places.kecamatan_label, contact.kecamatan)]
    return ", ".join(named)


def describe_hazards(contact: Contact) -> str:
    return ", ".join(code_label(hazard) for hazard in contact.hazards) or _("all hazards")


def describe_duty(contact: Contact) -> str:
    """Return function and office of a contact in one line."""
    return " · ".join(part for part in (function_label(contact.function), contact.organisation) if part)


def numbers_of(contact: Contact, personal: PersonalNumbers | None = None) -> list[tuple[str, str]]:
    """Return the channels and numbers of a contact in the order in which people try them, open ones first."""
    found = [(contact_field_label("phones"), number) for number in contact.phones]
    found += [(contact_field_label("whatsapp"), number) for number in contact.whatsapp]
    if contact.radio or contact.call_sign:
        found.append((_("Radio"), " · ".join(filter(None, (contact.radio, contact.call_sign)))))
    found += [(contact_field_label("emails"), address) for address in contact.emails]
    if personal is not None:
        found += [(contact_field_label("personal_phones"), number) for number in personal.phones]
        found += [(contact_field_label("personal_whatsapp"), number) for number in personal.whatsapp]
        found += [(contact_field_label("personal_emails"), address) for address in personal.emails]
    return found


def describe_numbers(numbers: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{channel} {number}" for channel, number in numbers)


def describe_contact_retirement(contact: Contact) -> str:
    """Return who retired a contact, when and why; empty if it is in service."""
    if contact.retired is None:
        return ""
    return _("{time}, {name}: {reason}").format(
        time=format_moment(contact.retired.at), name=contact.retired.by, reason=contact.retired.reason
    )


def describe_call(contact: Contact) -> str:
    """Return the note of a call on an incident. It names no number."""
    return _("Called: {name} ({function}), reached").format(
        name=contact.name, function=function_label(contact.function)
    )


def sealed_notice(*, may_read: bool) -> str:
    """Return why the personal numbers of a contact are not shown."""
    if may_read:
        return _("not here yet, or erased")
    return _("sealed: your role does not read personal numbers")
