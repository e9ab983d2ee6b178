"""The panel of bulletins and data sources: earthquakes, warnings, volcanoes, source status."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.bulletins.source_item import SOURCES, TABS, VOLCANOES, SourceItem, SourcesContent
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.labels import ElidedText, EmptyState, Text
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, scroll_area
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.list_panel import ROW_STEPS, lay_out_list_panel
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance, TextStyle


class SourceItemDetails(QWidget):
    """One item in full: level, text and facts."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("source_details")
        self._appearance = appearance
        self._item: SourceItem | None = None
        self._word = LevelChip(appearance, name="source_word")
        self._title = Text(appearance, style=TextStyle.TITLE, wrap=True, selectable=True)
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
        if item == self._item:
            return
        self._item = item
        self._word.show_level(item.level, item.word)
        self._title.setText(item.text)
        clear_layout(self._facts)
        for number, (name, value) in enumerate(item.facts):
            label = Text(self._appearance, name, style=TextStyle.SMALL, tone="muted")
            value_label = Text(self._appearance, value, style=TextStyle.SMALL, wrap=True, selectable=True)
            self._facts.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value_label, number, 1)


_LIST_PX: Final = 320  # minimum width
_DIGITS: Final = dict(zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4), TABS, strict=True))


class DataSourcesPanel(ThemedFrame):
    """Shows one tab at a time.

    Signals:
        locate_requested: longitude and latitude in degrees of the place to show on the map.
        level_requested: id of the volcano whose level the user enters, empty for no particular one.
        closed: the panel was closed.
    """

    locate_requested = Signal(float, float)
    level_requested = Signal(str)
    closed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("sources_panel")
        self.setAccessibleName(_("Sources"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._appearance = appearance
        tabs = tuple((code, code) for code in TABS)
        self._content = SourcesContent(items={}, lead={}, empty={}, tabs=tabs)
        self._tabs = SegmentedControl(appearance, tabs, name="source_tabs", label=_("Sources"))
        self._tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tabs.chosen.connect(self.show_tab)
        self._lead = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._list = LevelList(appearance, name="source_list", label=_("Bulletins"))
        self._list.setMinimumWidth(appearance.px(_LIST_PX))
        self._list.item_chosen.connect(self._on_item_chosen)
        self._list.doubleClicked.connect(self._locate)
        self._details = SourceItemDetails(appearance)
        self._locate_button = KeyButton(appearance, _("Show on the map"), key="↵", icon="pin", name="source_locate")
        self._locate_button.clicked.connect(self._locate)
        self._level = KeyButton(appearance, _("Enter level"), key="V", icon="edit", name="source_level")
        self._level.clicked.connect(self._request_level)
        self._empty = EmptyState(appearance, icon="server", name="source_empty")
        self._lay_out()

    @property
    def tab(self) -> str:
        """Code of the tab in front."""
        return self._tabs.current

    @property
    def current(self) -> SourceItem | None:
        """The selected item."""
        items = self._content.items.get(self.tab, ())
        return next((item for item in items if item.id == self._list.chosen), None)

    def show_content(self, content: SourcesContent) -> None:
        """Show new content; keep the selection."""
        if content != self._content:
            self._content = content
            self._refresh()

    def show_tab(self, tab: str) -> None:
        self._tabs.show_current(tab)
        self._refresh()

    def choose(self, item_id: str) -> None:
        """Select an item of the tab in front."""
        self._list.choose(item_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits switch tabs, arrows move, Enter locates on the map, V enters a level, Escape closes."""
        key = Qt.Key(event.key())
        if key in _DIGITS:
            self.show_tab(_DIGITS[key])
        elif key in ROW_STEPS:
            self._list.step(ROW_STEPS[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            self.show_tab(TABS[(TABS.index(self.tab) + step) % len(TABS)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._locate()
        elif event.text().upper() == "V" and self.tab == VOLCANOES:
            self._request_level()
        elif key == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        later = KeyButton(self._appearance, _("Close"), key="Esc", kind=ButtonKind.GHOST, name="source_close")
        later.clicked.connect(self.closed)
        right = QWidget()
        inner = column(right, spacing_px=8)
        inner.addWidget(scroll_area(self._details, name="source_scroll"), 1)
        inner.addWidget(self._locate_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._stack = lay_out_list_panel(
            self,
            self._appearance,
            tabs=self._tabs,
            lead=self._lead,
            buttons=(self._level, later),
            items=self._list,
            right=right,
            empty=self._empty,
        )

    def _refresh(self) -> None:
        content, tab = self._content, self.tab
        items = content.items.get(tab, ())
        self._tabs.show_choices(content.tabs)
        self._lead.setText(content.lead.get(tab, ""))
        self._level.setVisible(tab == VOLCANOES)
        self._level.show_reason(content.level_reason)
        self._stack.setCurrentIndex(0 if items else 1)
        if not items:
            self._empty.show_message(*content.empty.get(tab, ("", "")))
        self._list.show_items(items)

    def _locate(self) -> None:
        item = self.current
        if item is not None and item.lon_deg is not None and item.lat_deg is not None:
            self.locate_requested.emit(item.lon_deg, item.lat_deg)

    def _request_level(self) -> None:
        if not self._content.level_reason:
            item = self.current
            self.level_requested.emit(item.id if item is not None else "")

    def _on_item_chosen(self, _item_id: str) -> None:
        item = self.current
        if item is not None:
            self._details.show_item(item)
            self._locate_button.setVisible(item.lon_deg is not None and self.tab != SOURCES)
