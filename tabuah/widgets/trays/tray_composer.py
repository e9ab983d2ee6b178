"""The text that a decision needs: a reason for refusing, or words that are put right before they are sent again."""

from PySide6.QtCore import Qt, Signal

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.note_box import NoteEdit
from tabuah.widgets.surfaces import Surface, column, row
from tabuah.widgets.texts import Text, name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Level


class TrayComposer(Surface):
    """Opens over the details of an item.

    Signals:
        submitted: the text.
        cancelled: the user does not want to after all.
    """

    submitted = Signal(str)
    cancelled = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("tray_composer")
        self._required = ""
        self._label = Text(appearance, style=Type.SMALL_STRONG, tone="muted")
        self._error = Text(appearance, style=Type.SMALL, tone=Level.CRITICAL, wrap=True)
        self._edit = NoteEdit()
        name_widget(self._edit, "tray_text", "")
        self._edit.setTabChangesFocus(True)
        self._edit.setMinimumHeight(appearance.px(52))
        self._save = KeyButton(appearance, "", key="Ctrl ↵", kind=Kind.PRIMARY, name="tray_submit")
        cancel = KeyButton(appearance, _("Cancel"), key="Esc", kind=Kind.GHOST, name="tray_cancel")
        self._edit.submitted.connect(self._on_submitted)
        self._edit.cancelled.connect(self.cancelled)
        self._save.clicked.connect(self._on_submitted)
        cancel.clicked.connect(self.cancelled)
        layout = column(self, spacing_px=6)
        layout.addWidget(self._label)
        layout.addWidget(self._edit, 1)
        layout.addWidget(self._error)
        buttons = row()
        buttons.addWidget(self._save)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self.hide()

    def ask(self, *, label: str, text: str, submit: str, required: str = "") -> None:
        """Ask for a text; `required` is what is said where it is empty, empty where it may be."""
        self._required = required
        self._label.setText(label)
        self._edit.setAccessibleName(label)
        self._edit.setPlainText(text)
        self._edit.selectAll()
        self._error.hide()
        self._save.setText(submit)
        self._save.describe(submit)
        self._save.updateGeometry()
        self.show()
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_submitted(self) -> None:
        text = self._edit.toPlainText().strip()
        if self._required and not text:
            self._error.setText(self._required)
            self._error.show()
            return
        self.submitted.emit(text)
