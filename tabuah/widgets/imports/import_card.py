"""The card over the map that tells how an import goes: stage, bar and Cancel, then what came in or why not."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.flow_layout import FlowLayout
from tabuah.widgets.imports.import_view import ImportView
from tabuah.widgets.imports.layer_offer_row import LayerOfferRow
from tabuah.widgets.status_bar import LevelDot
from tabuah.widgets.surfaces import Surface, clear_layout, column, row, scrolling
from tabuah.widgets.texts import ElidedText, Text, name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type

WIDTH_PX: Final = 380
ESCAPE: Final = "escape"
_STEPS: Final = 1_000
_MOST_LISTED_PX: Final = 176


class ImportCard(Surface):
    """Shows an `ImportView`; not modal: the map goes on around it.

    Signals:
        action_requested: the code of one of the view's actions, or `ESCAPE`.
        layer_chosen: the name of the layer that is wanted.
    """

    action_requested = Signal(str)
    layer_chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("popover", parent)
        name_widget(self, "import_card", _("Import of a map"))
        self._appearance = appearance
        self._view: ImportView | None = None
        self._head = row(spacing_px=10)
        self._title = ElidedText(appearance, style=Type.STRONG)
        self._text = Text(appearance, style=Type.BODY, wrap=True)
        self._aside = Text(appearance, style=Type.SMALL, tone="muted")
        self._count = Text(appearance, style=Type.SMALL, tone="muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Progress"))
        name_widget(self._text, "import_text", "")
        name_widget(self._count, "import_count", "")
        self._list = QWidget()
        self._rows = column(self._list, spacing_px=4)
        self._scroll = scrolling(self._list, name="import_notes")
        self._buttons = FlowLayout(spacing_px=8)
        self._lay_out()
        self.hide()

    @property
    def view(self) -> ImportView | None:
        """What is shown."""
        return self._view

    def show_view(self, view: ImportView | None) -> None:
        """Show how it goes; None puts the card away. While only numbers run, nothing is laid out anew."""
        before, self._view = self._view, view
        if view is None or view == before:
            self.setVisible(view is not None)
            return
        self._show_progress(view)
        if before is None or _still(before) != _still(view):
            self._show_rest(view)
        self.show()
        self.fit()

    def focus_first(self) -> None:
        """Put the keyboard on what is to be answered."""
        rows = self._list.findChildren(LayerOfferRow)
        buttons = self.findChildren(KeyButton)
        if rows or buttons:
            (rows[0] if rows else buttons[0]).setFocus(Qt.FocusReason.OtherFocusReason)

    def escape(self) -> None:
        """Somebody wants it away; what runs stays."""
        self.action_requested.emit(ESCAPE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape puts away what has ended, up and down go from line to line."""
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _show_progress(self, view: ImportView) -> None:
        self._text.setText(view.text)
        self._aside.setText(view.aside)
        self._count.setText(view.count)
        self._bar.setVisible(view.busy)
        self._count.setVisible(view.busy)
        self._bar.setRange(0, _STEPS if view.share is not None else 0)
        self._bar.setValue(round(_STEPS * (view.share or 0.0)))

    def _show_rest(self, view: ImportView) -> None:
        self._title.setText(view.title)
        self._text.setVisible(bool(view.text))
        self._show_level(view)
        self._fill_list(view)
        self._fill_buttons(view)
        self.setAccessibleDescription(" ".join((view.title, view.text, *view.notes)))

    def fit(self) -> None:
        """Take the height that the texts need at this width."""
        self._column.invalidate()
        self._column.activate()
        edge = self.width() - self.contentsRect().width()  # the frame, which the layout does not count
        wanted = max(self._column.heightForWidth(self.width() - edge), self._column.minimumSize().height())
        self.setFixedHeight(wanted + edge)

    def _show_level(self, view: ImportView) -> None:
        clear_layout(self._dot)
        dot = LevelDot(self._appearance, view.level, size_px=11)
        self._dot.addWidget(dot)
        dot.setVisible(not view.busy)

    def _fill_list(self, view: ImportView) -> None:
        clear_layout(self._rows)
        for offer in view.offers:
            line = LayerOfferRow(self._appearance, offer)
            line.chosen.connect(self.layer_chosen)
            self._add_line(line)
        for note in view.notes:
            self._add_line(Text(self._appearance, note, style=Type.SMALL, wrap=True, selectable=True))
        self._scroll.setVisible(bool(view.offers or view.notes))
        margins = self._column.contentsMargins()
        inner = self.contentsRect().width() - margins.left() - margins.right()
        wanted = max(self._rows.heightForWidth(inner), self._rows.minimumSize().height())
        self._scroll.setFixedHeight(min(wanted, self._appearance.px(_MOST_LISTED_PX)))
        self._scroll.verticalScrollBar().setValue(0)

    def _add_line(self, line: QWidget) -> None:
        self._rows.addWidget(line)
        line.show()  # what joins a shown widget is else only shown, and counted, a moment later

    def _fill_buttons(self, view: ImportView) -> None:
        clear_layout(self._buttons)
        for number, action in enumerate(view.actions):
            kind = Kind.PRIMARY if number == 0 and len(view.actions) > 1 else Kind.SECONDARY
            button = KeyButton(
                self._appearance, action.label, key=action.key, kind=kind, name=f"import_{action.code}", compact=True
            )
            button.show_reason(action.reason)
            button.setProperty("code", action.code)
            button.clicked.connect(self._on_clicked)
            self._buttons.addWidget(button)
            button.show()

    def _lay_out(self) -> None:
        self._dot = row(spacing_px=0)
        self._head.addLayout(self._dot)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._aside)
        layout = self._column = column(self, spacing_px=8)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.addLayout(self._head)
        for widget in (self._text, self._bar, self._count, self._scroll):
            layout.addWidget(widget)
        layout.addLayout(self._buttons)

    def _on_clicked(self) -> None:
        self.action_requested.emit(str(self.sender().property("code")))


def _still(view: ImportView) -> ImportView:
    """The view without what runs."""
    return replace(view, text=view.text if not view.busy else "", aside="", share=None, count="")
