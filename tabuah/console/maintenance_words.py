"""Work on stations in words, for commands and the window."""

from typing import Final

from tabuah.operations.maintenance.window import MaintenanceWindow, Standing
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_time

_STANDINGS: Final[dict[str, str]] = {
    Standing.PLANNED: "planned",
    Standing.RUNNING: "under maintenance",
    Standing.OVERDUE: "overdue: no data since its end",
    Standing.OVER: "over",
}


def standing_word(standing: Standing) -> str:
    """Where the work stands, in a word or three."""
    return _(_STANDINGS[standing])


def work_line(window: MaintenanceWindow) -> str:
    """What is said of a station that is worked on: "dalam pemeliharaan s.d. 15.30 WIB · kalibrasi"."""
    told = _("under maintenance until {time} · {reason}")
    return told.format(time=format_time(window.over_at), reason=window.reason)
