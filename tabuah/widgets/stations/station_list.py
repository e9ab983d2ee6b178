"""The list of all stations: it stays where it is while values change, and tells which rows are in sight."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent

from tabuah.resources.catalogue import _
from tabuah.widgets.chosen_list import ChosenList, ItemModel, ListedItem
from tabuah.widgets.stations.station_delegate import StationDelegate
from tabuah.widgets.stations.station_item import StationDay
from tabuah.widgets.theme.appearance import Appearance

_SETTLED_MS: Final = 80  # a list that is being scrolled asks for nothing that has gone by meanwhile


class _StationModel(ItemModel):
    """Rows whose values change far more often than their order."""

    def change_items(self, items: tuple[ListedItem, ...]) -> bool:
        """Take other values of the same stations in the same order; False where they are others."""
        before = self.items
        if [item.id for item in items] != [item.id for item in before]:
            return False
        self.items = items
        for row, (old, new) in enumerate(zip(before, items, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row), self.index(row))
        return True


class StationList(ChosenList):
    """The rows.

    Signals:
        sight_changed: other rows are in sight, or the same ones have other values.
    """

    sight_changed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        self._rows, self._painting = _StationModel(), StationDelegate(appearance)
        super().__init__(appearance, self._rows, self._painting, name="station_list", label=_("Stations"))
        self.setUniformItemSizes(True)
        self._sight_due = QTimer(self)
        self._sight_due.setSingleShot(True)
        self._sight_due.setInterval(_SETTLED_MS)
        self._sight_due.timeout.connect(self.sight_changed)
        self.verticalScrollBar().valueChanged.connect(self._on_moved)
        self.verticalScrollBar().rangeChanged.connect(self._on_moved)
        appearance.changed.connect(self._painting.refresh)

    @property
    def in_sight(self) -> tuple[str, ...]:
        """Ids of the rows that can be seen, from the top."""
        items, height_px = self._rows.items, self.viewport().height()
        row_px = max(1, self.sizeHintForRow(0))
        first = self.verticalScrollBar().value() // row_px
        return tuple(item.id for item in items[first : first + height_px // row_px + 2])

    def show_items(self, items: Sequence[ListedItem]) -> None:
        """Show other stations, or other values of them; what is looked at stays in its place."""
        if not self._rows.change_items(tuple(items)):
            place = self.verticalScrollBar().value()
            super().show_items(items)
            self.doItemsLayout()  # else the bar knows no range yet
            self.verticalScrollBar().setValue(place)
        self._on_moved()

    def show_first(self) -> None:
        """Choose the first row: the list answers another question now."""
        self.setCurrentIndex(self._rows.index(0))
        self.scrollToTop()

    def show_days(self, days: Mapping[str, StationDay]) -> None:
        """Show the lines that are known by now."""
        self._painting.days = days
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: keys that move stay here; letters are the dialog's, not a search for a row that begins with them."""
        if event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: more or fewer rows are in sight."""
        super().resizeEvent(event)
        self._on_moved()

    def _on_moved(self, *_place: int) -> None:
        if not self._sight_due.isActive():
            self._sight_due.start()
