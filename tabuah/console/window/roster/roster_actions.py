"""The roster window: weeks, and the acts on their shifts."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.roster.roster_forms import (
    plan_fields,
    read_plan,
    read_swap,
    shift_of_key,
    swap_fields,
)
from tabuah.console.window.roster.roster_imports import RosterImports
from tabuah.console.window.roster.roster_items import grid_refs, shift_view, week_view
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.crew_fields import ShiftFieldFault
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.authority import User
from tabuah.operations.roster.drafts import (
    Rosters,
    ShiftRef,
    clear_shift,
    copy_week,
    find_shift,
    plan_shift,
    settle_shift,
    swap_crew,
    swap_shifts,
    undo_change,
)
from tabuah.operations.roster.duty import DutyBasis, supervisor_on_duty
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.week_shifts import this_week
from tabuah.resources.localisation import _
from tabuah.text.people.permissions import role_refusal
from tabuah.text.roster.roster_text import describe_on_duty, describe_planned, describe_proposal, explain_duty
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.roster.roster_dialog import RosterDialog
from tabuah.widgets.roster.values import RosterAct
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice, Level

_PARTS = frozenset({StatePart.ROSTER, StatePart.PERSON, StatePart.PENDING})
_KEEP = "current"


class RosterActions(QObject):
    """Opens the roster and follows the console state while it is open."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: RosterDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._imports: RosterImports | None = None
        self._week = IsoWeek(1970, 2)
        self._form = RosterAct.PLAN
        self._edited: ShiftRef | None = None  # in the form
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> RosterDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    @property
    def imports(self) -> RosterImports | None:
        """The import preview, while the dialog is open."""
        return self._imports

    @property
    def week(self) -> IsoWeek:
        """The week that is shown."""
        return self._week

    def begin(self) -> None:
        """Open the roster of this week, or bring it to the front."""
        if self._dialog is None:
            self._week = this_week(self._context.state.now())
            self._dialog = self._open()
            self._refresh()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> RosterDialog:
        dialog = RosterDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.week_requested.connect(self._on_week_requested)
        dialog.shift_chosen.connect(self._on_shift_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.form.submitted.connect(self._on_form_submitted)
        dialog.form.cancelled.connect(dialog.show_grid)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        self._imports = RosterImports(self._context, dialog)
        return dialog

    @property
    def _rosters(self) -> Rosters:
        return self._context.state.snapshot.rosters

    @property
    def _users(self) -> Mapping[str, User]:
        return self._context.state.snapshot.authority.users

    @property
    def _refusal(self) -> str:
        return role_refusal(self._context.state.snapshot.role, "roster.shift_planned")

    def _refresh(self, choose: str = "") -> None:
        if self._dialog is None:
            return
        now = self._context.state.now()
        duty = supervisor_on_duty(self._rosters.values(), self._users, now)
        text = ". ".join(filter(None, (_("On duty now: {duty}").format(duty=describe_on_duty(duty)),
                                       explain_duty(duty, self._users))))  # fmt: skip
        self._dialog.show_duty(text, None if duty.basis is DutyBasis.PLANNED else Level.ATTENTION)
        view = week_view(self._rosters, self._users, self._week, now=now, refusal=self._refusal)
        self._dialog.show_week(view, choose or self._dialog.grid.chosen)
        self._show_shift()

    def _show_shift(self) -> None:
        ref = self._chosen
        if self._dialog is not None and ref is not None:
            now = self._context.state.now()
            self._dialog.show_shift(shift_view(self._rosters, self._users, ref, now=now, refusal=self._refusal))

    @property
    def _chosen(self) -> ShiftRef | None:
        key = self._dialog.grid.chosen if self._dialog is not None else ""
        refs = (ref for row in grid_refs(self._rosters, self._week) for ref in row)
        return next((ref for ref in refs if ref.shift.key == key), None)

    def _on_week_requested(self, step: int) -> None:
        try:
            self._week = self._week.plus(step) if step else this_week(self._context.state.now())
        except ValueError:
            return  # there is no roster before 1970 and after 2099
        self._refresh()

    def _on_shift_chosen(self, _key: str) -> None:
        self._show_shift()

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is not None and parts & _PARTS:
            self._refresh()

    # Acts

    def _on_act_requested(self, code: str) -> None:
        act, ref = RosterAct(code), self._chosen
        if act is RosterAct.COPY:
            self._copy()
        elif act is RosterAct.IMPORT and self._imports is not None:
            self._imports.begin()
        elif act is RosterAct.EXPORT and self._imports is not None:
            self._imports.save_export(self._week)
        elif ref is None or self._dialog is None:
            return
        elif act is RosterAct.PLAN or act is RosterAct.SWAP:
            self._open_form(act, ref)
        elif act is RosterAct.SETTLE:
            self._settle(ref)
        elif act is RosterAct.UNDO:
            self._try(lambda: (undo_change(self._rosters, ref),))
        else:
            self._clear(ref)

    def _open_form(self, act: RosterAct, ref: ShiftRef) -> None:
        assert self._dialog is not None
        self._form, self._edited = act, ref
        heading = shift_view(self._rosters, self._users, ref, now=self._context.state.now(), refusal="").heading
        is_swap = act is RosterAct.SWAP
        fields = (swap_fields if is_swap else plan_fields)(self._rosters, self._users, ref)
        title = (_("Swap the shift: {shift}") if is_swap else _("Plan the shift: {shift}")).format(shift=heading)
        self._dialog.form.show_fields(ref.shift.key, title, fields, save=_("Swap") if is_swap else _("Plan shift"))
        self._dialog.show_form()

    def _on_form_submitted(self, _key: str, changes: dict[str, str]) -> None:
        dialog, ref = self._dialog, self._edited
        if dialog is None or ref is None:
            return
        try:
            drafts = self._drafts_of_form(ref, changes)
        except ShiftFieldFault as fault:
            dialog.form.show_error(fault.field, fault.reason)
        except NotPossible as refusal:
            dialog.show_form_note(describe_not_possible(refusal))
        else:
            dialog.show_grid()
            self._save(drafts, ref.shift.key)

    def _drafts_of_form(self, ref: ShiftRef, changes: dict[str, str]) -> Sequence[Draft]:
        if self._form is RosterAct.PLAN:
            planned_ref, planned = read_plan(self._rosters, self._users, ref, changes)
            return (plan_shift(self._rosters, planned_ref, planned),)
        reason, crew, other = read_swap(self._rosters, self._users, ref, changes)
        if other:
            return swap_shifts(self._rosters, ref, shift_of_key(self._rosters, ref, other), reason=reason)
        assert crew is not None
        return (swap_crew(self._rosters, ref, crew, reason=reason),)

    def _copy(self) -> None:
        """Plan the week that is shown like the one before."""
        self._try(lambda: copy_week(self._rosters, self._week.plus(-1), self._week).drafts)

    def _clear(self, ref: ShiftRef) -> None:
        question = Question(
            title=_("Clear this shift?"), text=_("Nobody is planned then. U puts the crew back."), confirm=_("Clear")
        )
        self._ask(question, lambda _text: self._try(lambda: (clear_shift(self._rosters, ref),)))

    def _settle(self, ref: ShiftRef) -> None:
        present = find_shift(self._rosters, ref)
        if present is None or not present.proposals:
            return
        proposals = present.proposals
        planned = describe_planned(present.planned, self._users) if present.planned else _("no crew")
        choices = (
            Choice(code=_KEEP, label=_("Keep: {crew}").format(crew=planned)),
            *(Choice(code=each.entry, label=describe_proposal(each, self._users)) for each in proposals),
        )
        question = Question(
            title=_("Which plan counts?"),
            text=_("Two people planned this shift without knowing of each other."),
            confirm=_("Decide"),
            choice_label=_("Plans"),
            choices=choices,
            chosen=_KEEP,
        )

        def on_confirmed(_text: str) -> None:
            choice = self._confirm.choice if self._confirm is not None else _KEEP
            taken = next((each for each in proposals if each.entry == choice), None)
            self._try(lambda: (settle_shift(self._rosters, ref, taken),))

        self._ask(question, on_confirmed)

    def _ask(self, question: Question, on_confirmed: Callable[[str], None]) -> None:
        (self._confirm or self._context.confirm).ask(question, on_confirmed)

    def _try(self, make: Callable[[], Sequence[Draft]]) -> None:
        """Save drafts, or show why they are not possible."""
        try:
            drafts = make()
        except NotPossible as refusal:
            self._context.notifier.refuse(describe_not_possible(refusal))
            return
        self._save(drafts, self._dialog.grid.chosen if self._dialog is not None else "")

    def _save(self, drafts: Sequence[Draft], key: str) -> None:
        if drafts:
            self._context.save(lambda _store: drafts, on_saved=lambda _entries: self._refresh(key))

    def _on_finished(self) -> None:
        self._dialog = self._confirm = self._imports = None
        self._edited = None
