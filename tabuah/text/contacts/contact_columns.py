"""Text about the columns of a table of contacts."""

from typing import Final

from tabuah.resources.localisation import _

_COLUMNS: Final[dict[str, str]] = {
    "id": "leave it empty for a new contact; an export fills it in",
    "name": "name of the person or office; every console receives it",
    "function": "camat, wali_nagari, media …; all of them: tabuah contact functions",
    "organisation": "code or name of the office, such as BPBD",
    "kecamatan": "kecamatan that it is for, separated by |; empty with no nagari: the whole regency",
    "nagari": "nagari that it is for, separated by |; NAGARI, KECAMATAN where several have the name",
    "hazards": "hazards that it is for, separated by |; empty: all",
    "phones": "open telephone numbers of the office, separated by |",
    "whatsapp": "open WhatsApp numbers, separated by |",
    "emails": "open e-mail addresses, separated by |",
    "radio": "radio channel or frequency",
    "call_sign": "radio call sign",
    "hours": "when it can be reached",
    "remark": "remark",
    "gateway": "gateway account that it owns",
    "personal_phones": "personal telephone numbers: sealed as callers' are; an empty cell leaves them as they are",
    "personal_whatsapp": "personal WhatsApp numbers, sealed",
    "personal_emails": "personal e-mail addresses, sealed",
}


def explain_contact_columns() -> list[tuple[str, str]]:
    """Return each column with its explanation."""
    return [(name, _(_COLUMNS[name])) for name in _COLUMNS]
