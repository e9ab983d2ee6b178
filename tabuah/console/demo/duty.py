"""An operator on duty without hands: works the real window by its own actions, one step after the other."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton

from tabuah.console.demo.errors import NothingCame
from tabuah.console.window.link import LinkState
from tabuah.console.window.panels import Page
from tabuah.console.window.shell import Shell
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.causes import STAGE, family_of
from tabuah.operations.codes import Status
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.bodies import Figures, IncidentEdited
from tabuah.operations.incidents.gestures import count_for_incident, edit_incident, move_incident, note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity
from tabuah.resources.catalogue import N_, _

AWAITED_STATION: Final = "SLK-AWLR-03"  # Batang Lembang at Koto Baru, which the storm raises past siaga 1
_LOOK_MS: Final = 100
_ANY_RIVER_AFTER_S: Final = 50.0
_REST_S: Final = 3.0  # for the chart and the map to show everything


@dataclass(frozen=True, slots=True)
class Task:
    """One step: `ready` is asked until it holds, then `act` is done; `missing` says in words what did not come."""

    missing: str
    ready: Callable[[], bool]
    act: Callable[[], None]


class Duty(QObject):
    """Waits for the flood, makes an incident of it and works it, and rests until the window shows everything.

    Signals:
        done: everything has happened.
        gave_up: a NothingCame; something did not come in time.
    """

    done = Signal()
    gave_up = Signal(object)

    def __init__(self, shell: Shell, *, incidents: int, play_s: float, patience_s: float) -> None:
        super().__init__(shell)
        self._shell, self._incidents, self._play_s = shell, incidents, play_s
        self._begun_s = time.monotonic()
        self._patience_s, self._rested_from_s = patience_s, float("inf")
        self.incident_id = ""
        self._tasks = [
            Task(N_("the map and the reports of the field office"), self._is_room_full, lambda: None),
            Task(N_("a critical river alarm"), self._is_flood_there, self._make_incident),
            Task(N_("the report form"), self._is_form_open, self._confirm),
            Task(N_("the incident"), self._is_incident_there, self._work_incident),
            Task(N_("the server's word on the incident"), self._is_synced, self._look),
            Task(N_("a quiet moment"), self._has_rested, self._close_messages),
        ]
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._on_look)

    def begin(self) -> None:
        """Come on duty."""
        self._timer.start()

    def stop(self) -> None:
        """Go off duty."""
        self._timer.stop()

    def _on_look(self) -> None:
        task = self._tasks[0]
        if task.ready():
            self._tasks.pop(0)
            task.act()
            if not self._tasks:
                self._timer.stop()
                self.done.emit()
        elif self._elapsed_s() > self._patience_s:
            self._timer.stop()
            message = _("{thing} did not come within {seconds} seconds.")
            self.gave_up.emit(NothingCame(message.format(thing=_(task.missing), seconds=round(self._patience_s))))

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._begun_s

    # the steps

    def _is_room_full(self) -> bool:
        snapshot = self._shell.situation().snapshot
        is_drawn = self._shell.parts.map.canvas.content.basemap is not None
        return is_drawn and len(snapshot.incidents) >= self._incidents and bool(snapshot.stations)

    def _is_flood_there(self) -> bool:
        return self._flood() is not None

    def _flood(self) -> Alarm | None:
        """The awaited alarm; after a while any critical river alarm will do."""
        alarms = [a for a in self._shell.situation().snapshot.alarms.values() if _is_flood(a) and not a.incidents]
        awaited = [alarm for alarm in alarms if alarm.station == AWAITED_STATION]
        if not awaited and self._elapsed_s() > _ANY_RIVER_AFTER_S:
            awaited = alarms
        return awaited[0] if awaited else None

    def _make_incident(self) -> None:
        flood = self._flood()
        if flood is not None:
            self._shell.selection.choose_alarm(flood.id)
            self._shell.doing.answering.make_incident()

    def _is_form_open(self) -> bool:
        return self._shell.parts.side.page is Page.REPORT

    def _confirm(self) -> None:
        save = self._shell.parts.report_form.findChild(QAbstractButton, "report_save")
        assert isinstance(save, QAbstractButton)
        save.click()

    def _is_incident_there(self) -> bool:
        incident = self._shell.place.incident
        if incident is None or not incident.alarm:
            return False
        self.incident_id = incident.id
        return True

    def _work_incident(self) -> None:
        incident = self._shell.place.incident
        if incident is not None:
            self._shell.place.save(lambda store: _first_answer(store.incident(incident.id)))
            self._shell.place.save(lambda store: _assignment(store.incident(incident.id)))

    def _is_synced(self) -> bool:
        situation = self._shell.situation()
        incident = situation.snapshot.incidents.get(self.incident_id)
        is_worked = incident is not None and incident.status is Status.EN_ROUTE
        return is_worked and situation.link is LinkState.ONLINE and situation.snapshot.counts.pending == 0

    def _look(self) -> None:
        incident = self._shell.place.incident
        if incident is not None:
            alarm = self._shell.situation().snapshot.alarms.get(incident.alarm)
            if alarm is not None:
                self._shell.selection.choose_station(alarm.station)
        self._rested_from_s = time.monotonic()

    def _has_rested(self) -> bool:
        return self._elapsed_s() >= self._play_s and time.monotonic() - self._rested_from_s >= _REST_S

    def _close_messages(self) -> None:
        for close in self._shell.findChildren(QAbstractButton, "toast_close"):
            close.click()


def _is_flood(alarm: Alarm) -> bool:
    return alarm.is_active and alarm.severity is AlarmSeverity.CRITICAL and family_of(alarm) == STAGE


def _first_answer(incident: Incident) -> tuple[Draft, ...]:
    return (
        move_incident(incident, Status.VERIFIED),
        note_incident(incident, "Wali nagari membenarkan: air sudah masuk ke jalan di tepi Batang Lembang."),
        count_for_incident(
            incident,
            Figures(deaths=0, missing=0, displaced_people=64, displaced_households=17),
            source="Wali nagari",
        ),
        edit_incident(incident, IncidentEdited(assignment=("TRC BPBD 3", "Satpol PP"))),
    )


def _assignment(incident: Incident) -> tuple[Draft, ...]:
    return (
        move_incident(incident, Status.ASSIGNED),
        note_incident(incident, "TRC BPBD 3 berangkat dengan perahu karet; Satpol PP menutup jalan di tepi sungai."),
        move_incident(incident, Status.EN_ROUTE),
    )
