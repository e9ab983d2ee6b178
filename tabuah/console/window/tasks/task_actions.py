"""The window of tasks: opens it, follows the state, and saves changes; works offline."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.tasks.task_records import read_task_rows, write_task_table
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.console.window.tasks.task_forms import (
    TaskFieldFault,
    read_new_task,
    read_task_change,
    task_fields,
)
from tabuah.console.window.tasks.task_items import task_card, task_items
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.tasks import drafts
from tabuah.operations.tasks.decisions import OUT_OF_TASK, may_work_on, needs_receipt_name
from tabuah.operations.tasks.task import Task
from tabuah.operations.tasks.task_list import TaskView, find_words, select_tasks, tasks_of
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.incidents.incident_text import no_incident_reason
from tabuah.text.sync.verdict_reasons import describe_not_possible, describe_reason
from tabuah.text.tasks.task_text import count_text, view_label
from tabuah.widgets.tasks.task_list_dialog import TaskListDialog
from tabuah.widgets.tasks.values import TaskAct
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

_PARTS: Final = frozenset({StatePart.TASKS, StatePart.INCIDENTS, StatePart.UNITS, StatePart.PERSON, StatePart.WORLD})


class TaskActions(QObject):
    """Opens the list of tasks, and follows the state while it is open."""

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        show_incident: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._show_incident = show_incident
        self._dialog: TaskListDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._edited: Task | None = None  # None for a new one
        self._incident: Incident | None = None  # of a new one
        self._values: dict[str, str] = {}  # of the form as it was opened
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> TaskListDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the tasks of all incidents; those of the selected incident are one click away."""
        self._open_for(for_incident=False)

    def begin_for_incident(self) -> None:
        """Open the tasks of the selected incident."""
        self._open_for(for_incident=self._context.incident is not None)

    def begin_overdue(self) -> None:
        """Open the overdue tasks of all incidents."""
        self._open_for(for_incident=False, view=TaskView.OVERDUE)

    def begin_at(self, task_id: str) -> None:
        """Open the open tasks of all incidents at one of them."""
        self._open_for(for_incident=False)
        if self._dialog is not None:
            self._dialog.list.choose(task_id)

    def begin_new(self) -> None:
        """Open the form of a new task of the selected incident."""
        self._open_for(for_incident=self._context.incident is not None)
        self._begin_form(None)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    # The window

    @property
    def _chosen(self) -> Task | None:
        tasks = self._context.state.snapshot.tasks
        return tasks.get(self._dialog.list.chosen) if self._dialog is not None else None

    @property
    def _opd(self) -> str:
        snapshot = self._context.state.snapshot
        return snapshot.authority.office_of_user(snapshot.actor).opd

    def _open_for(self, *, for_incident: bool, view: TaskView = TaskView.OPEN) -> None:
        if self._dialog is None:
            self._dialog = self._open()
        incident = self._context.incident
        self._dialog.show_view(view.value)
        self._dialog.show_incident(incident.number if incident is not None else "", checked=for_incident)
        if self._dialog.shows_list:
            self._dialog.show_list()
        self._show()
        bring_to_front(self._dialog, self._context.notifier)

    def _open(self) -> TaskListDialog:
        views = tuple((view.value, view_label(view)) for view in TaskView)
        dialog = TaskListDialog(self._appearance, self._window, views=views)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.task_chosen.connect(self._on_task_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.search_changed.connect(self._show)
        dialog.form.submitted.connect(self._on_form_submitted)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        return dialog

    def _show(self) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        state, now = self._context.state, self._context.state.now()
        snapshot, incident = state.snapshot, self._context.incident
        tasks = list(snapshot.tasks.values())
        if dialog.for_incident and incident is not None:
            tasks = tasks_of(tasks, incident.id, snapshot.incidents.values())
        numbers = {each.id: each.number for each in snapshot.incidents.values()} if dialog.words.strip() else {}
        tasks = find_words(tasks, dialog.words, numbers) if dialog.words.strip() else tasks
        found = {view: select_tasks(tasks, view, now=now, actor=snapshot.actor, opd=self._opd) for view in TaskView}
        dialog.show_views(tuple((view.value, f"{view_label(view)} {len(each)}") for view, each in found.items()))
        shown = found[TaskView(dialog.view)]
        dialog.show_tasks(
            task_items(shown, snapshot, now), add_reason=self._add_reason(), summary=count_text(tasks, now)
        )
        self._show_card()

    def _show_card(self) -> None:
        dialog, task = self._dialog, self._chosen
        if dialog is None:
            return
        if task is None:
            dialog.show_card(None)
            return
        snapshot, now = self._context.state.snapshot, self._context.state.now()
        dialog.show_card(task_card(task, snapshot, now, self._reasons(task)))

    def _on_task_chosen(self, _task_id: str) -> None:
        self._show_card()

    def _add_reason(self) -> str:
        if self._context.incident is None:
            return no_incident_reason()
        return self._context.state.writing_refusal("task.added")

    def _reasons(self, task: Task) -> dict[TaskAct, str]:
        state = self._context.state
        refusal = state.writing_refusal("task.changed")
        if not refusal and not may_work_on(task, state.snapshot.actor, state.snapshot.role, self._opd):
            refusal = describe_reason(OUT_OF_TASK)
        ended = "" if task.is_open else describe_not_possible(NotPossible("task_has_ended"))
        has_incident = task.incident in state.snapshot.incidents
        return {
            TaskAct.DONE: refusal or ended,
            TaskAct.RECEIVE: refusal,
            TaskAct.CHANGE: refusal or ended,
            TaskAct.CANCEL: refusal,
            TaskAct.INCIDENT: "" if has_incident else _("The incident is not on this console."),
        }

    # Acts

    def _on_act_requested(self, code: str) -> None:
        act, task = TaskAct(code), self._chosen
        if self._dialog is None or not self._dialog.shows_list:
            return
        if act is TaskAct.ADD:
            self._begin_form(None)
        elif act is TaskAct.EXPORT:
            self._ask_for_file()
        elif task is not None:
            self._act_on(act, task)

    def _act_on(self, act: TaskAct, task: Task) -> None:
        match act:
            case TaskAct.DONE:
                self._ask(task, _("Done: {what}?"), _("Mark as done"), _("What was done"), self._finish)
            case TaskAct.RECEIVE if task.receipt is not None:
                undo = partial(drafts.receive_task, name=task.receipt.name or self._context.state.snapshot.actor)
                self._save(task, drafts.withdraw_receipt(task), _("The receipt is taken back: {what}"), undo)
            case TaskAct.RECEIVE if needs_receipt_name(task, self._opd):
                required = describe_reason("receipt_without_name")
                self._ask(task, _("{what}: received by?"), _("Confirm the receipt"), _("Person at the OPD"),
                          self._receive, required=required)  # fmt: skip
            case TaskAct.RECEIVE:
                self._receive(task, "")
            case TaskAct.CHANGE:
                self._begin_form(task)
            case TaskAct.CANCEL if task.is_open:
                self._ask(task, _("Cancel {what}?"), _("Cancel the task"), _("Reason"), self._cancel,
                          required=_("State a reason."))  # fmt: skip
            case TaskAct.CANCEL:
                self._ask(task, _("Reopen {what}?"), _("Reopen the task"), _("Reason"), self._reopen,
                          required=_("State a reason."))  # fmt: skip
            case TaskAct.INCIDENT:
                if self._dialog is not None:
                    self._dialog.close()
                self._show_incident(task.incident)

    def _ask(
        self,
        task: Task,
        title: str,
        confirm: str,
        field: str,
        then: Callable[[Task, str], None],
        *,
        required: str = "",
    ) -> None:
        assert self._confirm is not None
        question = Question(
            title=title.format(what=task.what), text="", confirm=confirm, field=field, required=required
        )
        self._confirm.ask(question, partial(then, task))

    def _finish(self, task: Task, note: str) -> None:
        undo = partial(drafts.reopen_task, reason=_("Undone"))
        self._save(task, drafts.finish_task(task, note=note), _("Done: {what}"), undo)

    def _receive(self, task: Task, name: str) -> None:
        self._save(task, drafts.receive_task(task, name=name), _("The receipt is recorded: {what}"),
                   drafts.withdraw_receipt)  # fmt: skip

    def _cancel(self, task: Task, reason: str) -> None:
        undo = partial(drafts.reopen_task, reason=_("Undone"))
        self._save(task, drafts.cancel_task(task, reason=reason), _("Cancelled: {what}"), undo)

    def _reopen(self, task: Task, reason: str) -> None:
        undo = partial(drafts.cancel_task, reason=_("Undone"))
        self._save(task, drafts.reopen_task(task, reason=reason), _("Open again: {what}"), undo)

    def _save(self, task: Task, draft: Draft, message: str, undo: Callable[[Task], Draft]) -> None:
        """Save a change; it can be undone as long as the task is as the change left it."""

        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(message.format(what=task.what), undo=partial(self._undo, task.id, undo))

        self._context.save_draft(draft, on_saved=on_saved)

    def _undo(self, task_id: str, undo: Callable[[Task], Draft]) -> None:
        task = self._context.state.snapshot.tasks.get(task_id)
        if task is None:
            return
        try:
            self._context.save_draft(undo(task))
        except NotPossible as refusal:
            self._context.notifier.refuse(describe_not_possible(refusal))

    # The form

    def _begin_form(self, task: Task | None) -> None:
        assert self._dialog is not None
        self._edited, self._incident = task, self._context.incident
        if task is None and self._add_reason():
            self._dialog.show_note(self._add_reason(), Level.ATTENTION)
            return
        number = self._incident.number if self._incident is not None else ""
        title = (
            _("Add a task to {number}").format(number=number)
            if task is None
            else _("Change {what}").format(what=task.what)
        )
        assigned = next(iter(self._incident.assignment), "") if self._incident is not None else ""
        state = self._context.state
        fields = task_fields(task, state.snapshot, state.now(), owner=assigned)
        self._values = {field.code: field.value for field in fields}
        self._dialog.form.show_fields(task.id if task else "", title, fields, save="" if task else _("Add"))
        self._dialog.show_form()

    def _on_form_submitted(self, _edited: str, changes: dict[str, str]) -> None:
        """Save the task, or show the problem at its field."""
        assert self._dialog is not None
        before, incident, snapshot = self._edited, self._incident, self._context.state.snapshot
        try:
            if before is not None:
                current = snapshot.tasks.get(before.id, before)
                draft = read_task_change(current, changes, snapshot, self._context.state.now())
                undo = partial(drafts.restore_task, current)
                self._save(current, draft, _("The task is changed: {what}"), undo)
            elif incident is not None:
                values = self._values | changes
                now = self._context.state.now()
                task_id = new_uuid(now)
                self._save_new(task_id, read_new_task(task_id, incident, values, snapshot, now), values["what"])
        except TaskFieldFault as fault:
            self._dialog.form.show_error(fault.field, fault.reason)
        else:
            self._dialog.show_list()

    def _save_new(self, task_id: str, draft: Draft, what: str) -> None:
        undo = partial(drafts.cancel_task, reason=_("Undone"))

        def on_saved(_saved: SavedEntries) -> None:
            message = _("The task is added: {what}").format(what=what.strip())
            self._context.notifier.done(message, undo=partial(self._undo, task_id, undo))

        self._context.save_draft(draft, on_saved=on_saved)

    # The file

    def _ask_for_file(self) -> None:
        name = dated_name("tasks", at=self._context.state.now(), suffix=".xlsx")
        dialog = save_dialog(self._dialog or self._window, _("Export the tasks"), name=name,
                             filters=["XLSX (*.xlsx)", "CSV (*.csv)"])  # fmt: skip
        ask_for_path(dialog, self.write_export)

    def write_export(self, file: Path) -> None:
        """Write all tasks of the world of the window to a CSV or XLSX file."""
        scope = self._context.state.scope

        def work(store: ConsoleStore) -> int:
            rows = read_task_rows(store, scope)
            write_task_table(file, rows)
            return len(rows)

        def done(n: int) -> None:
            text = ngettext("{n} task is written to {file}.", "{n} tasks are written to {file}.", n)
            self._context.notifier.saved(text.format(n=n, file=file), file)

        self._context.store.run(work, on_done=done, on_error=self._context.notifier.error)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is not None and parts & _PARTS:
            self._show()

    def _on_finished(self, _result: int) -> None:
        self._dialog = self._confirm = None
