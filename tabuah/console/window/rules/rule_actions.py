"""Rule actions: reading, writing, trials on past readings, and retirement."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.rules.any_rules import (
    any_form_text,
    any_rule_items,
    any_rule_texts,
    any_rule_view,
    form_sections,
    rules_by_subject,
)
from tabuah.console.window.rules.bulletin_rule_form import is_bulletin_rule
from tabuah.console.window.rules.condition_fields import BY_TYPE
from tabuah.console.window.rules.rule_draft import RESTRUCTURING_FIELDS, RuleDraft
from tabuah.console.window.rules.rule_form_fields import section_labels
from tabuah.console.window.rules.trial_actions import TrialActions
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.draft_writer import DraftWriter
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.people.permissions import may_write
from tabuah.operations.rules.any_rule import AnyRule, subject_of_rule
from tabuah.operations.rules.drafts import activate_rule, retire_rule
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.form_drafts import kept_form_text
from tabuah.text.rules.any_rule_text import version_lines
from tabuah.text.rules.rule_problems import describe_rule_problem
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.controls.field_sections import FieldSection
from tabuah.widgets.rules.rules_dialog import RulesDialog
from tabuah.widgets.theme.appearance import Appearance


class RuleActions(QObject):
    """Keeps the draft until it is in force. The list follows the console state."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance, drafts: DraftWriter) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance, self._drafts = context, window, appearance, drafts
        self._draft_key = ""  # of the open form
        self._dialog: RulesDialog | None = None
        self._trying = TrialActions(context, self)
        self._draft = RuleDraft()
        self._put = ""  # subject of a rule that was just put into force; selected once it arrives
        context.state.changed.connect(self._on_room_changed)

    @property
    def dialog(self) -> RulesDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the rules, or bring them to the front."""
        if self._dialog is None:
            self._dialog = self._open()
            self._show_list()
            self._dialog.show()
            self._dialog.list.setFocus()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the window and cancel its trial."""
        self._trying.close()
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> RulesDialog:
        dialog = RulesDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.rule_chosen.connect(self._on_rule_chosen)
        dialog.new_requested.connect(self._on_new)
        dialog.save_requested.connect(self._on_save)
        dialog.form_closed.connect(self._on_form_left)
        dialog.finished.connect(self._on_finished)
        dialog.page.edit_requested.connect(self._on_edit)
        dialog.page.copy_requested.connect(self._on_copy)
        dialog.page.retire_requested.connect(self._on_retire)
        dialog.form.changed.connect(self._on_form_changed)
        dialog.form.part_added.connect(self._on_part_added)
        dialog.form.part_removed.connect(self._on_part_removed)
        dialog.trial.requested.connect(self._on_trial)
        self._trying.attach(dialog.trial)
        return dialog

    # Reading

    @property
    def _rules(self) -> Mapping[str, AnyRule]:
        return rules_by_subject(self._context.state.snapshot)

    @property
    def _chosen(self) -> AnyRule | None:
        return self._rules.get(self._dialog.list.chosen) if self._dialog else None

    def _show_list(self) -> None:
        if self._dialog is None:
            return
        snapshot = self._context.state.snapshot
        forbidden = "" if may_write(snapshot.role, "rule.written") else describe_reason("role_forbids")
        self._dialog.show_rules(any_rule_items(snapshot), new_reason=forbidden)
        if self._put in self._rules and not self._dialog.is_writing:
            self._dialog.list.choose(self._put)
            self._put = ""

    def _on_room_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is not None and parts & {StatePart.RULES, StatePart.STATIONS, StatePart.PERSON}:
            self._show_list()
            if not self._dialog.is_writing:
                self._on_rule_chosen(self._dialog.list.chosen)

    def _on_rule_chosen(self, subject: str) -> None:
        if self._dialog is None or self._dialog.is_writing:
            return
        self._trying.cancel()
        rule = self._rules.get(subject)
        if rule is None:
            self._dialog.show_rule(None)
            return
        self._trying.show_family(about_bulletins=isinstance(rule, BulletinRule))
        self._show_rule(rule, ())
        self._context.store.run(
            lambda store: version_lines(store.entries_of(subject)),
            on_done=lambda lines: self._on_versions(subject, lines),
        )

    def _on_versions(self, subject: str, lines: tuple[str, ...]) -> None:
        rule = self._chosen
        if self._dialog is None or self._dialog.is_writing or rule is None:
            return
        if subject_of_rule(rule) == subject:
            self._show_rule(rule, lines)

    def _show_rule(self, rule: AnyRule, history: Sequence[str]) -> None:
        assert self._dialog is not None
        state = self._context.state
        newest = {series: reading.at for series, reading in state.latest.items()}
        self._dialog.show_rule(any_rule_view(rule, history, state.snapshot, newest=newest, now=state.now()))

    # Writing

    def _on_new(self) -> None:
        self._open_form(RuleDraft(), _("New rule"), "new")

    def _on_edit(self) -> None:
        rule = self._chosen
        if rule is not None and self._can_be_written(rule):
            title = _("{name}, version {n}").format(name=rule.name or rule.id, n=rule.version + 1)
            self._open_form(RuleDraft(any_rule_texts(rule), subject_of_rule(rule)), title, subject_of_rule(rule))

    def _on_copy(self) -> None:
        rule = self._chosen
        if rule is not None and self._can_be_written(rule):
            texts = any_rule_texts(rule) | {"name": _("{name} (copy)").format(name=rule.name or rule.id)}
            self._open_form(RuleDraft(texts), _("New rule"), f"copy of {subject_of_rule(rule)}")

    def _can_be_written(self, rule: AnyRule) -> bool:
        if isinstance(rule, BulletinRule) or type(rule.condition) in BY_TYPE:
            return True
        self._context.notifier.refuse(_("Rules of this kind are written from a file: tabuah rule write FILE"))
        return False

    def _open_form(self, draft: RuleDraft, title: str, key: str) -> None:
        assert self._dialog is not None
        self._draft, self._draft_key = draft, f"rule form/{key}"
        if kept := self._drafts.kept(self._draft_key, dict[str, str]):
            draft.update(kept)
            self._context.notifier.inform(kept_form_text())
        self._trying.cancel()
        self._dialog.form.show_title(title)
        self._show_sections()
        self._dialog.open_form()

    def _on_form_changed(self, code: str) -> None:
        assert self._dialog is not None
        self._draft.update(self._dialog.form.texts)
        self._drafts.schedule(self._draft_key, dict(self._draft.texts))
        if code.endswith(RESTRUCTURING_FIELDS):
            self._show_sections()
        else:
            self._show_sentence()

    def _on_part_added(self) -> None:
        self._draft.add_part()
        self._drafts.schedule(self._draft_key, dict(self._draft.texts))
        self._show_sections()

    def _on_part_removed(self, code: str) -> None:
        self._draft.remove_part(code)
        self._drafts.schedule(self._draft_key, dict(self._draft.texts))
        self._show_sections()

    def _show_sections(self) -> None:
        assert self._dialog is not None
        self._dialog.form.show_sections(self._sections, can_add=self._draft.can_grow)
        self._draft.update(self._dialog.form.texts)
        self._trying.show_family(about_bulletins=is_bulletin_rule(self._draft.texts))
        self._show_sentence()

    @property
    def _sections(self) -> tuple[FieldSection, ...]:
        return form_sections(self._draft.texts, is_new=not self._draft.written)

    def _show_sentence(self, *, also_empty: bool = False) -> AnyRule | None:
        """Show the sentence of the rule or its missing fields; empty fields count as faults only on saving."""
        assert self._dialog is not None
        stations, texts = self._context.state.snapshot.stations, self._draft.texts
        rule, faults = self._draft.read(self._rules, stations.values())
        labels = section_labels(self._sections)
        sentence, stands = any_form_text(texts, rule, faults, labels=labels, stations=stations)
        self._dialog.form.show_sentence(sentence, stands, is_sound=not faults)
        shown = [fault for fault in faults if also_empty or self._draft.is_filled(fault.field)]
        self._dialog.form.show_faults({fault.field: describe_rule_problem(fault) for fault in shown})
        if also_empty and faults:
            self._dialog.form.focus_field(faults[0].field)
        return None if faults else rule

    def _on_save(self) -> None:
        rule = self._show_sentence(also_empty=True)
        if rule is None or self._dialog is None:
            return
        known = self._rules.get(subject_of_rule(rule))
        self._dialog.close_form()
        message = _("{name} is in force, version {n}.").format(name=rule.name, n=rule.version)
        key = self._draft_key

        def on_saved(_saved: SavedEntries) -> None:
            self._drafts.discard(key)
            self._context.notifier.done(message, undo=partial(self._take_back, rule, known))

        self._put = subject_of_rule(rule)
        self._context.save_draft(activate_rule(rule, known=known), on_saved=on_saved)

    def _on_form_left(self) -> None:
        self._drafts.discard(self._draft_key)
        self._on_rule_chosen(self._dialog.list.chosen if self._dialog else "")

    def _on_retire(self, reason: str) -> None:
        rule = self._chosen
        if rule is not None:
            message = _("{name} is retired.").format(name=rule.name or rule.id)
            self._context.save_draft(
                retire_rule(rule, reason=reason),
                on_saved=lambda _saved: self._context.notifier.done(message, undo=lambda: self._put_back(rule)),
            )

    def _take_back(self, rule: AnyRule, before: AnyRule | None) -> None:
        """Undo: put the version before into force again, or retire a rule that was not in force."""
        if before is not None and before.active:
            self._put_back(before)
            return
        message = _("{name} is retired.").format(name=rule.name or rule.id)
        draft = retire_rule(rule, reason=_("Undone"))
        self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))

    def _put_back(self, rule: AnyRule) -> None:
        """Undo: put the same rule into force again, as the version after the last one that is saved."""
        message = _("{name} is in force again.").format(name=rule.name or rule.id)
        self._context.save(
            lambda store: [activate_rule(rule, known=_saved_rule(store, rule))],
            on_saved=lambda _saved: self._context.notifier.done(message),
        )

    # Trial

    def _on_trial(self, days: int) -> None:
        assert self._dialog is not None
        rule = self._show_sentence(also_empty=True) if self._dialog.is_writing else self._chosen
        if rule is not None:
            self._trying.begin(rule, days)

    def _on_finished(self, _result: int) -> None:
        self._trying.detach()
        self._dialog = None


def _saved_rule(store: ConsoleStore, rule: AnyRule) -> AnyRule | None:
    known: tuple[AnyRule, ...] = (*store.rules(), *store.bulletin_rules())
    return next((each for each in known if subject_of_rule(each) == subject_of_rule(rule)), None)
