"""A scripted operator: works the real window through its own actions, one step after the other."""

import time
from collections.abc import Callable
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton

from tabuah.console.bootstrap import WindowObjects
from tabuah.console.demo.accounts import EXERCISE_ID
from tabuah.console.demo.errors import DemoTimeout
from tabuah.console.demo.sample_fields import sample_text
from tabuah.console.simulator.scenario_places import placed_code
from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.alarms.alarm import STAGE, Alarm, cause_family
from tabuah.operations.codes import Status
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import code_in_exercise
from tabuah.operations.incidents.drafts import edit_incident, move_incident, note_incident, report_figures
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.localisation import N_, _

_AWAITED_STATION: Final = "SLK-AWLR-03"  # Batang Lembang at Koto Baru, which passes siaga 1 in the storm
_POLL_MS: Final = 100
_ANY_RIVER_AFTER_S: Final = 50.0
_SETTLE_S: Final = 3.0  # until chart and map have drawn everything


class ScriptedStep(msgspec.Struct, frozen=True):
    """One step: wait for `ready()`, then call `act`. `missing` names the awaited thing in the error message."""

    missing: str
    ready: Callable[[], bool]
    act: Callable[[], None]


class ScriptedOperator(QObject):
    """Waits for the flood alarm, makes an incident of it, works it, and waits until the window is drawn.

    Signals:
        done: all steps are complete.
        failed: a step did not become ready in time; carries a DemoTimeout.
    """

    done = Signal()
    failed = Signal(object)

    def __init__(self, objects: WindowObjects, *, incidents: int, run_s: float, timeout_s: float) -> None:
        super().__init__(objects.window)
        self._objects, self._incidents, self._run_s = objects, incidents, run_s
        self._started_s = time.monotonic()
        self._timeout_s, self._settled_from_s = timeout_s, float("inf")
        self.incident_id = ""
        self._tasks = [
            ScriptedStep(N_("the map and the reports of the field office"), self._is_data_loaded, lambda: None),
            ScriptedStep(N_("a critical river alarm"), self._is_flood_there, self._make_incident),
            ScriptedStep(N_("the report form"), self._is_form_open, self._confirm),
            ScriptedStep(N_("the incident"), self._is_incident_there, self._work_incident),
            ScriptedStep(N_("the server's verdict on the incident"), self._is_synced, self._show_station),
            ScriptedStep(N_("the complete window"), self._has_settled, self._close_messages),
        ]
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._on_poll)

    def begin(self) -> None:
        """Start the steps."""
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _on_poll(self) -> None:
        task = self._tasks[0]
        if task.ready():
            self._tasks.pop(0)
            task.act()
            if not self._tasks:
                self._timer.stop()
                self.done.emit()
        elif self._elapsed_s() > self._timeout_s:
            self._timer.stop()
            message = _("Timed out after {seconds} seconds: {thing}.")
            self.failed.emit(DemoTimeout(message.format(thing=_(task.missing), seconds=round(self._timeout_s))))

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._started_s

    # Steps

    def _is_data_loaded(self) -> bool:
        snapshot = self._objects.availability.context().snapshot
        is_drawn = self._objects.window.parts.map.canvas.content.base_map is not None
        return is_drawn and len(snapshot.incidents) >= self._incidents and bool(snapshot.stations)

    def _is_flood_there(self) -> bool:
        return self._flood() is not None

    def _flood(self) -> Alarm | None:
        """Return the awaited alarm, or any critical river alarm after `_ANY_RIVER_AFTER_S`."""
        alarms = [
            a
            for a in self._objects.availability.context().snapshot.alarms.values()
            if _is_flood(a) and not a.incidents
        ]
        station = code_in_exercise(placed_code(_AWAITED_STATION), EXERCISE_ID)
        awaited = [alarm for alarm in alarms if alarm.station == station]
        if not awaited and self._elapsed_s() > _ANY_RIVER_AFTER_S:
            awaited = alarms
        return awaited[0] if awaited else None

    def _make_incident(self) -> None:
        flood = self._flood()
        if flood is not None:
            self._objects.selection.choose_alarm(flood.id)
            self._objects.commands.alarms.alarm_actions.make_incident()

    def _is_form_open(self) -> bool:
        return self._objects.window.parts.side.page is SidePage.REPORT

    def _confirm(self) -> None:
        form = self._objects.window.parts.report_form
        form.reject_duplicates()
        save = form.findChild(QAbstractButton, "report_save")
        assert isinstance(save, QAbstractButton)
        save.click()

    def _is_incident_there(self) -> bool:
        incident = self._objects.context.incident
        if incident is None or not incident.alarm:
            return False
        self.incident_id = incident.id
        return True

    def _work_incident(self) -> None:
        incident = self._objects.context.incident
        if incident is not None:
            self._objects.context.save(lambda store: _verification(store.incident(incident.id)))
            self._objects.context.save(lambda store: _assignment(store.incident(incident.id)))

    def _is_synced(self) -> bool:
        action_context = self._objects.availability.context()
        incident = action_context.snapshot.incidents.get(self.incident_id)
        is_worked = incident is not None and incident.status is Status.EN_ROUTE
        return (
            is_worked
            and action_context.link is ConnectionState.ONLINE
            and action_context.snapshot.counts.pending == 0
        )

    def _show_station(self) -> None:
        incident = self._objects.context.incident
        if incident is not None:
            alarm = self._objects.availability.context().snapshot.alarms.get(incident.alarm)
            if alarm is not None:
                self._objects.selection.choose_station(alarm.station)
        self._settled_from_s = time.monotonic()

    def _has_settled(self) -> bool:
        return self._elapsed_s() >= self._run_s and time.monotonic() - self._settled_from_s >= _SETTLE_S

    def _close_messages(self) -> None:
        for close in self._objects.window.findChildren(QAbstractButton, "toast_close"):
            close.click()


def _is_flood(alarm: Alarm) -> bool:
    return alarm.is_active and alarm.severity is AlarmSeverity.CRITICAL and cause_family(alarm) == STAGE


def _verification(incident: Incident) -> tuple[Draft, ...]:
    return (
        move_incident(incident, Status.VERIFIED),
        note_incident(incident, sample_text("{village_head} membenarkan: air sudah masuk ke jalan di tepi {river}.")),
        report_figures(
            incident,
            Figures(deaths=0, missing=0, displaced_people=64, displaced_households=17),
            source=sample_text("{village_head}"),
        ),
        edit_incident(incident, IncidentEdited(assignment=("TRC BPBD 3", "Satpol PP"))),
    )


def _assignment(incident: Incident) -> tuple[Draft, ...]:
    return (
        move_incident(incident, Status.ASSIGNED),
        note_incident(incident, "TRC BPBD 3 berangkat dengan perahu karet; Satpol PP menutup jalan di tepi sungai."),
        move_incident(incident, Status.EN_ROUTE),
    )
