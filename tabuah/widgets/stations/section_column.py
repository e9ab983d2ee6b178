"""Headings with their facts, one section under the other."""

from PySide6.QtWidgets import QWidget

from tabuah.widgets.details.facts_grid import FactsGrid
from tabuah.widgets.stations.values import Section
from tabuah.widgets.surfaces import column
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type


class SectionColumn(QWidget):
    """Keeps its blocks: ages in them change every second, and what is made anew flickers."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("station_sections")
        self._appearance = appearance
        self._blocks: list[_Block] = []
        self._lines = column(self, spacing_px=16)

    def show_sections(self, sections: tuple[Section, ...]) -> None:
        """Show sections in their order."""
        while len(self._blocks) < len(sections):
            block = _Block(self._appearance, self)
            self._lines.addWidget(block)
            self._blocks.append(block)
        for index, block in enumerate(self._blocks):
            block.setVisible(index < len(sections))
            if index < len(sections):
                block.show_section(sections[index])


class _Block(QWidget):
    """One section."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = Text(appearance, style=Type.STRONG, wrap=True)
        self._nothing = Text(appearance, tone="muted", wrap=True)
        self._facts = FactsGrid(appearance)
        lines = column(self, spacing_px=6)
        for widget in (self._title, self._nothing, self._facts):
            lines.addWidget(widget)

    def show_section(self, section: Section) -> None:
        """Show other facts, or that there are none."""
        self._title.setText(section.title)
        self._nothing.setText(section.nothing)
        self._nothing.setVisible(not section.facts)
        self._facts.show_facts(section.facts)
