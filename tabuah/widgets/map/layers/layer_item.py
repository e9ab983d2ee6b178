"""A layer in the layers panel: switch, picture, and a foldable part with opacity, order, classes."""

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QSlider, QToolButton, QWidget

from tabuah.gis.layers.map_style import LayerSymbols
from tabuah.resources.localisation import _
from tabuah.widgets.controls.check_boxes import WrappedCheckBox
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.map.layers.layer_notes import LayerState
from tabuah.widgets.map.layers.layer_rows import LayerRow
from tabuah.widgets.map.layers.swatch import ClassList, ClassStrip, Swatch
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.icons import icon

_ICON_PX = 14
_STEP = 5  # percent per key press


class LayerItem(ThemedFrame):
    """A row of the layers panel. Alt with an arrow key moves the layer.

    Signals, each with the name of the layer:
        shown_changed: whether to show the layer.
        opacity_changed: between 0 and 1.
        move_requested: True for up.
        reset_requested: restore the style file's opacity and order.
        forget_requested: remove a missing file from the list.
        remove_requested: remove an imported layer.
    """

    shown_changed = Signal(str, bool)
    opacity_changed = Signal(str, float)
    move_requested = Signal(str, bool)
    reset_requested = Signal(str)
    forget_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, appearance: Appearance, layer: LayerRow) -> None:
        super().__init__("clear")
        self.setObjectName(f"layer_{layer.name}")
        self._appearance, self._row = appearance, layer
        self._swatch = Swatch(appearance, layer.look, layer.kind)
        self._check = WrappedCheckBox()
        self._check.setObjectName("layer_shown")
        self._opener = self._button("chevron-right", "layer_open", _("Opacity and order"))
        self._opener.setCheckable(True)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setObjectName("layer_note")
        self._forget = self._button("close", "layer_forget", _("Remove from the list"))
        self._classes = _explained(appearance, layer.look)
        self._details = self._made_details()
        self._lay_out()
        self._connect()
        self._apply_theme()
        self.show_row(layer)

    @property
    def row(self) -> LayerRow:
        """The row that is shown."""
        return self._row

    def show_row(self, layer: LayerRow) -> None:
        """Show a new state of the same layer."""
        self._row = layer
        with QSignalBlocker(self._check), QSignalBlocker(self._slider):
            self._check.setChecked(layer.shown)
            self._show_opacity(layer.opacity)
        self._check.setText(layer.title)
        tip = _("Hide {layer}") if layer.shown else _("Show {layer}")
        self._check.setToolTip(tip.format(layer=layer.title))
        self._swatch.show_look(layer.look)
        self._note.setText(layer.note.text)
        self._note.setVisible(bool(layer.note.text) and (layer.shown or layer.note.state is LayerState.MISSING))
        self._forget.setVisible(layer.note.state is LayerState.MISSING)
        self._remove.setVisible(layer.removable)
        self._reset.setVisible(layer.is_changed)
        if self._classes is not None:
            self._classes.setVisible(layer.shown)
        self.setAccessibleName(" · ".join(filter(None, (layer.title, layer.note.text))))
        self._apply_theme()

    def stops(self) -> tuple[QWidget, ...]:
        """The widgets in tab order."""
        return (
            self._check,
            self._forget,
            self._opener,
            self._slider,
            self._up,
            self._down,
            self._reset,
            self._remove,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle keys: Alt+arrow moves the layer; left and right on the switch collapse and expand it."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key, alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            if alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.move_requested.emit(self._row.name, key == Qt.Key.Key_Up)
                return True
            if watched is not self._slider and not alt and key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
                self._opener.setChecked(key == Qt.Key.Key_Right)
                return True
        return super().eventFilter(watched, event)

    def _made_details(self) -> QWidget:
        details = ThemedFrame("clear")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("layer_opacity")
        self._slider.setRange(0, 100)
        self._slider.setSingleStep(_STEP)
        self._slider.setPageStep(2 * _STEP)
        self._slider.setAccessibleName(_("Opacity"))
        self._percent = QLabel()
        self._up = self._button("chevron-up", "layer_up", _("Higher (Alt + ↑)"))
        self._down = self._button("chevron-down", "layer_down", _("Lower (Alt + ↓)"))
        self._reset = self._button("undo", "layer_reset", _("Reset to default"))
        self._remove = self._button("trash", "layer_remove", _("Remove this imported layer"))
        line = row(details, spacing_px=6)
        line.setContentsMargins(28, 0, 0, 2)
        line.addWidget(self._slider, 1)
        for widget in (self._percent, self._up, self._down, self._reset, self._remove):
            line.addWidget(widget)
        details.hide()
        return details

    def _lay_out(self) -> None:
        head = row(spacing_px=8)
        for widget in (self._swatch, self._check, self._forget, self._opener):
            head.addWidget(widget, 1 if widget is self._check else 0)
        rows = column(self, spacing_px=2)
        rows.setContentsMargins(0, 2, 0, 2)
        rows.addLayout(head)
        line = row(spacing_px=0)
        line.setContentsMargins(28, 0, 0, 0)
        line.addWidget(self._note)
        rows.addLayout(line)
        if self._classes is not None:
            line = row(spacing_px=0)
            line.setContentsMargins(24, 0, 0, 0)
            line.addWidget(self._classes)
            rows.addLayout(line)
        rows.addWidget(self._details)

    def _connect(self) -> None:
        self._check.toggled.connect(self._on_toggled)
        self._slider.valueChanged.connect(self._on_slid)
        self._opener.toggled.connect(self._on_opened)
        self._up.clicked.connect(self._on_up)
        self._down.clicked.connect(self._on_down)
        self._reset.clicked.connect(self._on_reset_clicked)
        self._forget.clicked.connect(self._on_forget_clicked)
        self._remove.clicked.connect(self._on_remove_clicked)
        self._appearance.changed.connect(self._apply_theme)
        for stop in self.stops():
            stop.installEventFilter(self)

    def _button(self, icon_name: str, name: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setProperty("icon_name", icon_name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setAutoRaise(True)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _show_opacity(self, opacity: float) -> None:
        self._slider.setValue(round(100 * opacity))
        self._percent.setText(f"{round(100 * opacity)} %")

    def _on_toggled(self, shown: bool) -> None:
        self.shown_changed.emit(self._row.name, shown)

    def _on_slid(self, percent: int) -> None:
        self._percent.setText(f"{percent} %")
        self.opacity_changed.emit(self._row.name, percent / 100)

    def _on_opened(self, opened: bool) -> None:
        self._details.setVisible(opened)
        self._opener.setProperty("icon_name", "chevron-down" if opened else "chevron-right")
        self._apply_theme()

    def _on_up(self) -> None:
        self.move_requested.emit(self._row.name, True)

    def _on_down(self) -> None:
        self.move_requested.emit(self._row.name, False)

    def _on_reset_clicked(self) -> None:
        self.reset_requested.emit(self._row.name)

    def _on_remove_clicked(self) -> None:
        self.remove_requested.emit(self._row.name)

    def _on_forget_clicked(self) -> None:
        """Remove an imported layer from the stored data; a missing tile file is only unlisted."""
        (self.remove_requested if self._row.removable else self.forget_requested).emit(self._row.name)

    def _apply_theme(self) -> None:
        look = self._appearance
        wrong = self._row.note.state is not LayerState.FINE
        ink = look.palette.attention_text if wrong else look.palette.muted
        self._note.setStyleSheet(f"color: {ink};")
        self._note.setFont(look.font(TextStyle.CAPTION))
        self._percent.setFont(look.font(TextStyle.CAPTION))
        self._percent.setFixedWidth(look.px(38))
        self._check.setFont(look.font(TextStyle.BODY))
        for button in self.findChildren(QToolButton):
            button.setIcon(icon(str(button.property("icon_name")), look.palette.muted, _ICON_PX))


def _explained(appearance: Appearance, look: LayerSymbols | None) -> QWidget | None:
    """Return a widget that explains the classes or symbol of a layer; None if there are none."""
    if look is None:
        return None
    if look.by_value is not None:
        return ClassStrip(appearance, look)
    return ClassList(appearance, look) if look.by_class is not None else None
