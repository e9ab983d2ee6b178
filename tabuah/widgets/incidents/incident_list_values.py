"""Values of the list of incidents: columns, rows and the search request."""

from typing import Final

import msgspec

from tabuah.resources.localisation import N_
from tabuah.widgets.values import Level

ALL_COLUMNS: Final = {
    "severity": N_("Severity"),
    "title": N_("Title"),
    "place": N_("Place"),
    "status": N_("Status"),
    "reported": N_("Reported"),
    "number": N_("Number"),
    "hazard": N_("Hazard"),
    "kecamatan": N_("Kecamatan"),
    "at_risk": N_("At risk"),
    "units": N_("Assigned to"),
    "channel": N_("Channel"),
    "reporter": N_("Recorded by"),
    "updated": N_("Updated at"),
    "found": N_("Found"),
}
SEVERAL: Final = "|"
# Values, which are never cut; the other columns share the space that these leave.
VALUE_COLUMNS: Final = frozenset({"severity", "status", "reported", "number", "updated"})
FIRST_COLUMNS: Final = ("severity", "title", "place", "status", "reported", "number", "found")


class ListedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One incident in the list: the text of each column, and its level."""

    id: str
    level: Level
    texts: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def spoken(self) -> str:
        """Accessible text of the row."""
        return ", ".join(text for text in self.texts.values() if text)


class ListRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Words, and the codes of the filters; empty for no filter.

    `SEVERAL` separates the codes of a filter that has many. `since` and `until` are the texts of the dates of an own
    period.
    """

    words: str = ""
    stage: str = ""
    hazard: str = ""
    severity: str = ""
    status: str = ""
    channel: str = ""
    kecamatan: str = ""
    nagari: str = ""
    opd: str = ""
    unit: str = ""
    author: str = ""
    parent_event: str = ""
    period: str = ""
    since: str = ""
    until: str = ""
    order: str = ""
