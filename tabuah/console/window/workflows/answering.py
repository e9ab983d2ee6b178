"""Answering alarms: acknowledge, shelve for a while, look at, and make an incident in one step."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.confirm_card import ConfirmCard, Question
from tabuah.console.window.presenting.alarm_items import groups_in_strip, present_value
from tabuah.console.window.presenting.shelving_choices import USUAL_SHELVING, shelving_choices
from tabuah.console.window.workflows.reporting import Reporting
from tabuah.console.window.workplace import Workplace
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.gestures import acknowledge_alarm, shelve_alarm, unshelve_alarm
from tabuah.operations.alarms.grouping import AlarmGroup
from tabuah.operations.alarms.titles import alarm_title
from tabuah.operations.errors import NotPossible
from tabuah.operations.maintenance.window import running_on
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_time
from tabuah.widgets.alarm_strip import AlarmStrip

_CLOSE_M: Final = 40.0  # metres a pixel when an alarm is looked at


class Answering(QObject):
    """The alarm strip; a group of one cause is answered as one."""

    def __init__(self, place: Workplace, strip: AlarmStrip, reporting: Reporting) -> None:
        super().__init__(strip)
        self._at, self._reporting = place, reporting
        strip.locate_requested.connect(self._on_locate_requested)
        strip.acknowledge_requested.connect(self._on_acknowledge_requested)
        strip.incident_requested.connect(self._on_incident_requested)
        strip.alarm_shown.connect(place.selection.choose_alarm)

    def locate(self) -> None:
        """Show the alarm in the strip on the map."""
        self._on_locate_requested(self._at.selection.alarm)

    def acknowledge(self) -> None:
        """Answer the alarm in the strip."""
        self._on_acknowledge_requested(self._at.selection.alarm)

    def acknowledge_group(self, alarm_id: str) -> None:
        """Answer all alarms of the group that an alarm is in."""
        self._on_acknowledge_requested(alarm_id)

    def locate_alarm(self, alarm_id: str) -> None:
        """Show any alarm on the map."""
        self._on_locate_requested(alarm_id)

    def make_incident(self) -> None:
        """Make an incident of the alarm in the strip."""
        self._on_incident_requested(self._at.selection.alarm)

    def make_incident_of(self, alarm_id: str) -> None:
        """Make an incident of any alarm."""
        self._on_incident_requested(alarm_id)

    def shelve(self) -> None:
        """Keep the alarm in the strip quiet for a while, for a reason."""
        self.shelve_group(self._at.selection.alarm, self._at.confirm)

    def shelve_group(self, alarm_id: str, confirm: ConfirmCard) -> None:
        """Ask for how long and why all alarms of a group shall be quiet."""
        group = self._group(alarm_id)
        if group is not None:
            confirm.ask(self._shelving(group), lambda reason: self._shelve(group, reason, int(confirm.choice)))

    def unshelve(self, alarm_id: str) -> None:
        """Let an alarm be heard again that somebody has shelved."""
        self._unshelve((alarm_id,))

    def _on_locate_requested(self, alarm_id: str) -> None:
        alarm = self._at.room.snapshot.alarms.get(alarm_id)
        if alarm is None:
            return
        if alarm.lon_deg is not None and alarm.lat_deg is not None:
            self._at.canvas.centre_on(alarm.lon_deg, alarm.lat_deg, _CLOSE_M)
        if alarm.station in self._at.room.snapshot.stations:
            self._at.canvas.set_selection("station", alarm.station)
            self._at.selection.choose_station(alarm.station)
        self._at.canvas.setFocus()

    def _on_acknowledge_requested(self, alarm_id: str) -> None:
        group = self._group(alarm_id)
        if group is None:
            return
        try:
            drafts = [acknowledge_alarm(a) for a in group.alarms if a.acknowledged_at is None]
        except NotPossible as refusal:
            self._at.teller.error(refusal)
            return
        if not drafts:
            self._at.teller.refuse(_("This alarm was answered already."))
            return
        told = ngettext("{n} alarm acknowledged.", "{n} alarms acknowledged.", len(drafts)).format(n=len(drafts))
        self._at.save(lambda _store: drafts, on_saved=lambda _saved: self._at.teller.done(told))

    def _on_incident_requested(self, alarm_id: str) -> None:
        group = self._group(alarm_id)
        if group is not None:
            self._reporting.begin_from_alarm(group.alarms)

    def _shelving(self, group: AlarmGroup) -> Question:
        more = len(group.alarms) - 1
        told = ngettext(
            "{alarm}, and {n} more of the same cause.", "{alarm}, and {n} more of the same cause.", more
        ).format(alarm=self._title(group.lead), n=more)
        return Question(
            title=ngettext("Shelve {n} alarm?", "Shelve {n} alarms?", more + 1).format(n=more + 1),
            text=told if more else self._title(group.lead),
            confirm=_("Shelve"),
            field=_("Reason"),
            placeholder=_("Such as: gauge is being cleaned"),
            required=_("Shelving an alarm needs a reason."),
            choice_label=_("For how long"),
            choices=shelving_choices(),
            chosen=USUAL_SHELVING,
        )

    def _shelve(self, group: AlarmGroup, reason: str, minutes: int) -> None:
        now = self._at.room.now()
        until = now + timedelta(minutes=minutes)
        try:
            drafts = [shelve_alarm(alarm, until=until, reason=reason, now=now) for alarm in group.alarms]
        except NotPossible as refusal:
            self._at.teller.error(refusal)
            return
        shelved = tuple(alarm.id for alarm in group.alarms)
        told = ngettext("{n} alarm shelved until {time}.", "{n} alarms shelved until {time}.", len(drafts)).format(
            n=len(drafts), time=format_time(until)
        )
        self._at.save(
            lambda _store: drafts,
            on_saved=lambda _saved: self._at.teller.done(told, undo=lambda: self._unshelve(shelved)),
        )

    def _unshelve(self, alarm_ids: Iterable[str]) -> None:
        """Those that are shelved no longer stay as they are."""
        now, alarms = self._at.room.now(), self._at.room.snapshot.alarms
        shelved = [alarms[key] for key in alarm_ids if key in alarms and alarms[key].is_shelved(now)]
        if not shelved:
            self._at.teller.refuse(_("This alarm is not shelved."))
            return
        drafts = [unshelve_alarm(alarm, now=now) for alarm in shelved]
        told = ngettext("{n} alarm is heard again.", "{n} alarms are heard again.", len(drafts)).format(n=len(drafts))
        self._at.save(lambda _store: drafts, on_saved=lambda _saved: self._at.teller.done(told))

    def _group(self, alarm_id: str) -> AlarmGroup | None:
        snapshot = self._at.room.snapshot
        now = self._at.room.now()
        worked_on = running_on(snapshot.maintenance.values(), now)
        groups = groups_in_strip(snapshot.alarms.values(), snapshot.stations, now, worked_on=worked_on)
        return next((group for group in groups if alarm_id in {alarm.id for alarm in group.alarms}), None)

    def _title(self, alarm: Alarm) -> str:
        room, rule = self._at.room, self._at.room.snapshot.rules.get(alarm.rule)
        shown = present_value(alarm, rule, room.latest, room.now())
        return alarm_title(shown, room.snapshot.stations.get(alarm.station), rule)
