"""Alarm actions: acknowledge, shelve, locate, and make an incident."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.alarms.alarm_items import groups_in_strip, incident_reason, present_title, worst_first
from tabuah.console.window.alarms.alarm_updates import AlarmUpdates
from tabuah.console.window.alarms.pending_acknowledgements import UNDO_S
from tabuah.console.window.incidents.report_actions import ReportActions
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup
from tabuah.operations.alarms.drafts import acknowledge_alarm, end_alarm, shelve_alarm, unshelve_alarm
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.maintenance.window import running_windows
from tabuah.resources.localisation import _
from tabuah.text.alarms.action_messages import (
    acknowledged_already_reason,
    acknowledged_text,
    ended_text,
    ending_text,
    not_shelved_reason,
    shelved_text,
    shelving_text,
    shelving_title,
    stays_open_text,
    unshelved_text,
)
from tabuah.text.alarms.alarm_status import (
    describe_acknowledgement,
    describe_left_open,
    dropped_acknowledgement,
    just_arrived_reason,
)
from tabuah.text.rules.rule_text import format_duration
from tabuah.widgets.alarms.alarm_strip import AlarmStrip
from tabuah.widgets.values import Choice

_CLOSE_UP_M: Final = 40.0  # metres a pixel when an alarm is located


class AlarmActions(QObject):
    """Acts on the alarm strip. A group of one cause is handled as one."""

    def __init__(
        self, context: WindowContext, strip: AlarmStrip, report_actions: ReportActions, updates: AlarmUpdates
    ) -> None:
        super().__init__(strip)
        self._context, self._report_actions = context, report_actions
        self._present, self._pending, self._arrivals = updates.present.of, updates.pending, updates.arrivals
        self._actor = ""  # the person whose acknowledgements are pending
        self._announced: dict[frozenset[str], str] = {}  # by alarms: the token of the message with "Undo"
        self._pending.due.connect(self._on_acknowledgements_due)
        context.state.changed.connect(self._on_state_changed)
        strip.locate_requested.connect(self._on_locate_requested)
        strip.acknowledge_requested.connect(self.acknowledge_group)
        strip.incident_requested.connect(self._on_incident_requested)

    def locate(self) -> None:
        self._on_locate_requested(self._context.selection.alarm)

    def acknowledge(self) -> None:
        self.acknowledge_group(self._context.selection.alarm)

    def close(self) -> None:
        """Write the pending acknowledgements, so that closing loses none."""
        self._context.state.changed.disconnect(self._on_state_changed)
        self._pending.write_all()
        self._pending.due.disconnect(self._on_acknowledgements_due)

    def locate_alarm(self, alarm_id: str) -> None:
        self._on_locate_requested(alarm_id)

    def make_incident(self) -> None:
        self._on_incident_requested(self._context.selection.alarm)

    def make_incident_of(self, alarm_id: str) -> None:
        self._on_incident_requested(alarm_id)

    def shelve(self) -> None:
        """Shelve the alarm in the strip, with a reason."""
        self.shelve_group(self._context.selection.alarm, self._context.confirm)

    def shelve_group(self, alarm_id: str, confirm: ConfirmCard) -> None:
        """Ask for time and reason, and shelve all alarms of a group."""
        group = self._group(alarm_id)
        if group is not None:
            confirm.ask(self._shelving(group), lambda reason: self._shelve(group, reason, int(confirm.choice)))

    def end(self) -> None:
        """Ask for a reason, and end the alarm in the strip, whose raiser is gone."""
        alarm = self._context.state.snapshot.alarms.get(self._context.selection.alarm)
        if alarm is not None:
            self._context.confirm.ask(self._ending(alarm), lambda reason: self._end(alarm, reason))

    def unshelve(self, alarm_id: str) -> None:
        alarm = self._context.state.snapshot.alarms.get(alarm_id)
        self._unshelve((alarm_id,), undo=partial(self._shelve_again, alarm) if alarm is not None else None)

    def _on_locate_requested(self, alarm_id: str) -> None:
        alarm = self._context.state.snapshot.alarms.get(alarm_id)
        if alarm is None:
            return
        if alarm.lon_deg is not None and alarm.lat_deg is not None:
            self._context.canvas.centre_on(alarm.lon_deg, alarm.lat_deg, _CLOSE_UP_M)
        if alarm.station in self._context.state.snapshot.stations:
            self._context.canvas.set_selection("station", alarm.station)
            self._context.selection.choose_station(alarm.station)
        self._context.canvas.setFocus()

    def acknowledge_group(self, alarm_id: str) -> None:
        """Begin the countdown of an acknowledgement of the group of an alarm; the second time, write it now."""
        group = self._group(alarm_id)
        if group is None:
            return
        if alarm_id in self._pending.ids:
            self._pending.write(alarm.id for alarm in group.alarms)
            return
        now, pending = self._context.state.now(), self._pending.shown
        open_alarms = [a for a in group.alarms if a.acknowledged_at is None and a.id not in pending]
        read = [alarm for alarm in open_alarms if not self._arrivals.is_new(alarm.id, now)]
        if not open_alarms:
            self._context.notifier.refuse(acknowledged_already_reason())
        elif not read:
            self._context.notifier.refuse(just_arrived_reason())
        else:
            self._begin_countdown(read, len(open_alarms) - len(read))

    def _begin_countdown(self, alarms: Sequence[Alarm], left_open: int) -> None:
        ids = frozenset(alarm.id for alarm in alarms)
        self._actor = self._context.state.snapshot.actor
        self._announced[ids] = self._context.notifier.count_down(
            describe_acknowledgement([self._title(alarm) for alarm in worst_first(alarms)]),
            describe_left_open(left_open),
            seconds=UNDO_S,
            undo=lambda: self._undo_acknowledgement(ids),
        )
        self._pending.add(ids)

    def _undo_acknowledgement(self, ids: frozenset[str]) -> None:
        self._announced.pop(ids, None)
        if self._pending.undo(ids):
            self._context.notifier.done(stays_open_text(len(ids)))

    def _on_acknowledgements_due(self, ids: tuple[str, ...]) -> None:
        """Write the acknowledgements; an alarm that someone else has acknowledged meanwhile is left out."""
        self._withdraw(ids)
        known = self._context.state.snapshot.alarms
        waiting = [known[key] for key in ids if key in known and known[key].acknowledged_at is None]
        try:
            drafts = [acknowledge_alarm(alarm) for alarm in waiting]
        except NotPossible as refusal:
            self._context.notifier.error(refusal)
            return
        if drafts:
            message, scope = acknowledged_text(len(drafts)), self._context.state.scope
            self._context.save(lambda _store: drafts, on_saved=lambda _saved: self._confirm(message, scope))

    def _confirm(self, message: str, scope: ExerciseScope) -> None:
        """Confirm a change, unless the window has switched to another world."""
        if scope == self._context.state.scope:
            self._context.notifier.done(message)

    def _withdraw(self, ids: Iterable[str]) -> None:
        """Close the messages with "Undo" of these alarms."""
        for alarms in [each for each in self._announced if each.intersection(ids)]:
            self._context.notifier.withdraw(self._announced.pop(alarms))

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        """Forget saved acknowledgements; drop those begun by another user, which would have the wrong author."""
        alarms, ids = self._context.state.snapshot.alarms, self._pending.ids
        if StatePart.ALARMS in parts:
            self._pending.saved(key for key in self._pending.shown if _is_settled(alarms.get(key)))
        if StatePart.PERSON in parts and ids and self._context.state.snapshot.actor != self._actor:
            self._withdraw(ids)
            self._pending.undo(ids)
            self._context.notifier.refuse(dropped_acknowledgement())

    def _on_incident_requested(self, alarm_id: str) -> None:
        group = self._group(alarm_id)
        if group is None:
            return
        if reason := incident_reason(group, self._context.state.snapshot):
            self._context.notifier.refuse(reason)
        else:
            self._report_actions.begin_from_alarm(group.alarms)

    def _shelving(self, group: AlarmGroup) -> Question:
        more = len(group.alarms) - 1
        return Question(
            title=shelving_title(more + 1),
            text=shelving_text(self._title(group.lead), more),
            confirm=_("Shelve"),
            field=_("Reason"),
            is_reason=True,
            placeholder=_("Such as: gauge is being cleaned"),
            required=_("Shelving an alarm needs a reason."),
            choice_label=_("For how long"),
            choices=shelving_choices(),
            chosen=USUAL_SHELVING,
        )

    def _shelve(self, group: AlarmGroup, reason: str, minutes: int) -> None:
        now = self._context.state.now()
        until = now + timedelta(minutes=minutes)
        try:
            drafts = [shelve_alarm(alarm, until=until, reason=reason, now=now) for alarm in group.alarms]
        except NotPossible as refusal:
            self._context.notifier.error(refusal)
            return
        shelved = tuple(alarm.id for alarm in group.alarms)
        message = shelved_text(len(drafts), until)
        self._context.save(
            lambda _store: drafts,
            on_saved=lambda _saved: self._context.notifier.done(message, undo=lambda: self._unshelve(shelved)),
        )

    def _ending(self, alarm: Alarm) -> Question:
        return Question(
            title=_("End this alarm?"),
            text=ending_text(self._title(alarm)),
            confirm=_("End the alarm"),
            field=_("Reason"),
            is_reason=True,
            placeholder=_("Such as: laptop of the posko is lost"),
            required=_("Ending an alarm needs a reason."),
        )

    def _end(self, alarm: Alarm, reason: str) -> None:
        try:
            draft = end_alarm(alarm, reason=reason, now=self._context.state.now())
        except NotPossible as refusal:
            self._context.notifier.error(refusal)
            return
        self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(ended_text()))

    def _unshelve(self, alarm_ids: Iterable[str], *, undo: Callable[[], None] | None = None) -> None:
        """Unshelve those that are still shelved."""
        now, alarms = self._context.state.now(), self._context.state.snapshot.alarms
        shelved = [alarms[key] for key in alarm_ids if key in alarms and alarms[key].is_shelved(now)]
        if not shelved:
            self._context.notifier.refuse(not_shelved_reason())
            return
        drafts = [unshelve_alarm(alarm, now=now) for alarm in shelved]
        message = unshelved_text(len(drafts))
        self._context.save(
            lambda _store: drafts, on_saved=lambda _saved: self._context.notifier.done(message, undo=undo)
        )

    def _shelve_again(self, before: Alarm) -> None:
        """Undo: shelve an alarm for the rest of its former time, with the former reason."""
        now, alarm = self._context.state.now(), self._context.state.snapshot.alarms.get(before.id)
        until = before.shelved_until
        if alarm is None or until is None:
            return
        try:
            draft = shelve_alarm(alarm, until=until, reason=before.shelve_reason, now=now)
        except NotPossible as refusal:
            self._context.notifier.error(refusal)
            return
        message = shelved_text(1, until)
        self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))

    def _group(self, alarm_id: str) -> AlarmGroup | None:
        snapshot = self._context.state.snapshot
        now = self._context.state.now()
        worked_on = running_windows(snapshot.maintenance.values(), now)
        groups = groups_in_strip(snapshot.alarms.values(), snapshot.stations, now, worked_on=worked_on)
        return next((group for group in groups if alarm_id in {alarm.id for alarm in group.alarms}), None)

    def _title(self, alarm: Alarm) -> str:
        snapshot, now = self._context.state.snapshot, self._context.state.now()
        station, rule = snapshot.stations.get(alarm.station), snapshot.rules.get(alarm.rule)
        return present_title(alarm, station, rule, self._present, now)


def _is_settled(alarm: Alarm | None) -> bool:
    return alarm is None or alarm.acknowledged_at is not None


_MINUTES: Final = (15, 30, 60, 240)
USUAL_SHELVING: Final = "30"


def shelving_choices() -> tuple[Choice, ...]:
    """Return the usual shelving times, shortest first; the codes are minutes."""
    return tuple(
        Choice(code=str(minutes), label=format_duration(minutes * 60), key=str(number))
        for number, minutes in enumerate(_MINUTES, start=1)
    )
