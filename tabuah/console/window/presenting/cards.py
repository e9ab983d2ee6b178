"""The board: a card for each incident that is open, or that ended a short time ago."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from tabuah.console.window.presenting.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.presenting.places import nagari_words, place_line
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.codes import HAZARD_LETTERS, Channel, Severity, Status
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.clocks import Clock, arrival_clock
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.listing import worst_first
from tabuah.operations.labels import label_of
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_age
from tabuah.widgets.values import BoardGroup, IncidentCard

ENDED_SHOWN: Final = timedelta(hours=24)
Code = Severity | Status | Channel

_GROUP_OF: Final = {
    Status.REPORTED: "new",
    Status.VERIFIED: "new",
    Status.ASSIGNED: "assigned",
    Status.EN_ROUTE: "assigned",
    Status.ON_SCENE: "on_scene",
    Status.CONTAINED: "contained",
}


def board_groups() -> tuple[BoardGroup, ...]:
    """The headings of the board in the order of the work."""
    return (
        BoardGroup(code="new", label=_("New")),
        BoardGroup(code="assigned", label=label_of(Status.ASSIGNED)),
        BoardGroup(code="on_scene", label=label_of(Status.ON_SCENE)),
        BoardGroup(code="contained", label=label_of(Status.CONTAINED)),
        BoardGroup(code="ended", label=_("Ended in the last 24 hours")),
    )


def board_cards(snapshot: RoomSnapshot, now: datetime) -> tuple[IncidentCard, ...]:
    """The cards, worst first."""
    shown = [i for i in snapshot.incidents.values() if i.is_open or now - i.updated_at <= ENDED_SHOWN]
    own_held = [report.incident for report in snapshot.held_reports.values() if report.own]
    if own_held:
        shown = worst_first((*shown, *own_held))
    held = {aside.entry.subject for aside in snapshot.held}
    words = _Words()
    return tuple(
        _card(incident, snapshot, now, words, held=bool(held) and subject_of("incident", incident.id) in held)
        for incident in shown
    )


def board_summary(incidents: Iterable[Incident], now: datetime) -> str:
    """How many are open and how many of them are late: "14 terbuka · 3 lewat waktu"."""
    open_ones = [incident for incident in incidents if incident.is_open]
    late = sum(1 for incident in open_ones if (clock := arrival_clock(incident, now)) and clock.is_overdue)
    told = _("{n} open").format(n=len(open_ones))
    return f"{told} · {ngettext('{n} late', '{n} late', late).format(n=late)}" if late else told


def short_title(incident: Incident) -> str:
    """The title without the nagari, which stands on the next line anyway."""
    nagari = incident.place.nagari if incident.place else ""
    return incident.title.removesuffix(f", {nagari_words(nagari)}") if nagari else incident.title


def full_title(hazard_label: str, nagari: str) -> str:
    """The title that an incident gets when nobody gives one: "Banjir, Nagari Koto Baru"."""
    return f"{hazard_label}, {nagari_words(nagari)}" if nagari else hazard_label


class _Words:
    """The names of codes and ages, each looked up once for ten thousand cards."""

    def __init__(self) -> None:
        self._labels: dict[Code, str] = {}
        self._ages: dict[int, str] = {}

    def label(self, code: Code) -> str:
        if code not in self._labels:
            self._labels[code] = label_of(code)
        return self._labels[code]

    def age(self, age: timedelta) -> str:
        seconds = int(age.total_seconds())
        key = seconds if seconds < 60 else -(seconds // 60)
        if key not in self._ages:
            self._ages[key] = format_age(age)
        return self._ages[key]


def _card(incident: Incident, snapshot: RoomSnapshot, now: datetime, words: _Words, *, held: bool) -> IncidentCard:
    clock = arrival_clock(incident, now)
    age = now - incident.reported_at
    return IncidentCard(
        id=incident.id,
        number=incident.number,
        title=short_title(incident),
        place=place_line(incident.place),
        group=_GROUP_OF.get(incident.status, "ended"),
        status=words.label(incident.status),
        level=LEVEL_OF_SEVERITY[incident.severity],
        severity=words.label(incident.severity),
        letter=HAZARD_LETTERS[incident.hazard],
        age=words.age(age),
        age_s=int(age.total_seconds()),
        note=_("waits for a supervisor") if incident.id in snapshot.held_reports else _note(incident, clock, words),
        overdue=clock is not None and clock.is_overdue,
        pending=incident.id in snapshot.pending,
        held=held,
        conflict=bool(incident.open_conflicts),
        exercise=incident.exercise,
    )


def _note(incident: Incident, clock: Clock | None, words: _Words) -> str:
    who = ", ".join(incident.assignment)
    if clock is not None:
        return " · ".join(part for part in (who, clock_words(clock)) if part)
    if who:
        return f"{who} · {words.label(incident.status)}"
    return f"{words.label(incident.status)} · {words.label(incident.channel)}"


def clock_words(clock: Clock) -> str:
    """How much of the allowed time is used: "11 dari 15 mnt"."""
    return _("{used} of {allowed} min").format(
        used=int(clock.used.total_seconds() // 60), allowed=int(clock.allowed.total_seconds() // 60)
    )
