"""Work on a station: planned and ended from the window, and its end told when the time is up."""

from collections.abc import Mapping

from PySide6.QtCore import QObject

from tabuah.console.window.confirm_card import Question
from tabuah.console.window.presenting.work_choices import work_choices
from tabuah.console.window.room import Part
from tabuah.console.window.workplace import Workplace
from tabuah.operations.errors import NotPossible
from tabuah.operations.maintenance.gestures import end_maintenance, plan_maintenance
from tabuah.operations.maintenance.spans import WorkLength, work_until
from tabuah.operations.maintenance.window import MaintenanceWindow, running_on
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_near
from tabuah.storage.journal.identifiers import new_uuid


class Maintaining(QObject):
    """Begins or ends the work on the station whose chart is shown."""

    def __init__(self, place: Workplace) -> None:
        super().__init__(place.canvas)
        self._at = place
        self._known: Mapping[str, MaintenanceWindow] = place.room.snapshot.maintenance
        place.room.changed.connect(self._on_room_changed)

    def close(self) -> None:
        """Follow the room no longer."""
        self._at.room.changed.disconnect(self._on_room_changed)

    def begin(self) -> None:
        """Ask why the station is worked on; or, where it is already, whether the work is done."""
        snapshot, now = self._at.room.snapshot, self._at.room.now()
        station = snapshot.stations.get(self._at.selection.station)
        if station is None:
            return
        running = running_on(snapshot.maintenance.values(), now).get(station.code)
        if running is not None:
            self._ask_whether_done(running)
        else:
            self._ask_why(station)

    def _ask_why(self, station: Station) -> None:
        question = Question(
            title=_("Maintenance of {station}?").format(station=station.name),
            text=_("Meanwhile what it measures is kept and marked, and raises no alarm. It ends by itself."),
            confirm=_("Begin maintenance"),
            field=_("Reason"),
            placeholder=_("Such as: gauge is being cleaned"),
            required=_("Maintenance needs a reason."),
            choice_label=_("For how long"),
            choices=work_choices(self._at.room.now()),
            chosen=WorkLength.TWO_HOURS.value,
        )
        confirm = self._at.confirm
        confirm.ask(question, lambda reason: self._plan(station, reason, WorkLength(confirm.choice)))

    def _plan(self, station: Station, reason: str, length: WorkLength) -> None:
        now = self._at.room.now()
        until = work_until(length, now)
        try:
            draft = plan_maintenance(new_uuid(now), [station], since=now, until=until, reason=reason, now=now)
        except NotPossible as refusal:
            self._at.teller.error(refusal)
            return
        told = _("{station} is under maintenance until {time}.")
        told = told.format(station=station.name, time=format_near(until, now))
        self._at.save_draft(draft, on_saved=lambda _saved: self._at.teller.done(told))

    def _ask_whether_done(self, window: MaintenanceWindow) -> None:
        question = Question(
            title=_("Is the maintenance done?"),
            text=f"{self._names(window)} · {window.reason}",
            confirm=_("Done: alarms again"),
            field=_("Note"),
        )
        self._at.confirm.ask(question, lambda note: self._end(window, note))

    def _end(self, window: MaintenanceWindow, note: str) -> None:
        try:
            draft = end_maintenance(window, ended_at=self._at.room.now(), note=note.strip())
        except NotPossible as refusal:
            self._at.teller.error(refusal)
            return
        self._at.save_draft(draft)

    def _on_room_changed(self, parts: frozenset[Part]) -> None:
        """Tell what has ended since, whoever or whatever ended it."""
        if Part.MAINTENANCE not in parts:
            return
        known, self._known = self._known, self._at.room.snapshot.maintenance
        for window in self._known.values():
            before = known.get(window.id)
            if before is not None and before.ended_at is None and window.ended_at is not None:
                told = _("Maintenance over: {stations}.").format(stations=self._names(window))
                self._at.teller.inform(told, _("From now on they raise alarms again."))

    def _names(self, window: MaintenanceWindow) -> str:
        known = self._at.room.snapshot.stations
        return ", ".join(known[code].name if code in known else code for code in window.stations)
