"""The widget under the canvas: blits what the workers drew and answers mouse, keys, touch and menus."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
    QWheelEvent,
)

from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.keyboard import pan_of, zoom_of
from tabuah.widgets.map.map_paint import paint_frame, paint_marks, paint_over
from tabuah.widgets.map.pointed_map import PointedMap


class MapSurface(PointedMap):
    """Shows a `MapContent` and can be moved, pointed at and picked from; its signals are those of `PointedMap`."""

    # -- Qt's events ----------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Touch comes as gestures; a key that the tool in hand knows is no command of the window."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.tools.wants(event):
            event.accept()
            return True
        if event.type() in (QEvent.Type.Gesture, QEvent.Type.NativeGesture) and self._gestures.touch(event):
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a drag or a box."""
        if not self.tools.press(event):
            self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, draw the box, or hover."""
        if not self.tools.move(event):
            self._gestures.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        if not self.tools.release(event):
            self._gestures.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Closer, unless a tool ends by it."""
        if not self.tools.double_click(event):
            self._gestures.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor."""
        self._gestures.wheel(event)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """The cursor is gone: coordinates of the centre again, no hover card."""
        self._hud.point_at(None)
        self._hud.open_credits_at(self._content, self._navigation.view, None)
        self._pointing.hover_at(None, self._navigation.view, None)
        self._refresh_marks()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows pan, + and - zoom, Home fits, G goes to a place, Enter selects or picks, Escape leaves."""
        if not self._adornments.picking and not self._gestures.is_active and self.tools.key(event):
            return
        moved, factor = pan_of(event.key(), self._navigation.view), zoom_of(event.key())
        if moved is not None:
            self.pan_by(*moved)
        elif factor is not None:
            self._navigation.zoom_at(factor)
        elif event.key() == Qt.Key.Key_Home:
            self.fit_regency()
        elif event.key() == Qt.Key.Key_G and not event.modifiers():
            self.locate_requested.emit()
        elif not self._answer_mode_key(event.key()):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the incidents in view, or through the vertices of what is drawn, before it goes on."""
        if self.tools.is_working:
            return self.tools.walk(forward=forward) or super().focusNextPrevChild(forward)
        walked = self._pointing.walk(self._renderer.picture, self._navigation.view, forward=forward)
        self._refresh_marks()
        return walked or super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere: no incident is marked as the one it is at."""
        self._pointing.leave()
        self._refresh_marks()
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask the owner for a menu about this place."""
        from_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        at = event.pos() if from_mouse else self.rect().center()
        lon_deg, lat_deg = from_mercator(*self._navigation.view.to_map(at.x(), at.y()))
        self.context_requested.emit(lon_deg, lat_deg, self.mapToGlobal(at))

    def showEvent(self, event: QShowEvent) -> None:
        """Start drawing."""
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """A map nobody sees needs no threads."""
        self.close_workers()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Join the workers before the widget goes."""
        self.close_workers()
        super().closeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 (everything is painted)
        """Blit the picture, then marks, names and furniture."""
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    # -- inside ---------------------------------------------------------------------------------------------------

    def _paint(self, painter: QPainter) -> None:
        view, drawn = self._navigation.view, self._renderer
        frame = drawn.picture.frame if drawn.picture is not None else None
        paint_frame(painter, frame, view, self._content.palette.outside)
        paint_marks(painter, self._adornments, self._content, view)
        if drawn.labels is not None:
            self._adornments.names.paint(painter, drawn.labels, view)
        self.tools.paint(painter)
        paint_over(painter, self._adornments, self._content, view=view, hud=self._hud)

    def _answer_mode_key(self, key: int) -> bool:
        """Enter and Escape; whether they meant anything."""
        is_enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self._adornments.picking and is_enter:
            self._pick(QPointF(self.width() / 2, self.height() / 2))
        elif self._adornments.picking and key == Qt.Key.Key_Escape:
            self.cancel_pick()
        elif key == Qt.Key.Key_Escape and self._gestures.is_active:
            self._gestures.cancel()
        elif key == Qt.Key.Key_Escape and self._content.spread:
            self._spread_out(())
        elif not (key == Qt.Key.Key_Escape and self._pointing.leave()) and not (
            is_enter and self._pointing.select_focused()
        ):
            return False
        self._refresh_marks()
        return True
