"""The units panel: units with state and position, by OPD or by distance, and actions on the selected one."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.exercise_chip import exercise_chip_width, paint_exercise_chip
from tabuah.widgets.controls.grouped_list_model import ROW_ROLE, GroupedListModel, GroupHeading
from tabuah.widgets.controls.labels import ElidedText, EmptyState, Text, name_widget, paint_elided, tone_colour
from tabuah.widgets.controls.layout import DockPanel, ThemedFrame, column, row
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.level_shapes import paint_level, rounded_path
from tabuah.widgets.units.unit_item import UnitItem, UnitsContent
from tabuah.widgets.values import ActionState, Level

_MARGIN_PX = 12
_PAD_PX = 10
_MARK_PX = 10
_HEADING_PX = 30
_UNIT_PX = 62


class UnitDelegate(QStyledItemDelegate):
    """Paints a unit in three lines: call sign and distance, state, position and warning."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        height = _UNIT_PX if isinstance(index.data(ROW_ROLE), UnitItem) else _HEADING_PX
        return QSize(0, self._appearance.px(height) + (6 if height == _UNIT_PX else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row, rect = index.data(ROW_ROLE), QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, GroupHeading):
            area = rect.adjusted(_MARGIN_PX + 4, 6, -_MARGIN_PX, -4)
            self._line(painter, area, f"{row.label} · {row.count}".upper(), TextStyle.OVERLINE, "muted")
        elif isinstance(row, UnitItem):
            self._paint_unit(painter, rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, -6), row, state)
        painter.restore()

    def _paint_unit(self, painter: QPainter, rect: QRectF, unit: UnitItem, state: QStyle.StateFlag) -> None:
        palette = self._appearance.palette
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        shape = rounded_path(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8)
        painter.fillPath(shape, QColor(mix(palette.raised, palette.text, 0.05 if selected or hovered else 0.0)))
        if selected:
            focused = bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(QColor(palette.accent), 2.0 if focused else 1.3))
            painter.drawPath(shape)
        inner = rect.adjusted(_PAD_PX, 6, -_PAD_PX, -6)
        line = QRectF(inner.x(), inner.y(), inner.width(), inner.height() / 3)
        self._paint_names(painter, line, unit)
        line.translate(0, line.height())
        self._paint_state(painter, line, unit)
        line.translate(0, line.height())
        self._paint_place(painter, line, unit)

    def _paint_names(self, painter: QPainter, area: QRectF, unit: UnitItem) -> None:
        taken = self._right(painter, area, unit.distance, TextStyle.NUMBER, "text")
        used = self._line(painter, area, unit.call_sign, TextStyle.STRONG, "text") + 8
        room = area.adjusted(used, 0, -(taken + 8 if taken else 0), 0)
        self._line(painter, room, unit.name, TextStyle.BODY, "muted")

    def _paint_state(self, painter: QPainter, area: QRectF, unit: UnitItem) -> None:
        side = float(self._appearance.px(_MARK_PX))
        mark = QRectF(area.x(), area.center().y() - side / 2, side, side)
        paint_level(painter, mark, unit.level, self._appearance.palette)
        taken = self._paint_exercise(painter, area, unit.exercise) + 8 if unit.exercise else 0.0
        self._line(painter, area.adjusted(side + 6, 0, -taken, 0), unit.state, TextStyle.BODY, "text")

    def _paint_exercise(self, painter: QPainter, area: QRectF, mark: str) -> float:
        """Paint the mark of the exercise at the right; return its width."""
        width = min(exercise_chip_width(mark, self._appearance), area.width() * 0.6)
        height = min(float(self._appearance.px(18)), area.height())
        box = QRectF(area.right() - width, area.center().y() - height / 2, width, height)
        paint_exercise_chip(painter, box, mark, self._appearance)
        return width

    def _paint_place(self, painter: QPainter, area: QRectF, unit: UnitItem) -> None:
        remarks = unit.help or " · ".join(part for part in (unit.warning, unit.check_in) if part)
        tone = (
            Level.CRITICAL
            if unit.help
            else Level.HIGH
            if unit.overdue
            else Level.ATTENTION
            if unit.warning
            else "muted"
        )
        taken = self._right(painter, area, remarks, TextStyle.CAPTION, tone)
        room = area.adjusted(0, 0, -(taken + 8 if taken else 0), 0)
        self._line(painter, room, unit.place, TextStyle.CAPTION, "faint" if unit.old else "muted")

    def _line(self, painter: QPainter, area: QRectF, text: str, style: TextStyle, tone: str | Level) -> float:
        return self._write(painter, area, text, style, tone, Qt.AlignmentFlag.AlignLeft)

    def _right(self, painter: QPainter, area: QRectF, text: str, style: TextStyle, tone: str | Level) -> float:
        return self._write(painter, area, text, style, tone, Qt.AlignmentFlag.AlignRight)

    def _write(
        self, painter: QPainter, area: QRectF, text: str, style: TextStyle, tone: str | Level, side: Qt.AlignmentFlag
    ) -> float:
        """Paint an elided text and return its width."""
        colour = tone_colour(self._appearance, tone)
        return paint_elided(painter, area, text, font=self._appearance.font(style), colour=colour, side=side)


UnitListRow = GroupHeading | UnitItem


def unit_rows(content: UnitsContent) -> list[UnitListRow]:
    """Return headings and units."""
    if not content.grouped:
        return list(content.units)
    by_opd: dict[str, list[UnitItem]] = {}
    for unit in content.units:
        by_opd.setdefault(unit.opd, []).append(unit)
    rows: list[UnitListRow] = []
    for opd, units in by_opd.items():
        rows += [GroupHeading(opd, len(units)), *units]
    return rows


class UnitModel(GroupedListModel[UnitItem]):
    """Rows of the list."""

    def __init__(self) -> None:
        super().__init__(_describe_unit)


def _describe_unit(unit: UnitItem) -> str:
    parts = (
        unit.call_sign,
        unit.name,
        unit.state,
        unit.distance,
        unit.place,
        unit.help,
        unit.warning,
        unit.check_in,
        unit.exercise,
    )
    return ", ".join(part for part in parts if part)


BY_OPD, NEAREST = "opd", "nearest"
_WITH_NOTE, _WITHDRAW = "check_in_note", "withdraw_check_in"
_MIN_LIST_HEIGHT_PX = 172  # an OPD heading and two units


class UnitsPanel(DockPanel):
    """Shows units and requests actions on them.

    Signals:
        order_chosen: `BY_OPD` or `NEAREST`.
        selection_changed: call sign of the selected unit, empty for none.
        opened: call sign of the unit to show on the map.
        dispatch_requested: call sign of the unit to dispatch to the selected incident.
        move_requested: call sign of a unit, and the code of its new state.
        place_requested: call sign of the unit whose position the user picks on the map.
        edit_requested: call sign of the unit to edit.
        check_in_requested: record a check-in of the selected unit; check_in_note_requested: with a note.
        check_in_withdrawal_requested: withdraw its last check-in.
    """

    order_chosen = Signal(str)
    selection_changed = Signal(str)
    opened = Signal(str)
    dispatch_requested = Signal(str)
    move_requested = Signal(str, str)
    place_requested = Signal(str)
    edit_requested = Signal(str)
    check_in_requested = Signal()
    check_in_note_requested = Signal()
    check_in_withdrawal_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, width_px=264)
        self.setObjectName("units_panel")
        self.setAccessibleName(_("Units"))
        self._appearance = appearance
        self._title = Text(appearance, _("Units"), style=TextStyle.TITLE)
        self._summary = ElidedText(appearance, style=TextStyle.CAPTION, tone="muted")
        self._notice = Text(appearance, style=TextStyle.CAPTION, tone=Level.ATTENTION, wrap=True)
        name_widget(self._notice, "units_notice", "")
        choices = ((BY_OPD, _("By OPD")), (NEAREST, _("Nearest")))
        self._order = SegmentedControl(appearance, choices, name="units_order", label=_("Order of the units"))
        self._states: tuple[ActionState, ...] = ()
        self._check_ins: tuple[ActionState, ...] = ()
        self._model = UnitModel()
        self._list = self._create_list()
        self._empty = EmptyState(appearance, icon="user", name="units_empty")
        self._buttons = self._create_buttons()
        self._lay_out()
        self._connect()
        self.show_units(UnitsContent())
        self.show_actions(dispatch=ActionState(code="dispatch", label=""), states=(), reason="", edit_reason="")

    @property
    def current(self) -> str:
        """Call sign of the selected unit, empty for none."""
        index = self._list.currentIndex()
        found = self._model.row_at(index.row()) if index.isValid() else None
        return found.id if isinstance(found, UnitItem) else ""

    def show_units(self, content: UnitsContent) -> None:
        """Show the units; keep the selection."""
        current = self.current
        if self._model.show_rows(unit_rows(content)):
            self.select(current)
        self._summary.setText(content.summary)
        self._notice.setText(content.notice)
        self._notice.setVisible(bool(content.notice))
        self._order.show_current(BY_OPD if content.grouped else NEAREST)
        self._list.setVisible(bool(content.units))
        self._buttons.setVisible(bool(content.units))
        self._empty.setVisible(not content.units)
        hint = _("Register one with Ctrl+Shift+U, or with: tabuah unit register")
        self._empty.show_message(_("No units yet"), hint)

    def show_actions(
        self, *, dispatch: ActionState, states: Sequence[ActionState], reason: str, edit_reason: str
    ) -> None:
        """Show the actions on the selected unit, with the reasons why it cannot be moved, placed or edited."""
        self._dispatch.setText(dispatch.label or _("Dispatch"))
        self._dispatch.describe(dispatch.label or _("Dispatch"))
        self._dispatch.show_reason(dispatch.reason)
        self._dispatch.updateGeometry()
        self._states = tuple(states)
        self._fill_menu()
        for button in (self._state, self._place):
            button.show_reason(reason)
        self._edit.show_reason(edit_reason)

    def show_check_in_reasons(self, reason: str, withdrawal_reason: str) -> None:
        """Show why no check-in of the selected unit can be recorded, or withdrawn; empty texts if it can."""
        self._check_in.show_reason(reason)
        self._check_ins = (
            ActionState(code=_WITH_NOTE, label=_("Check in with a note …"), reason=reason),
            ActionState(code=_WITHDRAW, label=_("Withdraw the last check-in …"), reason=withdrawal_reason),
        )
        self._fill_menu()

    def _fill_menu(self) -> None:
        """Fill the menu of the state button: states, then the rarer acts on check-ins."""
        self._menu.clear()
        for number, actions in enumerate((self._states, self._check_ins)):
            if number:
                self._menu.addSeparator()
            for state in actions:
                action = self._menu.addAction(state.label)
                action.setData(state.code)
                action.setEnabled(not state.reason)

    def select(self, unit_id: str) -> None:
        """Select a unit and scroll to it; an empty id clears the selection."""
        number = self._model.find(unit_id) if unit_id else None
        if number is None:
            self._list.setCurrentIndex(QModelIndex())
        elif self._list.currentIndex().row() != number:
            self._list.setCurrentIndex(self._model.index(number))
            self._list.scrollTo(self._model.index(number))

    def _create_list(self) -> QListView:
        view = QListView()
        name_widget(view, "units_list", _("Units"))
        view.setModel(self._model)
        view.setItemDelegate(UnitDelegate(self._appearance))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        return view

    def _create_buttons(self) -> QWidget:
        look = self._appearance
        self._dispatch = KeyButton(look, _("Dispatch"), kind=ButtonKind.PRIMARY, name="unit_dispatch", compact=True)
        self._state = KeyButton(look, _("State"), name="unit_state", compact=True)
        self._place = KeyButton(look, "", name="unit_place", icon="pin", compact=True)
        self._place.describe(_("Set position"))
        self._edit = KeyButton(look, "", name="unit_edit", icon="edit", compact=True)
        self._edit.describe(_("Edit unit data"))
        self._check_in = KeyButton(look, _("Check in"), name="unit_check_in", compact=True)
        self._check_in.describe(_("Check in: {key}").format(key="Shift R"))
        self._menu = QMenu(self)
        self._state.show_menu(self._menu)
        bar = ThemedFrame("panel")
        rows = column(bar, spacing_px=6)
        rows.setContentsMargins(12, 0, 12, 0)
        for line in ((self._dispatch,), (self._check_in, self._state, self._place, self._edit)):
            buttons = row(spacing_px=6)
            for button in line:
                buttons.addWidget(button)
            buttons.addStretch(1)
            rows.addLayout(buttons)
        return bar

    def _lay_out(self) -> None:
        rows = column(self, spacing_px=8)
        rows.setContentsMargins(0, 12, 0, 12)
        head = row(spacing_px=8)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._order)
        top = column(spacing_px=4)
        top.setContentsMargins(16, 0, 16, 0)
        top.addLayout(head)
        top.addWidget(self._summary)
        top.addWidget(self._notice)
        bottom = column()
        bottom.setContentsMargins(12, 0, 12, 0)
        bottom.addWidget(self._buttons)
        rows.addLayout(top)
        rows.addWidget(self._list, 1)
        rows.addWidget(self._empty, 1)
        rows.addWidget(self._buttons)

    def _connect(self) -> None:
        self._order.chosen.connect(self.order_chosen)
        self._list.selectionModel().currentChanged.connect(self._on_current_changed)
        self._list.activated.connect(self._on_activated)
        self._dispatch.clicked.connect(self._on_dispatch_clicked)
        self._place.clicked.connect(self._on_place_clicked)
        self._edit.clicked.connect(self._on_edit_clicked)
        self._check_in.clicked.connect(self.check_in_requested)
        self._menu.triggered.connect(self._on_menu_triggered)
        self._appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()

    def _on_current_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self.selection_changed.emit(self.current)

    def _on_activated(self, _index: QModelIndex) -> None:
        if self.current:
            self.opened.emit(self.current)

    def _on_dispatch_clicked(self) -> None:
        if self.current:
            self.dispatch_requested.emit(self.current)

    def _on_place_clicked(self) -> None:
        if self.current:
            self.place_requested.emit(self.current)

    def _on_edit_clicked(self) -> None:
        if self.current:
            self.edit_requested.emit(self.current)

    def _on_menu_triggered(self, action: QAction) -> None:
        code = str(action.data())
        if code == _WITH_NOTE:
            self.check_in_note_requested.emit()
        elif code == _WITHDRAW:
            self.check_in_withdrawal_requested.emit()
        elif self.current:
            self.move_requested.emit(self.current, code)

    def _on_appearance_changed(self) -> None:
        self._list.setMinimumHeight(self._appearance.px(_MIN_LIST_HEIGHT_PX))
        self._list.doItemsLayout()
        self._list.viewport().update()
