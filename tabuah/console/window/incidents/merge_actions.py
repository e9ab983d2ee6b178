"""Merges in the window: an incident is merged into another one, and the merge is undone."""

from collections.abc import Iterable

from PySide6.QtCore import QObject

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.codes import Status
from tabuah.operations.incidents.drafts import merge_incidents, unmerge_incident
from tabuah.operations.incidents.duplicates import duplicates_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.merges import is_closed, status_before_merge
from tabuah.operations.people.roles import Role
from tabuah.text.code_labels import code_label
from tabuah.text.incidents import merges
from tabuah.text.incidents.duplicates import duplicate_title
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.incidents.incident_panel import IncidentPanel
from tabuah.widgets.values import Choice

_MAX_TARGETS = 4


class MergeActions(QObject):
    """Asks for the target of a merge, and undoes merges."""

    def __init__(self, context: WindowContext, panel: IncidentPanel) -> None:
        super().__init__(panel)
        self._context = context

    def merge(self) -> None:
        """Ask into which incident the selected one is merged; the most similar one is chosen."""
        incident = self._context.incident
        if incident is None:
            return
        targets = merge_targets(incident, tuple(self._context.state.snapshot.incidents.values()))
        if reason := reopening_refusal(incident, Status.MERGED, role=self._role) or (
            "" if targets else merges.no_target_reason()
        ):
            self._context.notifier.refuse(reason)
            return
        question = Question(
            title=merges.merge_title(incident.number),
            text=merges.merge_explanation(incident.title),
            confirm=merges.merge_button(),
            field=merges.target_number_label(),
            placeholder=merges.target_number_hint(),
            choice_label=merges.target_label(),
            choices=tuple(
                Choice(code=target.id, label=duplicate_title(target), key=str(n))
                for n, target in enumerate(targets, start=1)
            ),
            chosen=targets[0].id,
        )
        self._context.confirm.ask(question, lambda text: self._merge(incident.id, text.upper()))

    def unmerge(self) -> None:
        """Undo the merge of the selected incident."""
        incident = self._context.incident
        if incident is None or not incident.merged_into:
            return
        if reason := reopening_refusal(incident, status_before_merge(incident), role=self._role):
            self._context.notifier.refuse(reason)
            return
        message = merges.unmerged_text(incident.number, code_label(status_before_merge(incident)))
        into = incident.merged_into
        self._context.save_draft(
            unmerge_incident(incident),
            on_saved=lambda _saved: self._context.notifier.done(
                message, undo=lambda: self._merge_again(incident.id, into)
            ),
        )

    def _merge(self, incident_id: str, number: str) -> None:
        incidents = self._context.state.snapshot.incidents
        incident = incidents.get(incident_id)
        target = _numbered(number, incidents.values()) if number else incidents.get(self._context.confirm.choice)
        if incident is None or target is None or target.id == incident.id:
            self._context.notifier.refuse(merges.unknown_target_text(number))
            return
        message = merges.merged_text(incident.number, target.number)
        self._context.save_draft(
            merge_incidents(incident, target),
            on_saved=lambda _saved: self._context.notifier.done(message, undo=lambda: self._undo(incident_id)),
        )

    @property
    def _role(self) -> Role:
        return self._context.state.snapshot.role

    def _merge_again(self, incident_id: str, target_id: str) -> None:
        incidents = self._context.state.snapshot.incidents
        incident, target = incidents.get(incident_id), incidents.get(target_id)
        if incident is not None and target is not None and not incident.merged_into:
            self._context.save_draft(merge_incidents(incident, target))

    def _undo(self, incident_id: str) -> None:
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is not None and incident.merged_into:
            self._context.save_draft(unmerge_incident(incident))


def reopening_refusal(incident: Incident, to: Status, *, role: Role) -> str:
    """Return why a role may not take this incident out of the closed ones; empty if it may, or if it stays there."""
    leaves_closed = is_closed(incident) and to is not incident.status
    return describe_reason("supervisor_only") if leaves_closed and role is not Role.SUPERVISOR else ""


def merge_targets(incident: Incident, incidents: tuple[Incident, ...]) -> tuple[Incident, ...]:
    """Return the open incidents to offer as a target: similar ones first, then those that were reported last."""
    similar = [each.incident for each in duplicates_of(incident, incidents, limit=_MAX_TARGETS)]
    known = {incident.id, *(each.id for each in similar)}
    world = (incident.exercise, incident.exercise_id)
    others = [i for i in incidents if i.is_open and i.id not in known and (i.exercise, i.exercise_id) == world]
    others.sort(key=lambda each: each.reported_at, reverse=True)
    return tuple((*similar, *others)[:_MAX_TARGETS])


def _numbered(number: str, incidents: Iterable[Incident]) -> Incident | None:
    return next((each for each in incidents if each.number == number and each.is_open), None)
