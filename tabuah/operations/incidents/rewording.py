"""The words of an entry that a person may put right before it is issued again."""

from typing import Final

import msgspec

from tabuah.operations.bodies import BODIES, decode_body, encode_body
from tabuah.operations.entries import Entry
from tabuah.operations.errors import MalformedBody, NotPossible
from tabuah.operations.incidents.bodies import IncidentNoted
from tabuah.resources.catalogue import _

# The field that carries a person's own words; of an edit the first one that it writes.
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


def words_of(entry: Entry) -> str | None:
    """The words in an entry that can be put right; None where it has none, such as a restricted note."""
    field = _field_of(entry)
    return None if field is None else str(getattr(_body_of(entry), field))


def reworded(entry: Entry, words: str) -> msgspec.Raw:
    """The body of an entry with other words.

    Raises:
        NotPossible: it has no words that can be put right, or they are too long or empty.
    """
    field = _field_of(entry)
    if field is None:
        raise NotPossible("malformed_body", _("This has no text that could be changed."))
    body = encode_body(msgspec.structs.replace(decode_body(entry), **{field: words.strip()}))
    try:
        msgspec.json.decode(body, type=BODIES[entry.kind])
    except msgspec.ValidationError as error:
        raise NotPossible("malformed_body", _("The text is empty or too long.")) from error
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
