"""The buttons under a change in a tray: decide, put its text right first, put it off; each with its key."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.surfaces import row
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.trays.tray_item import HELD, REJECTED, TrayItem


class TrayDecisions(QWidget):
    """What can be decided on one change, and why something cannot.

    Signals:
        decided: it shall take effect, or be sent again.
        reword_requested: its text shall be put right first.
        put_off: it shall be refused, or set aside.
    """

    decided = Signal()
    reword_requested = Signal()
    put_off = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._decide = KeyButton(appearance, "", key="↵", kind=Kind.PRIMARY, name="tray_decide")
        self._reword = KeyButton(appearance, _("Put the text right first"), key="E", icon="edit", name="tray_reword")
        self._put_off = KeyButton(appearance, "", key="X", name="tray_put_off")
        self._decide.clicked.connect(self.decided)
        self._reword.clicked.connect(self.reword_requested)
        self._put_off.clicked.connect(self.put_off)
        layout = row(self)
        for button in (self._decide, self._reword, self._put_off):
            layout.addWidget(button)
        layout.addStretch(1)

    def show_choices(self, tray: str, item: TrayItem | None, *, visible: bool) -> None:
        """Show what can be done with `item`, or nothing while a text is written."""
        self.setVisible(visible)
        if item is None:
            return
        held = tray == HELD
        _say(self._decide, _("Release") if held else _("Send again"), item.decide_reason)
        _say(self._put_off, _("Refuse …") if held else _("Set aside"), item.put_off_reason)
        self._reword.show_reason(item.decide_reason)
        self._reword.setVisible(tray == REJECTED and item.words is not None)


def _say(button: KeyButton, text: str, reason: str) -> None:
    button.setText(text)
    button.describe(text)
    button.show_reason(reason)
    button.updateGeometry()
