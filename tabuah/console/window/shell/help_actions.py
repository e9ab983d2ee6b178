"""The help (F1): topics and actions for the panel with the focus, search, and the key card as PDF."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.action_availability import ActionAvailability
from tabuah.console.window.shell.help_items import RUN, HelpItem, find_help, help_card, help_items, help_line
from tabuah.console.window.shell.status_updates import product_version
from tabuah.resources.localisation import _, ngettext
from tabuah.text.help.help_topics import topic_of_panels
from tabuah.widgets.controls.record_dialog import RecordAct, RecordDialog, RecordTexts
from tabuah.widgets.theme.appearance import Appearance

_PRINT: Final = "print"
_KEYS: Final = "keys"  # the check box that leaves topics out


class HelpActions(QObject):
    """Opens the help and writes the key card.

    Signals:
        action_requested: id of the action that the person runs from the help.
    """

    action_requested = Signal(str)

    def __init__(
        self, context: WindowContext, window: QWidget, appearance: Appearance, availability: ActionAvailability
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._availability = availability
        self._dialog: RecordDialog | None = None
        self._items: tuple[HelpItem, ...] = ()

    @property
    def dialog(self) -> RecordDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the help; what belongs to the panel with the focus comes first."""
        self._open(panels_of(QApplication.focusWidget() or QApplication.activeWindow()), keys_only=False)

    def begin_keys(self) -> None:
        """Open the help with all keys."""
        self._open((), keys_only=True)

    def close(self) -> None:
        """Close the dialog."""
        if self._dialog is not None:
            self._dialog.close()

    def ask_for_file(self) -> None:
        """Ask for the file of the key card, then write it."""
        now = self._context.state.now()
        name = dated_name(_("keys"), at=now, suffix=".pdf")
        dialog = save_dialog(self._dialog or self._window, _("Save the key card"), name=name, filters=["PDF (*.pdf)"])
        ask_for_path(dialog, self.write_key_card)

    def write_key_card(self, file: Path) -> None:
        """Write the key card as PDF."""
        from tabuah.console.window.shell.key_table import write_key_card  # noqa: PLC0415 - loads the reports

        now, directory = self._context.state.now(), self._context.directory
        self._context.work.run(
            lambda _none: write_key_card(file, directory, version=product_version(), as_of=now),
            on_done=self._on_written,
            on_error=self._context.notifier.error,
        )

    def _on_written(self, file: Path) -> None:
        self._context.notifier.saved(_("The key card is saved: {file}").format(file=file), file)

    def _open(self, panels: tuple[str, ...], *, keys_only: bool) -> None:
        if self._dialog is None:
            self._dialog = self._make_dialog()
        elif self._dialog.objectName() in panels:  # F1 in the help itself
            return
        self._items = help_items(topic_of_panels(panels))
        self._dialog.offer_toggle(_KEYS, _("Keys only"), checked=keys_only)
        self._show()
        bring_to_front(self._dialog, self._context.notifier)

    def _make_dialog(self) -> RecordDialog:
        texts = RecordTexts(
            name="help",
            title=_("Help"),
            list_label=_("Topics and actions"),
            search_label=_("Search the help"),
            placeholder=_("Topic, action or key"),
            toggles={_KEYS: _("Keys only")},
            filters=(RecordAct(code=_PRINT, text=_("Key card"), key="Ctrl P", icon="report"),),
            acts=(RecordAct(code=RUN, text=_("Run"), key="Enter"),),
            icon="info",
        )
        dialog = RecordDialog(self._appearance, texts, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.search_changed.connect(self._show)
        dialog.record_chosen.connect(self._on_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _show(self) -> None:
        if self._dialog is None:
            return
        found = find_help(self._items, self._dialog.words, keys_only=self._dialog.is_on(_KEYS))
        reason_of = self._availability.reason_of
        self._dialog.show_records(
            [help_line(item, reason_of) for item in found],
            summary=ngettext("{n} entry", "{n} entries", len(found)).format(n=len(found)),
            empty=(_("Nothing found"), _("Try fewer letters, or the key itself, such as F9.")),
            reasons={},
        )
        if found:
            self._dialog.list.choose(found[0].id)
        self._on_chosen(found[0].id if found else "")

    def _item(self, item_id: str) -> HelpItem | None:
        return next((item for item in self._items if item.id == item_id), None)

    def _on_chosen(self, item_id: str) -> None:
        item = self._item(item_id)
        if self._dialog is not None:
            self._dialog.show_card(help_card(item, self._availability.reason_of) if item is not None else None)

    def _on_act_requested(self, code: str) -> None:
        if code == _PRINT:
            self.ask_for_file()
            return
        item = self._item(self._dialog.list.chosen) if self._dialog is not None else None
        if item is not None:
            self.close()
            self._window.activateWindow()
            self.action_requested.emit(item.runs.id)

    def _on_finished(self) -> None:
        self._dialog = None


def panels_of(widget: QWidget | None) -> tuple[str, ...]:
    """Return the object names of a widget and of those that it is in, the innermost first."""
    names = []
    while widget is not None:
        names.append(widget.objectName())
        widget = widget.parentWidget()
    return tuple(name for name in names if name)
