"""The parent event of an incident and the other incidents of it, in the details of the incident."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.labels import ElidedText, Text
from tabuah.widgets.controls.layout import clear_layout, column, row
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.parent_events.values import RelatedIncidents
from tabuah.widgets.theme.appearance import Appearance, TextStyle

SHOWN: Final = 3


class RelatedIncidentsBox(QWidget):
    """Shows the event and its most urgent other incidents; hidden without an event.

    Signals:
        event_requested: the user opens the page of the event.
        incident_requested: id of another incident to show.
    """

    event_requested = Signal()
    incident_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("related_incidents")
        self._appearance = appearance
        self._shown = RelatedIncidents()
        self._title = ElidedText(appearance, style=TextStyle.SMALL_STRONG, tone="muted")
        self._title.setObjectName("related_event")
        self._all = KeyButton(
            appearance, "", key="Ctrl M", kind=ButtonKind.GHOST, compact=True, name="related_incidents_all"
        )
        self._all.describe(_("The parent event with all its incidents"))
        self._all.clicked.connect(self.event_requested)
        self._lines = column(spacing_px=4)
        head = row(spacing_px=8)
        head.addWidget(self._title, 1)
        head.addWidget(self._all)
        layout = column(self, spacing_px=4)
        layout.addLayout(head)
        layout.addLayout(self._lines)
        self.hide()

    def show_related(self, related: RelatedIncidents) -> None:
        """Show the event and its other incidents, the most urgent first."""
        self.setVisible(bool(related.title))
        if related == self._shown:
            return
        self._shown = related
        self._title.setText(_("Event: {title}").format(title=related.title))
        self._all.setText(_("All {n}").format(n=len(related.incidents) + 1))
        self._all.updateGeometry()
        clear_layout(self._lines)
        for incident in related.incidents[:SHOWN]:
            self._lines.addWidget(self._line(incident))

    def _line(self, incident: LevelLine) -> QWidget:
        line = QWidget()
        top = row(line, spacing_px=8)
        open_it = KeyButton(self._appearance, incident.author, kind=ButtonKind.SECONDARY, compact=True)
        open_it.setObjectName("related_incident")
        open_it.describe(_("Show {number}").format(number=incident.author), accessible_name=incident.spoken)
        open_it.setProperty("incident", incident.id)
        open_it.clicked.connect(self._on_incident_clicked)
        top.addWidget(open_it)
        top.addWidget(ElidedText(self._appearance, incident.text, style=TextStyle.MEDIUM), 1)
        top.addWidget(Text(self._appearance, incident.at, style=TextStyle.SMALL, tone="muted"))
        return line

    def _on_incident_clicked(self) -> None:
        self.incident_requested.emit(str(self.sender().property("incident")))
