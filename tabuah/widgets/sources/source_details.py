"""One thing that came from elsewhere in full: its level, what it is, and the facts name by name."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from tabuah.widgets.chips import LevelChip
from tabuah.widgets.sources.source_item import SourceItem
from tabuah.widgets.surfaces import clear_layout, column
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type


class SourceDetails(QWidget):
    """Shows one item."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("source_details")
        self._appearance = appearance
        self._item: SourceItem | None = None
        self._word = LevelChip(appearance, name="source_word")
        self._title = Text(appearance, style=Type.TITLE, wrap=True, selectable=True)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        layout = column(self, spacing_px=6)
        layout.addWidget(self._word, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._title)
        layout.addLayout(self._facts)
        layout.addStretch(1)

    def show_item(self, item: SourceItem) -> None:
        """Show one."""
        if item == self._item:
            return
        self._item = item
        self._word.show_level(item.level, item.word)
        self._title.setText(item.text)
        clear_layout(self._facts)
        for number, (name, value) in enumerate(item.facts):
            label = Text(self._appearance, name, style=Type.SMALL, tone="muted")
            told = Text(self._appearance, value, style=Type.SMALL, wrap=True, selectable=True)
            self._facts.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(told, number, 1)
