"""The filter of a timeline: topic, person and text; it stays for the session, also for other incidents."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import column, row
from tabuah.widgets.incidents.values import TimelineItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Choice

_MOST_LETTERS: Final = 200


class TimelineFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Chosen topic and person, empty for all, and a text that the line must contain in any case."""

    topic: str = ""
    person: str = ""
    text: str = ""

    @property
    def is_active(self) -> bool:
        return bool(self.topic or self.person or self.text.strip())

    def select(self, items: Iterable[TimelineItem]) -> tuple[TimelineItem, ...]:
        """Return the lines that fit, in order."""
        words = self.text.casefold().split()
        return tuple(item for item in items if self._has(item, words))

    def _has(self, item: TimelineItem, words: Sequence[str]) -> bool:
        if (self.topic and item.topic.code != self.topic) or (self.person and item.person != self.person):
            return False
        line = f"{item.title} {item.meta}".casefold()
        return all(word in line for word in words)


class TimelineFilterBar(QWidget):
    """Two boxes and a text field; Escape removes the filter and closes the bar.

    Signals:
        changed: another filter.
        closed: Escape was pressed, or the button.
    """

    changed = Signal()
    closed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("timeline_filter")
        self.setAccessibleName(_("Filter of the timeline"))
        self._text = QLineEdit()
        name_widget(self._text, "timeline_filter_text", _("Text in the timeline"))
        self._text.setPlaceholderText(_("Text in the timeline"))
        self._text.setMaxLength(_MOST_LETTERS)
        self._topics = ChoiceBox(appearance, (), name="timeline_filter_topic", label=_("Kind of line"))
        self._people = ChoiceBox(appearance, (), name="timeline_filter_person", label=_("Person"))
        self._count = Text(appearance, style=TextStyle.SMALL, tone="muted")
        clear = KeyButton(appearance, _("All lines"), key="Esc", kind=ButtonKind.GHOST, name="timeline_filter_clear")
        clear.clicked.connect(self.clear)
        foot, boxes = row(), row(spacing_px=6)
        foot.addWidget(self._count, 1)
        foot.addWidget(clear)
        boxes.addWidget(self._topics, 1)
        boxes.addWidget(self._people, 1)
        layout = column(self, spacing_px=6)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.addWidget(self._text)
        layout.addLayout(boxes)
        layout.addLayout(foot)
        self.show_choices(())
        for widget in (self._text, self._topics, self._people):
            widget.installEventFilter(self)
        self._text.textChanged.connect(self.changed)
        self._topics.currentIndexChanged.connect(self.changed)
        self._people.currentIndexChanged.connect(self.changed)

    @property
    def filter(self) -> TimelineFilter:
        return TimelineFilter(topic=self._topics.current, person=self._people.current, text=self._text.text())

    def show_choices(self, items: Iterable[TimelineItem]) -> None:
        """Offer the topics and people of the lines; the chosen ones stay."""
        known = tuple(items)
        topics = {item.topic.code: item.topic for item in known if item.topic.code}
        people = sorted({item.person for item in known if item.person}, key=str.casefold)
        _fill(self._topics, _("All kinds"), sorted(topics.values(), key=lambda each: each.label.casefold()))
        _fill(self._people, _("All people"), [Choice(code=name, label=name) for name in people])

    def show_count(self, shown: int, n: int) -> None:
        """State how many lines fit."""
        text = _("{shown} of {n} lines") if shown else _("None of {n} lines fits")
        self._count.setText(text.format(shown=shown, n=n))

    def focus_text(self) -> None:
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()

    def clear(self) -> None:
        """Remove the filter and close the bar."""
        self._topics.setCurrentIndex(0)
        self._people.setCurrentIndex(0)
        self._text.clear()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: Escape in a field belongs to the bar, not to the window."""
        keys = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if isinstance(event, QKeyEvent) and event.type() in keys and event.key() == Qt.Key.Key_Escape:
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.clear()
            return True
        return super().eventFilter(watched, event)


def _fill(box: ChoiceBox, every: str, choices: Sequence[Choice]) -> None:
    """Replace the choices of a box; a choice that is missing now stays in it."""
    before, label = box.current, box.currentText()
    wanted = [("", every), *((each.code, each.label) for each in choices)]
    if before and before not in {code for code, _label in wanted}:
        wanted.append((before, label))
    if wanted == [(box.itemData(n), box.itemText(n)) for n in range(box.count())]:
        return
    box.blockSignals(True)
    box.clear()
    for code, text in wanted:
        box.addItem(text, code)
    box.show_current(before)
    box.blockSignals(False)
