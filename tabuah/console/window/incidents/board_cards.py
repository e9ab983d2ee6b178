"""The board: a card for each open or recently ended incident."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.codes import HAZARD_LETTERS, Channel, Severity, Status
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.clocks import Clock, next_clock
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_list import sort_for_board
from tabuah.operations.incidents.merges import has_broken_merge
from tabuah.resources.fault_isolation import handle_each
from tabuah.resources.localisation import _, format_age
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.faulty_items import cannot_be_displayed
from tabuah.text.incidents.answers import people_at_risk_note
from tabuah.text.incidents.figures import casualty_note
from tabuah.text.incidents.incident_panel import waits_for_supervisor_text
from tabuah.text.incidents.incident_text import place_text, radius_text, response_clock_text, short_title
from tabuah.text.incidents.merges import broken_merge_text
from tabuah.widgets.incidents.values import BoardGroup, IncidentCard

ENDED_SHOWN: Final = timedelta(hours=24)
LabelledCode = Severity | Status | Channel

_LATE: Final = "late"
_GROUP_OF: Final = {
    Status.REPORTED: "new",
    Status.VERIFIED: "new",
    Status.ASSIGNED: "assigned",
    Status.EN_ROUTE: "assigned",
    Status.ON_SCENE: "on_scene",
    Status.CONTAINED: "contained",
}


def board_groups() -> tuple[BoardGroup, ...]:
    """Return the headings of the board: late incidents, then the order of the workflow."""
    return (
        BoardGroup(code=_LATE, label=_("Late")),
        BoardGroup(code="new", label=_("New")),
        BoardGroup(code="assigned", label=code_label(Status.ASSIGNED)),
        BoardGroup(code="on_scene", label=code_label(Status.ON_SCENE)),
        BoardGroup(code="contained", label=code_label(Status.CONTAINED)),
        BoardGroup(code="ended", label=_("Ended in the last 24 hours")),
    )


def board_cards(snapshot: ConsoleSnapshot, now: datetime) -> tuple[IncidentCard, ...]:
    """Return the cards: late ones first, then the worst, then the oldest."""
    shown = [i for i in snapshot.incidents.values() if i.is_open or now - i.updated_at <= ENDED_SHOWN]
    own_held = [report.incident for report in snapshot.held_reports.values() if report.own]
    shown = sort_for_board((*shown, *own_held), now)
    held = {aside.entry.subject for aside in snapshot.held}
    words = _CardTexts()
    cards = handle_each(
        "incident",
        shown,
        lambda i: _card(i, snapshot, now, words, held=bool(held) and subject_of("incident", i.id) in held),
        name=lambda incident: incident.id,
        instead=lambda incident: _faulty_card(incident, snapshot, words),
    )
    return tuple(cards)


class _CardTexts:
    """Caches labels and ages, so that ten thousand cards look each up once."""

    def __init__(self) -> None:
        self._labels: dict[LabelledCode, str] = {}
        self._ages: dict[int, str] = {}

    def label(self, code: LabelledCode) -> str:
        if code not in self._labels:
            self._labels[code] = code_label(code)
        return self._labels[code]

    def age(self, age: timedelta) -> str:
        seconds = int(age.total_seconds())
        key = seconds if seconds < 60 else -(seconds // 60)
        if key not in self._ages:
            self._ages[key] = format_age(age)
        return self._ages[key]


def _card(
    incident: Incident, snapshot: ConsoleSnapshot, now: datetime, words: _CardTexts, *, held: bool
) -> IncidentCard:
    clock = next_clock(incident, now)
    is_overdue = clock is not None and clock.is_overdue
    age = now - incident.reported_at
    return IncidentCard(
        id=incident.id,
        number=incident.number,
        title=short_title(incident),
        place=" · ".join(part for part in (place_text(incident.place), radius_text(incident.place)) if part),
        group=_LATE if is_overdue else _GROUP_OF.get(incident.status, "ended"),
        status=words.label(incident.status),
        level=LEVEL_OF_SEVERITY[incident.severity],
        severity=words.label(incident.severity),
        letter=HAZARD_LETTERS[incident.hazard],
        age=words.age(age),
        age_s=int(age.total_seconds()),
        note=waits_for_supervisor_text() if incident.id in snapshot.held_reports else _note(incident, clock, words),
        note_name=", ".join(incident.assignment) or ("" if clock else words.label(incident.channel)),
        overdue=is_overdue,
        pending=incident.id in snapshot.pending,
        held=held,
        conflict=bool(incident.open_conflicts),
        exercise=exercise_mark(incident, snapshot.exercises),
    )


def _faulty_card(incident: Incident, snapshot: ConsoleSnapshot, words: _CardTexts) -> IncidentCard:
    return IncidentCard(
        id=incident.id,
        number=incident.number,
        title=cannot_be_displayed(),
        place="",
        group=_GROUP_OF.get(incident.status, "ended"),
        status=words.label(incident.status),
        level=LEVEL_OF_SEVERITY[incident.severity],
        severity=words.label(incident.severity),
        exercise=exercise_mark(incident, snapshot.exercises),
    )


def _note(incident: Incident, clock: Clock | None, words: _CardTexts) -> str:
    if has_broken_merge(incident):
        return broken_merge_text()
    at_risk = people_at_risk_note(incident.intake.people_at_risk)
    return " · ".join(filter(None, (at_risk, casualty_note(incident), _progress(incident, clock, words))))


def _progress(incident: Incident, clock: Clock | None, words: _CardTexts) -> str:
    who = ", ".join(incident.assignment)
    if clock is not None:
        return " · ".join(part for part in (who, response_clock_text(clock)) if part)
    if who:
        return f"{who} · {words.label(incident.status)}"
    return f"{words.label(incident.status)} · {words.label(incident.channel)}"
