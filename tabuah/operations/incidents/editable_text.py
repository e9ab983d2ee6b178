"""The editable text of a rejected entry, corrected before the entry is re-issued."""

from typing import Final

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.entry_kinds import decode_body, encode_body
from tabuah.operations.errors import MalformedBody, NotPossible
from tabuah.operations.incidents.entry_bodies import IncidentNoted
from tabuah.operations.subjects import ENTRY_KINDS

# The field with the author's own text; for an edit, the first one it writes.
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "incident.reported": ("title",),
    "incident.edited": ("title", "description"),
    "incident.noted": ("text",),
    "incident.moved": ("reason",),
    "incident.merged": ("reason",),
    "incident.deleted": ("reason",),
    "incident.attached": ("caption",),
    "incident.counted": ("source",),
    "entry.refused": ("reason",),
}


def editable_text(entry: Entry) -> str | None:
    """Return the text that can be corrected; None if there is none, as in a restricted note."""
    field = _field_of(entry)
    return None if field is None else str(getattr(_body_of(entry), field))


def replace_text(entry: Entry, words: str) -> msgspec.Raw:
    """Return the body of an entry with another text.

    Raises:
        NotPossible: it has no editable text, or the new text is too long or empty.
    """
    field = _field_of(entry)
    if field is None:
        raise NotPossible("no_editable_text")
    body = encode_body(msgspec.structs.replace(decode_body(entry), **{field: words.strip()}))
    try:
        ENTRY_KINDS[entry.kind].decode(body)
    except MalformedBody as error:
        raise NotPossible("text_length") from error
    return body


def _field_of(entry: Entry) -> str | None:
    body = _body_of(entry)
    if body is None or (isinstance(body, IncidentNoted) and body.restricted):
        return None
    given = (field for field in _FIELDS.get(entry.kind, ()) if getattr(body, field) is not msgspec.UNSET)
    return next(given, None)


def _body_of(entry: Entry) -> msgspec.Struct | None:
    try:
        return decode_body(entry)
    except MalformedBody:
        return None
