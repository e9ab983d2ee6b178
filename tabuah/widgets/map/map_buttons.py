"""Buttons on the map: zoom in, zoom out, home, working tools, bookmarks, layers."""

from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.map.tools.tool_list import BY_CODE, GROUPS, ToolEntry, entries_of
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.icons import icon

_SIDE_PX: Final = 34
_ICON_PX: Final = 18
_GAP_PX: Final = 6


class MapButtons(QWidget):
    """The buttons; a second column starts when the map is too low for one.

    Signals:
        zoom_in_requested, zoom_out_requested: one step.
        home_requested: the whole regency.
        tool_requested: the code of a tool to activate, or to deactivate.
        bookmarks_requested: open the bookmark menu at this screen position.
        layers_toggled: whether to show the layers card.
    """

    zoom_in_requested = Signal()
    zoom_out_requested = Signal()
    home_requested = Signal()
    tool_requested = Signal(str)
    bookmarks_requested = Signal(QPoint)
    layers_toggled = Signal(bool)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons: dict[QToolButton, str] = {}
        self._tools: dict[str, QToolButton] = {}  # by group
        self._in_hand = {group: entries_of(group)[0].code for group in GROUPS}  # the tool code of each button
        self._rows = 0
        self.setObjectName("map_buttons")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP_PX)
        self._add_all()
        self.arrange(10_000)
        appearance.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_tool(self, code: str) -> None:
        """Show the active tool. Its button activates the same tool the next time."""
        for group, button in self._tools.items():
            entry = BY_CODE.get(code)
            button.setChecked(entry is not None and entry.group == group)
            if entry is not None and entry.group == group:
                self._in_hand[group] = code
                self._describe(button, entry)

    def arrange(self, height_px: int) -> None:
        """Arrange in as few columns as the height allows, from the top, starting at the right edge."""
        rows = max(1, (height_px + _GAP_PX) // (_SIDE_PX + _GAP_PX))
        if rows == self._rows:
            return
        self._rows = rows
        buttons = list(self._icons)
        columns = -(-len(buttons) // rows)
        for number, button in enumerate(buttons):
            self._grid.addWidget(button, number % rows, columns - 1 - number // rows)
        self._grid.activate()
        self.adjustSize()

    def _add_all(self) -> None:
        self._add("plus", "map_zoom_in", _("Zoom in"), "+").clicked.connect(self.zoom_in_requested)
        self._add("minus", "map_zoom_out", _("Zoom out"), "-").clicked.connect(self.zoom_out_requested)
        self._add("home", "map_home", _("Whole regency"), "Home").clicked.connect(self.home_requested)
        for group in GROUPS:
            entry = entries_of(group)[0]
            button = self._add(entry.icon, f"map_tool_{group}", "", "")
            button.setCheckable(True)
            button.clicked.connect(self._on_tool_clicked)
            self._tools[group] = button
            self._describe(button, entry)
        bookmarks = self._add("bookmark", "map_bookmarks", _("Named views"), "Alt+1 … 9")
        bookmarks.clicked.connect(self._on_bookmarks_clicked)
        layers = self._add("layers", "map_layers", _("Layers"), "")
        layers.setCheckable(True)
        layers.setChecked(True)
        layers.toggled.connect(self.layers_toggled)

    def _add(self, icon_name: str, name: str, text: str, key: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({key})" if key else text)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFixedSize(_SIDE_PX, _SIDE_PX)
        button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self._icons[button] = icon_name
        return button

    def _describe(self, button: QToolButton, entry: ToolEntry) -> None:
        """Set the tooltip: the button's tool and the others of its group, each with its key."""
        others = [each for each in entries_of(entry.group) if each is not entry]
        lines = [f"{_(each.label)} ({each.key})" for each in (entry, *others)]
        by_hand = [_("Shift + drag")] if entry.group == "zoom" else []
        button.setToolTip("\n".join([*lines, *by_hand]))
        button.setAccessibleName(_(entry.label))

    def _on_tool_clicked(self) -> None:
        group = self.sender().objectName().removeprefix("map_tool_")
        self.tool_requested.emit(self._in_hand[group])

    def _on_bookmarks_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            self.bookmarks_requested.emit(button.mapToGlobal(QPoint(0, button.height() + 4)))

    def _apply_theme(self) -> None:
        palette = self._appearance.palette
        self.setStyleSheet(
            f"QToolButton {{ background: {palette.panel}; border: 1px solid {palette.line}; border-radius: 8px; }}"
            f"QToolButton:hover {{ background: {mix(palette.panel, palette.text, 0.08)}; }}"
            f"QToolButton:pressed {{ background: {mix(palette.panel, palette.text, 0.16)}; }}"
            f"QToolButton:checked {{ background: {mix(palette.panel, palette.accent, 0.22)};"
            f" border: 1px solid {palette.accent}; }}"
            f"QToolButton#map_layers:checked {{ background: {palette.panel}; border: 1px solid {palette.line}; }}"
            f"QToolButton:focus {{ border: 1px solid {palette.accent}; }}"
        )
        for button, name in self._icons.items():
            button.setIcon(icon(name, palette.text, _ICON_PX))
