"""The conflict policy field by field, as data: which fields are guarded, and how their values are written.

| field                                   | two people write it                                      |
| --------------------------------------- | -------------------------------------------------------- |
| title, description, hazard, channel, occurred_at | the last in server order wins, the other stays in history |
| severity, assignment, place, area       | a conflict, settled by a person                          |
| status, forward                         | the furthest wins, both times are kept                   |
| status to closed, false report, merged; reopening; deleting | a conflict, settled by a person      |
| notes, photos, figures                  | both are kept                                            |
"""

from typing import Any, Final

import msgspec

from tabuah.operations.codes import Severity, Status
from tabuah.operations.incidents.bodies import Ring
from tabuah.operations.places import IncidentPlace

DESCRIPTIVE_FIELDS: Final = ("title", "description", "hazard", "channel", "occurred_at")
GUARDED_FIELDS: Final = ("severity", "assignment", "place", "area")
STATUS: Final = "status"
DELETED: Final = "deleted"

GUARDED_TYPES: Final[dict[str, Any]] = {
    "severity": Severity,
    "assignment": tuple[str, ...],
    "place": IncidentPlace | None,
    "area": Ring | None,
    STATUS: Status,
    DELETED: bool,
}

_DECODERS: Final = {field: msgspec.json.Decoder(shape) for field, shape in GUARDED_TYPES.items()}
_ENCODER: Final = msgspec.json.Encoder()


def value_text(value: object) -> str:
    """A guarded value as JSON text, the form in which writings and conflicts keep it."""
    return _ENCODER.encode(value).decode()


def read_value(field: str, text: str) -> Any:
    """The value of a guarded field from its JSON text, typed by `GUARDED_TYPES`."""
    return _DECODERS[field].decode(text)
