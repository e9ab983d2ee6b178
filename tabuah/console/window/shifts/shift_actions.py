"""The window of the shift on duty: log, promises, and the handover that two people confirm at one desk."""

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.shifts.handover_sources import read_handover_sources, reread_shift
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.crew_fields import ShiftFieldFault
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shifts.handover_files import HandoverFiles
from tabuah.console.window.shifts.shift_forms import promise_fields, read_promise, read_start, start_fields
from tabuah.console.window.shifts.shift_items import exported_shift, outgoing_or_incoming, shift_view, shown_shift
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_world
from tabuah.operations.roster.duty import shift_at
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.shifts.entry_bodies import PromiseOutcome
from tabuah.operations.shifts.handover_summary import open_promises, summarise_handover
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.shifts.shift_text import promise_text, shift_title, short_hash, side_label
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.shifts.duty_shift_dialog import DutyShiftDialog
from tabuah.widgets.shifts.values import DutyAct, ShiftListAct
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

_PARTS = frozenset({StatePart.SHIFTS, StatePart.ROSTER, StatePart.PERSON, StatePart.WORLD})
_WITHDRAWN = "withdrawn:"  # before the entry of a promise


class ShiftActions(QObject):
    """Opens the shift on duty and follows the console state while it is open."""

    def __init__(
        self, context: WindowContext, window: QWidget, appearance: Appearance, *, log_in: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance, self._log_in = context, window, appearance, log_in
        self._dialog: DutyShiftDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._submit: Callable[[Mapping[str, str]], Draft] | None = None  # of the form that is shown
        self._returns = False  # after the log-in of another person
        self._chosen = ""  # id of another shift that is shown
        self.files = HandoverFiles(context, window)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> DutyShiftDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the log with the keyboard in the field of a new line."""
        if self._dialog is None:
            self._dialog = self._open()
        self._chosen = ""
        self._refresh()
        bring_to_front(self._dialog)
        if not self._dialog.has_form:
            self._dialog.show_log()

    def begin_handover(self) -> None:
        """Open the handover."""
        self.begin()
        assert self._dialog is not None
        self._dialog.show_handover()

    def _show_list(self) -> None:
        if self._dialog is not None:
            self._dialog.show_list()

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> DutyShiftDialog:
        dialog = DutyShiftDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.line_written.connect(self._on_line_written)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.shift_list.act_requested.connect(self._on_list_act_requested)
        dialog.form.submitted.connect(self._on_form_submitted)
        dialog.form.cancelled.connect(dialog.show_log)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        return dialog

    @property
    def _shift(self) -> DutyShift | None:
        return shown_shift(self._context.state.snapshot, self._now)

    @property
    def _earlier(self) -> DutyShift | None:
        """Another shift that is shown instead of the running one."""
        shift, running = self._context.state.snapshot.shifts.get(self._chosen), self._shift
        return None if shift is None or (running is not None and running.id == shift.id) else shift

    @property
    def _now(self) -> datetime:
        return self._context.state.now()

    def _refresh(self) -> None:
        if self._dialog is not None:
            state, incident = self._context.state, self._context.incident
            subject = incident.number if incident is not None else ""
            view = shift_view(state.snapshot, state.scope, self._now, subject=subject, chosen=self._chosen)
            self._dialog.show_shift(view)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if StatePart.PERSON in parts and self._returns:
            self._returns = False
            self.begin_handover()
        elif parts & _PARTS:
            self._refresh()

    def _on_line_written(self, text: str, is_about: bool) -> None:
        shift, incident = self._shift, self._context.incident
        if shift is not None:
            about = subject_of("incident", incident.id) if is_about and incident is not None else ""
            self._try(lambda: drafts.log_line(shift, text, about=about))

    # Acts

    def _on_act_requested(self, code: str) -> None:
        shift = self._shift
        match DutyAct(code):
            case DutyAct.START:
                self._start()
            case DutyAct.LOG_IN:
                self._let_log_in()
            case DutyAct.EXPORT:
                self._export_shown()
            case DutyAct.LIST:
                self._show_list()
            case act if shift is not None:
                self._act_on(act, shift)

    def _act_on(self, act: DutyAct, shift: DutyShift) -> None:
        match act:
            case DutyAct.JOIN:
                self._try(lambda: drafts.join_shift(shift))
            case DutyAct.PROMISE:
                self._open_promise(shift)
            case DutyAct.END_PROMISE:
                self._end_promise()
            case DutyAct.CORRECT:
                self._correct(shift)
            case DutyAct.PREPARE:
                self._prepare(shift)
            case DutyAct.WITHDRAW:
                self._try(lambda: drafts.withdraw_handover(shift))
            case DutyAct.CONFIRM:
                self._confirm_handover(shift)
            case DutyAct.CLOSE_SHIFT:
                self._close_shift(shift)

    def _start(self) -> None:
        state = self._context.state
        snapshot, world, now = state.snapshot, scope_world(state.scope), self._now
        planned = shift_at(snapshot.rosters.values(), now)
        if planned is not None:
            self._try(lambda: drafts.start_roster_shift(planned, world))
            return
        rosters, users, actor = snapshot.rosters, snapshot.authority.users, snapshot.actor

        def make(changes: Mapping[str, str]) -> Draft:
            return read_start(rosters, users, actor=actor, changes=changes, now=self._now, world=world)

        self._show_form(_("Start a shift"), start_fields(rosters, users, actor, now), make, save=_("Start"))

    def _open_promise(self, shift: DutyShift) -> None:
        fields = promise_fields(self._now)
        usual = {field.code: field.value for field in fields}

        def make(changes: Mapping[str, str]) -> Draft:
            return read_promise(shift, usual | dict(changes))

        self._show_form(_("Record a promise"), fields, make, save=_("Record"))

    def _prepare(self, shift: DutyShift) -> None:
        note = shift.handover.note if shift.handover else ""
        question = Question(
            title=_("Prepare the handover?"),
            text=_("What is open now is collected. Both people confirm exactly this content."),
            confirm=_("Prepare"),
            field=_("What the next shift must know"),
            value=note,
        )

        def work(store: ConsoleStore, text: str) -> list[Draft]:
            present = reread_shift(store, shift)
            facts = summarise_handover(read_handover_sources(store, present), present, store.now())
            return [drafts.prepare_handover(shift, facts, as_of=store.now(), note=text)]

        self._ask(
            question, lambda text: self._context.save(lambda store: work(store, text), on_saved=self._on_prepared)
        )

    def _on_prepared(self, _entries: object) -> None:
        self._refresh()
        if self._dialog is not None:
            self._dialog.show_handover()

    def _confirm_handover(self, shift: DutyShift) -> None:
        if shift.handover is None:
            return
        actor = self._context.state.snapshot.actor
        side = outgoing_or_incoming(shift, actor)
        text = _("{person} confirms the content with the hash {hash}. It cannot be taken back.")
        question = Question(
            title=f"{side_label(side)}: {actor}",
            text=text.format(person=actor, hash=short_hash(shift.handover.content_hash)),
            confirm=_("Confirm"),
        )
        self._ask(question, lambda _text: self._try(lambda: drafts.confirm_handover(shift, side)))

    def _let_log_in(self) -> None:
        """Make place for the log-in of another person, and come back with the handover."""
        self._returns = True
        if self._dialog is not None:
            self._dialog.close()
        self._log_in()

    def _end_promise(self) -> None:
        state = self._context.state
        found = open_promises(state.snapshot.shifts.values(), state.scope)
        if not found:
            return
        names = [(promise.entry, promise_text(promise, self._now)) for _shift, promise in found]
        choices = (
            *(Choice(code=entry, label=_("Done: {promise}").format(promise=name)) for entry, name in names),
            *(
                Choice(code=_WITHDRAWN + entry, label=_("Withdrawn: {promise}").format(promise=name))
                for entry, name in names
            ),
        )
        question = Question(
            title=_("Which promise has ended?"),
            text=_("It stays in the log of its shift."),
            confirm=_("End"),
            choice_label=_("Promises"),
            choices=choices,
            chosen=choices[0].code,
            field=_("Note"),
        )

        def on_confirmed(note: str) -> None:
            code = self._confirm.choice if self._confirm is not None else ""
            outcome = PromiseOutcome.WITHDRAWN if code.startswith(_WITHDRAWN) else PromiseOutcome.DONE
            entry = code.removeprefix(_WITHDRAWN)
            pair = next((pair for pair in found if pair[1].entry == entry), None)
            if pair is not None:
                self._try(lambda: drafts.end_promise(*pair, outcome, note=note))

        self._ask(question, on_confirmed)

    def _correct(self, shift: DutyShift) -> None:
        corrected = shift.corrected()
        lines = [line for line in reversed(shift.log) if line.entry not in corrected][:20]
        if not lines:
            return
        choices = tuple(Choice(code=line.entry, label=line.text[:60]) for line in lines)
        question = Question(
            title=_("Correct a line"),
            text=_("Both lines stay in the log."),
            confirm=_("Write"),
            choice_label=_("Line"),
            choices=choices,
            chosen=choices[0].code,
            field=_("Correction"),
            required=_("Write the correction."),
        )

        def on_confirmed(text: str) -> None:
            entry = self._confirm.choice if self._confirm is not None else choices[0].code
            about = next((line.about for line in lines if line.entry == entry), "")
            self._try(lambda: drafts.log_line(shift, text, corrects=entry, about=about))

        self._ask(question, on_confirmed)

    def _close_shift(self, shift: DutyShift) -> None:
        question = Question(
            title=_("End the shift without a handover?"),
            text=_("Only where no shift follows. The list of shifts opens it again."),
            confirm=_("End the shift"),
            field=_("Reason"),
            required=_("Write the reason."),
        )
        self._ask(question, lambda reason: self._try(lambda: drafts.close_shift(shift, reason=reason)))

    # Other shifts

    def _on_list_act_requested(self, code: str, shift_id: str) -> None:
        shift = self._context.state.snapshot.shifts.get(shift_id)
        if shift is None or self._dialog is None:
            return
        match ShiftListAct(code):
            case ShiftListAct.SHOW:
                self._chosen = shift.id
                self._refresh()
                self._dialog.show_log()
            case ShiftListAct.REOPEN:
                self._reopen(shift)
            case ShiftListAct.EXPORT:
                self.files.ask_for_file(shift)

    def _reopen(self, shift: DutyShift) -> None:
        question = Question(
            title=_("Reopen the shift?"),
            text=shift_title(shift),
            confirm=_("Reopen the shift"),
            field=_("Reason"),
            required=_("Write the reason."),
        )
        self._ask(question, lambda reason: self._try(lambda: drafts.reopen_shift(shift, reason=reason)))

    def _export_shown(self) -> None:
        snapshot = self._context.state.snapshot
        shift = exported_shift(snapshot, self._earlier)
        if shift is not None:
            self.files.ask_for_file(shift)

    def _show_form(
        self, title: str, fields: tuple[EditField, ...], make: Callable[[Mapping[str, str]], Draft], *, save: str
    ) -> None:
        if self._dialog is not None:
            self._submit = make
            self._dialog.form.show_fields(title, title, fields, save=save)
            self._dialog.show_form()

    def _on_form_submitted(self, _key: str, changes: dict[str, str]) -> None:
        dialog, submit = self._dialog, self._submit
        if dialog is None or submit is None:
            return
        try:
            draft = submit(changes)
        except ShiftFieldFault as fault:
            dialog.form.show_error(fault.field, fault.reason)
        except NotPossible as refusal:
            dialog.show_form_note(describe_not_possible(refusal))
        else:
            dialog.show_log()
            self._context.save_draft(draft)

    def _ask(self, question: Question, on_confirmed: Callable[[str], None]) -> None:
        (self._confirm or self._context.confirm).ask(question, on_confirmed)

    def _try(self, make: Callable[[], Draft]) -> None:
        """Save a draft, or show why it is not possible."""
        try:
            draft = make()
        except NotPossible as refusal:
            self._context.notifier.refuse(describe_not_possible(refusal))
            return
        self._context.save_draft(draft)

    def _on_finished(self) -> None:
        self._dialog = self._confirm = self._submit = None
