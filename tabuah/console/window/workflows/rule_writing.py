"""Rules in the window: looked at, written and tried on the past before they are in force, and retired."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.presenting.any_rules import any_form_words, any_rule_items, any_rule_view
from tabuah.console.window.presenting.rule_families import (
    form_sections,
    is_about_bulletins,
    rules_by_subject,
    texts_of_any,
)
from tabuah.console.window.presenting.rule_fields import labels_in
from tabuah.console.window.presenting.rule_slots import BY_TYPE
from tabuah.console.window.presenting.rule_versions import version_lines
from tabuah.console.window.room import Part
from tabuah.console.window.rule_draft import RESTRUCTURING, RuleDraft
from tabuah.console.window.workflows.rule_trying import RuleTrying
from tabuah.console.window.workplace import Workplace
from tabuah.operations.authority.roles import may_write
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.reasons import reason_words
from tabuah.operations.rules.either import AnyRule, subject_of_rule
from tabuah.operations.rules.gestures import put_into_force, retire_rule
from tabuah.resources.catalogue import _
from tabuah.widgets.rules.rules_dialog import RulesDialog
from tabuah.widgets.rules.values import RuleSection
from tabuah.widgets.theme.appearance import Appearance


class RuleWriting(QObject):
    """Holds what is being written until it is in force; the list follows the room."""

    def __init__(self, place: Workplace, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._at, self._window, self._appearance = place, window, appearance
        self._dialog: RulesDialog | None = None
        self._trying = RuleTrying(place, self)
        self._draft = RuleDraft()
        self._put = ""  # subject of a rule that was just put into force: it is looked at as soon as it is there
        place.room.changed.connect(self._on_room_changed)

    @property
    def dialog(self) -> RulesDialog | None:
        """The window of the rules, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the rules, or bring them to the front."""
        if self._dialog is None:
            self._dialog = self._open()
            self._show_list()
            self._dialog.show()
            self._dialog.list.setFocus()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def close(self) -> None:
        """The window goes, and what it tries with it."""
        self._trying.close()
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> RulesDialog:
        dialog = RulesDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.rule_chosen.connect(self._on_rule_chosen)
        dialog.new_requested.connect(self._on_new)
        dialog.save_requested.connect(self._on_save)
        dialog.form_left.connect(self._on_form_left)
        dialog.finished.connect(self._on_finished)
        dialog.page.edit_requested.connect(self._on_edit)
        dialog.page.copy_requested.connect(self._on_copy)
        dialog.page.retire_requested.connect(self._on_retire)
        dialog.form.changed.connect(self._on_form_changed)
        dialog.form.part_added.connect(self._on_part_added)
        dialog.form.part_removed.connect(self._on_part_removed)
        dialog.trial.requested.connect(self._on_trial)
        self._trying.follow(dialog.trial)
        return dialog

    # Reading

    @property
    def _rules(self) -> Mapping[str, AnyRule]:
        return rules_by_subject(self._at.room.snapshot)

    @property
    def _chosen(self) -> AnyRule | None:
        return self._rules.get(self._dialog.list.chosen) if self._dialog else None

    def _show_list(self) -> None:
        if self._dialog is None:
            return
        snapshot = self._at.room.snapshot
        forbidden = "" if may_write(snapshot.role, "rule.written") else reason_words("role_forbids")
        self._dialog.show_rules(any_rule_items(snapshot), new_reason=forbidden)
        if self._put in self._rules and not self._dialog.is_writing:
            self._dialog.list.choose(self._put)
            self._put = ""

    def _on_room_changed(self, parts: frozenset[Part]) -> None:
        if self._dialog is not None and parts & {Part.RULES, Part.STATIONS, Part.PERSON}:
            self._show_list()
            if not self._dialog.is_writing:
                self._on_rule_chosen(self._dialog.list.chosen)

    def _on_rule_chosen(self, subject: str) -> None:
        if self._dialog is None or self._dialog.is_writing:
            return
        self._trying.end()
        rule = self._rules.get(subject)
        if rule is None:
            self._dialog.show_rule(None)
            return
        self._trying.show_family(about_bulletins=isinstance(rule, BulletinRule))
        self._show_rule(rule, ())
        self._at.store.run(
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
        room = self._at.room
        newest = {series: reading.at for series, reading in room.latest.items()}
        self._dialog.show_rule(any_rule_view(rule, history, room.snapshot, newest=newest, now=room.now()))

    # Writing

    def _on_new(self) -> None:
        self._open_form(RuleDraft(), _("New rule"))

    def _on_edit(self) -> None:
        rule = self._chosen
        if rule is not None and self._can_be_written(rule):
            title = _("{name}, version {n}").format(name=rule.name or rule.id, n=rule.version + 1)
            self._open_form(RuleDraft(texts_of_any(rule), subject_of_rule(rule)), title)

    def _on_copy(self) -> None:
        rule = self._chosen
        if rule is not None and self._can_be_written(rule):
            texts = texts_of_any(rule) | {"name": _("{name} (copy)").format(name=rule.name or rule.id)}
            self._open_form(RuleDraft(texts), _("New rule"))

    def _can_be_written(self, rule: AnyRule) -> bool:
        if isinstance(rule, BulletinRule) or type(rule.condition) in BY_TYPE:
            return True
        self._at.teller.refuse(_("Rules of this kind are written from a file: tabuah rule write FILE"))
        return False

    def _open_form(self, draft: RuleDraft, title: str) -> None:
        assert self._dialog is not None
        self._draft = draft
        self._trying.end()
        self._dialog.form.show_title(title)
        self._show_sections()
        self._dialog.open_form()

    def _on_form_changed(self, code: str) -> None:
        assert self._dialog is not None
        self._draft.take(self._dialog.form.texts)
        if code.endswith(RESTRUCTURING):
            self._show_sections()
        else:
            self._show_sentence()

    def _on_part_added(self) -> None:
        self._draft.add_part()
        self._show_sections()

    def _on_part_removed(self, code: str) -> None:
        self._draft.remove_part(code)
        self._show_sections()

    def _show_sections(self) -> None:
        assert self._dialog is not None
        self._dialog.form.show_sections(self._sections, can_add=self._draft.can_grow)
        self._draft.take(self._dialog.form.texts)
        self._trying.show_family(about_bulletins=is_about_bulletins(self._draft.texts))
        self._show_sentence()

    @property
    def _sections(self) -> tuple[RuleSection, ...]:
        return form_sections(self._draft.texts, is_new=not self._draft.written)

    def _show_sentence(self, *, also_empty: bool = False) -> AnyRule | None:
        """Show how the rule will read, or what is missing; an empty field is only blamed when it is to be used."""
        assert self._dialog is not None
        stations, texts = self._at.room.snapshot.stations, self._draft.texts
        rule, faults = self._draft.read(self._rules, stations.values())
        labels = labels_in(self._sections)
        sentence, stands = any_form_words(texts, rule, faults, labels=labels, stations=stations)
        self._dialog.form.show_sentence(sentence, stands, is_sound=not faults)
        told = {f.field: f.words for f in faults if also_empty or self._draft.is_filled(f.field)}
        self._dialog.form.show_faults(told)
        if also_empty and faults:
            self._dialog.form.focus_field(faults[0].field)
        return None if faults else rule

    def _on_save(self) -> None:
        rule = self._show_sentence(also_empty=True)
        if rule is None or self._dialog is None:
            return
        known = self._rules.get(subject_of_rule(rule))
        self._dialog.close_form()
        told = _("{name} is in force, version {n}.").format(name=rule.name, n=rule.version)

        self._put = subject_of_rule(rule)
        self._at.save_draft(put_into_force(rule, known=known), on_saved=lambda _saved: self._at.teller.done(told))

    def _on_form_left(self) -> None:
        self._on_rule_chosen(self._dialog.list.chosen if self._dialog else "")

    def _on_retire(self, reason: str) -> None:
        rule = self._chosen
        if rule is not None:
            told = _("{name} is retired.").format(name=rule.name or rule.id)
            self._at.save_draft(
                retire_rule(rule, reason=reason),
                on_saved=lambda _saved: self._at.teller.done(told, undo=lambda: self._put_back(rule)),
            )

    def _put_back(self, rule: AnyRule) -> None:
        """Undo: the same rule in force again, as its next version."""
        told = _("{name} is in force again.").format(name=rule.name or rule.id)
        known = self._rules.get(subject_of_rule(rule))
        self._at.save_draft(put_into_force(rule, known=known), on_saved=lambda _saved: self._at.teller.done(told))

    # Trying

    def _on_trial(self, days: int) -> None:
        assert self._dialog is not None
        rule = self._show_sentence(also_empty=True) if self._dialog.is_writing else self._chosen
        if rule is not None:
            self._trying.begin(rule, days)

    def _on_finished(self, _result: int) -> None:
        self._trying.leave()
        self._dialog = None
