"""Maintenance of a station: planned and ended in the window, with a message when it ends."""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QObject

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.errors import NotPossible
from tabuah.operations.maintenance.drafts import end_maintenance, plan_maintenance
from tabuah.operations.maintenance.window import (
    MaintenanceDuration,
    MaintenanceWindow,
    maintenance_ends_at,
    running_windows,
)
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_recent_moment, format_time, ngettext
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.widgets.values import Choice


class MaintenanceActions(QObject):
    """Starts or ends the maintenance of the station in the chart."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.canvas)
        self._context = context
        self._known: Mapping[str, MaintenanceWindow] = context.state.snapshot.maintenance
        context.state.changed.connect(self._on_room_changed)

    def close(self) -> None:
        """Stop following."""
        self._context.state.changed.disconnect(self._on_room_changed)

    def begin(self) -> None:
        """Ask for the reason of the work, or whether running work is finished."""
        snapshot, now = self._context.state.snapshot, self._context.state.now()
        station = snapshot.stations.get(self._context.selection.station)
        if station is None:
            return
        running = running_windows(snapshot.maintenance.values(), now).get(station.code)
        if running is not None:
            self._ask_whether_done(running)
        else:
            self._ask_why(station)

    def _ask_why(self, station: Station) -> None:
        question = Question(
            title=_("Maintenance of {station}?").format(station=station.name),
            text=_("Readings are stored and flagged meanwhile, and raise no alarms. Maintenance ends automatically."),
            confirm=_("Begin maintenance"),
            field=_("Reason"),
            is_reason=True,
            placeholder=_("Such as: gauge is being cleaned"),
            required=_("Maintenance needs a reason."),
            choice_label=_("For how long"),
            choices=maintenance_length_choices(self._context.state.now()),
            chosen=MaintenanceDuration.TWO_HOURS.value,
        )
        confirm = self._context.confirm
        confirm.ask(question, lambda reason: self._plan(station, reason, MaintenanceDuration(confirm.choice)))

    def _plan(self, station: Station, reason: str, length: MaintenanceDuration) -> None:
        now = self._context.state.now()
        until = maintenance_ends_at(length, now)
        try:
            window_id = new_uuid(now)
            draft = plan_maintenance(window_id, [station], since=now, until=until, reason=reason, now=now)
        except NotPossible as refusal:
            self._context.notifier.error(refusal)
            return
        message = _("{station} is under maintenance until {time}.")
        message = message.format(station=station.name, time=format_recent_moment(until, now))
        self._context.save_draft(
            draft,
            on_saved=lambda _saved: self._context.notifier.done(message, undo=lambda: self._take_back(window_id)),
        )

    def _take_back(self, window_id: str) -> None:
        """Undo: end maintenance that has just begun."""
        now = self._context.state.now()
        self._context.save(
            lambda store: [
                end_maintenance(window, ended_at=now, note=_("Undone"))
                for window in store.maintenance()
                if window.id == window_id
            ]
        )

    def _ask_whether_done(self, window: MaintenanceWindow) -> None:
        question = Question(
            title=_("Is the maintenance done?"),
            text=f"{self._names(window)} · {window.reason}",
            confirm=_("Done: enable alarms"),
            field=_("Note"),
        )
        self._context.confirm.ask(question, lambda note: self._end(window, note))

    def _end(self, window: MaintenanceWindow, note: str) -> None:
        try:
            draft = end_maintenance(window, ended_at=self._context.state.now(), note=note.strip())
        except NotPossible as refusal:
            self._context.notifier.error(refusal)
            return
        self._context.save_draft(draft)

    def _on_room_changed(self, parts: frozenset[StatePart]) -> None:
        """Report maintenance that has ended since, by whatever cause."""
        if StatePart.MAINTENANCE not in parts:
            return
        known, self._known = self._known, self._context.state.snapshot.maintenance
        for window in self._known.values():
            before = known.get(window.id)
            if before is not None and before.ended_at is None and window.ended_at is not None:
                message = _("Maintenance over: {stations}.").format(stations=self._names(window))
                self._context.notifier.inform(message, _("Their alarms are active again."))

    def _names(self, window: MaintenanceWindow) -> str:
        known = self._context.state.snapshot.stations
        return ", ".join(known[code].name if code in known else code for code in window.stations)


def maintenance_length_choices(now: datetime) -> tuple[Choice, ...]:
    """Return the usual lengths of maintenance, shortest first."""
    return tuple(_length_choice(number, length, now) for number, length in enumerate(MaintenanceDuration, start=1))


def _length_choice(number: int, length: MaintenanceDuration, now: datetime) -> Choice:
    until = maintenance_ends_at(length, now)
    if length is MaintenanceDuration.TOMORROW:
        label = _("until tomorrow {time}").format(time=format_time(until, zone=False))
    else:
        hours = round((until - now).total_seconds() / 3600)
        label = ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    return Choice(code=length.value, label=label, key=str(number))
