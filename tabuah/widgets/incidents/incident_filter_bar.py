"""The filters of the list of incidents: the usual ones in a row, the others on demand."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from tabuah.resources.localisation import N_, _, ngettext
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import name_widget
from tabuah.widgets.controls.layout import column
from tabuah.widgets.incidents.incident_list_values import SEVERAL, ListRequest
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

OWN_PERIOD: Final = "own"
_USUAL: Final = {
    "stage": N_("Open or ended"),
    "hazard": N_("Hazard"),
    "severity": N_("Severity"),
    "status": N_("Status"),
    "period": N_("Period"),
    "order": N_("Order"),
}
_OTHERS: Final = {
    "kecamatan": N_("Kecamatan"),
    "nagari": N_("Nagari"),
    "opd": N_("OPD"),
    "unit": N_("Unit"),
    "channel": N_("Channel"),
    "author": N_("Reported or noted by"),
    "parent_event": N_("Parent event"),
}
_DATES: Final = {"since": N_("Reported from"), "until": N_("Reported before")}
_MOST_LETTERS: Final = 24  # of a choice in its box; the list shows it whole
_MOST_TITLE_LETTERS: Final = 48  # of the title of a parent event
_DATE_PX: Final = 170
_TYPING_MS: Final = 400


class IncidentFilterBar(QWidget):
    """Boxes for the filters and the order; two fields for the dates of an own period.

    Signals:
        changed: another choice, or other dates.
    """

    changed = Signal()

    def __init__(self, appearance: Appearance, choices: Mapping[str, Sequence[Choice]]) -> None:
        super().__init__()
        self.setObjectName("incident_list_filters")
        self._appearance = appearance
        self._is_silent = False
        self._boxes = {code: self._box(code, label, choices[code]) for code, label in (_USUAL | _OTHERS).items()}
        self._dates = {code: self._date(code, label) for code, label in _DATES.items()}
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPING_MS)
        self._typed.timeout.connect(self.changed)
        self.more = KeyButton(appearance, "", key="Ctrl M", compact=True, name="incident_list_more")
        self.more.setAutoDefault(False)
        self.more.clicked.connect(self.toggle_more)
        usual, self._other = QWidget(), QWidget()
        flow, more = FlowLayout(usual), FlowLayout(self._other)
        for code in _USUAL:
            flow.addWidget(self._boxes[code])
        for field in self._dates.values():
            flow.addWidget(field)
        for code in _OTHERS:
            more.addWidget(self._boxes[code])
        lines = column(self, spacing_px=8)
        lines.setContentsMargins(16, 0, 16, 0)
        lines.addWidget(usual)
        lines.addWidget(self._other)
        self._other.hide()
        self._refresh()

    @property
    def request(self) -> ListRequest:
        """The choices and dates, without words."""
        values = {code: box.current for code, box in self._boxes.items()}
        if values["period"] == OWN_PERIOD:
            values |= {code: field.text().strip() for code, field in self._dates.items()}
        return ListRequest(**values)

    def show_request(self, request: ListRequest) -> None:
        """Show the choices of a request; one that the boxes do not have is added to them."""
        self._is_silent = True
        for code, box in self._boxes.items():
            value = getattr(request, code)
            if box.findData(value) < 0:
                box.addItem(self._label_of(box, value), value)
            box.show_current(value)
        for code, field in self._dates.items():
            field.setText(getattr(request, code))
        self._is_silent = False
        if replace(request, **dict.fromkeys(_OTHERS, "")) != request:
            self._other.show()
        self._refresh()

    def show_order(self, order: str) -> None:
        """Show another order, if it is known; nothing is signalled."""
        box = self._boxes["order"]
        if box.findData(order) >= 0:
            self._is_silent = True
            box.show_current(order)
            self._is_silent = False

    def show_choices(self, code: str, choices: Sequence[Choice]) -> None:
        """Replace the choices of a box; its choice stays."""
        box, before = self._boxes[code], self._boxes[code].current
        shown = [(box.itemData(number), box.itemText(number)) for number in range(box.count())]
        if shown == [(each.code, each.label) for each in choices]:
            return
        box.blockSignals(True)
        box.clear()
        for each in choices:
            box.addItem(each.label, each.code)
        if box.findData(before) < 0:
            box.addItem(before, before)
        box.show_current(before)
        box.blockSignals(False)

    def toggle_more(self) -> None:
        """Show or hide the other filters, and move the keyboard there."""
        self._other.setVisible(self._other.isHidden())
        self._refresh()
        if not self._other.isHidden():
            self._boxes["kecamatan"].setFocus()

    def clear(self) -> None:
        """Remove all filters; the order stays."""
        self.show_request(
            ListRequest(stage=str(self._boxes["stage"].itemData(0)), order=self._boxes["order"].current)
        )
        self.changed.emit()

    def _label_of(self, box: ChoiceBox, value: str) -> str:
        labels = {str(box.itemData(number)): box.itemText(number) for number in range(box.count())}
        return ", ".join(labels.get(part, part) for part in value.split(SEVERAL))

    def _box(self, code: str, label: str, choices: Sequence[Choice]) -> ChoiceBox:
        box = ChoiceBox(self._appearance, choices, name=f"incident_list_{code}", label=_(label))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        letters = _MOST_TITLE_LETTERS if code == "parent_event" else _MOST_LETTERS
        box.setMaximumWidth(self._appearance.px(10 * letters))
        box.setToolTip(_(label))
        box.currentIndexChanged.connect(self._on_chosen)
        return box

    def _date(self, code: str, label: str) -> QLineEdit:
        field = QLineEdit()
        name_widget(field, f"incident_list_{code}", _(label))
        field.setPlaceholderText(f"{_(label)}: 2026-11-01")
        field.setMaxLength(40)
        field.setFixedWidth(self._appearance.px(_DATE_PX))
        field.textChanged.connect(self._on_typed)
        return field

    def _on_chosen(self, _index: int) -> None:
        if not self._is_silent:
            self._refresh()
            self.changed.emit()

    def _on_typed(self, _text: str) -> None:
        if not self._is_silent:
            self._typed.start()

    def _refresh(self) -> None:
        for field in self._dates.values():
            field.setVisible(self._boxes["period"].current == OWN_PERIOD)
        n = sum(bool(self._boxes[code].current) for code in _OTHERS)
        text = _("More filters") if self._other.isHidden() else _("Fewer filters")
        self.more.setText(f"{text} · {ngettext('{n} chosen', '{n} chosen', n).format(n=n)}" if n else text)
        self.more.updateGeometry()
