"""The band over a window whose server has another history: nothing is exchanged until a person acts."""

from PySide6.QtCore import Signal

from tabuah.resources.localisation import _
from tabuah.widgets.controls.colour_band import ColourBand
from tabuah.widgets.theme.appearance import Appearance


class SyncNotice(ColourBand):
    """Names the problem; the button shows the steps.

    Signals:
        details_requested: the user wants to read what to do.
    """

    details_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, colour="attention_text", ink="on_critical", icon="alert", name="sync_notice")
        self.add_button(_("What to do"), name="sync_notice_button").clicked.connect(self.details_requested)
