"""Incident markers of the map: arrays for the canvas, and texts that are made on hover."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from tabuah.console.window.shared.lazy_texts import LazyTexts
from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.codes import HAZARD_LETTERS
from tabuah.operations.incidents.incident import Incident
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import mark_text
from tabuah.text.incidents.incident_panel import describe_report_age
from tabuah.text.incidents.incident_text import place_text, radius_text, short_title
from tabuah.widgets.map.content import IncidentMarkers, MarkerClass

_LETTERS: Final = tuple(HAZARD_LETTERS.values())
_LETTER_INDEX: Final = {hazard: index for index, hazard in enumerate(HAZARD_LETTERS)}
ENDED_SHOWN_FOR: Final = timedelta(hours=24)


def incident_markers(snapshot: ConsoleSnapshot, now: datetime) -> IncidentMarkers:
    """Return markers of the incidents with a place: open ones and those that ended recently."""
    shown = [
        i for i in snapshot.incidents.values() if i.place and (i.is_open or now - i.updated_at <= ENDED_SHOWN_FOR)
    ]
    count = len(shown)

    def words(index: int) -> str:
        incident = shown[index]
        where = (place_text(incident.place), radius_text(incident.place))
        text = " · ".join(part for part in (code_label(incident.status), *where, incident.number) if part)
        return mark_text(text, incident, snapshot.exercises)

    def age(index: int) -> str:
        return describe_report_age(shown[index], now)

    return IncidentMarkers(
        ids=[incident.id for incident in shown],
        lon_deg=np.array([_place(i)[0] for i in shown], dtype=np.float64),
        lat_deg=np.array([_place(i)[1] for i in shown], dtype=np.float64),
        classes=np.array([MarkerClass.of(LEVEL_OF_SEVERITY[i.severity]) for i in shown], dtype=np.uint8),
        letter_of=np.array([_LETTER_INDEX[i.hazard] for i in shown], dtype=np.uint8),
        closed=np.array([not i.is_open for i in shown], dtype=np.bool_),
        pending=np.array([i.id in snapshot.pending for i in shown], dtype=np.bool_),
        inexact=np.array([i.place is not None and i.place.radius_m is not None for i in shown], dtype=np.bool_),
        drills=frozenset(index for index, i in enumerate(shown) if i.exercise),
        letters=_LETTERS,
        names=LazyTexts(count, lambda index: short_title(shown[index])),
        values=LazyTexts(count, words),
        ages=LazyTexts(count, age),
    )


def _place(incident: Incident) -> tuple[float, float]:
    assert incident.place is not None
    return incident.place.lon_deg, incident.place.lat_deg
