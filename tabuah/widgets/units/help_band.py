"""The red band that names the crews that ask for help, until their requests have ended."""

from PySide6.QtCore import Signal

from tabuah.resources.localisation import _
from tabuah.widgets.controls.colour_band import ColourBand
from tabuah.widgets.theme.appearance import Appearance


class HelpBand(ColourBand):
    """Names crews that ask for help.

    Signals:
        show_requested: the user wants to see the first crew.
        acknowledge_requested: the user takes care of the requests.
        end_requested: the user ends the requests of the first crew.
    """

    show_requested = Signal()
    acknowledge_requested = Signal()
    end_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, colour="critical", ink="on_critical", icon="alert", name="help_band")
        self._acknowledge = self.add_button(_("Acknowledge"), name="help_acknowledge")
        self._acknowledge.describe(_("Acknowledge: {key}").format(key="Ctrl Shift X"))
        self._end = self.add_button(_("End …"), name="help_end")
        self._acknowledge.clicked.connect(self.acknowledge_requested)
        self._end.clicked.connect(self.end_requested)
        self.add_button(_("Show the unit"), name="help_show").clicked.connect(self.show_requested)

    def show_reasons(self, *, acknowledge: str, end: str) -> None:
        """Show why the requests cannot be acknowledged or ended here; empty texts if they can."""
        self._acknowledge.show_reason(acknowledge)
        self._end.show_reason(end)
