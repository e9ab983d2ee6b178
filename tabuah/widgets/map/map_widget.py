"""Map widget: blits what the workers drew and handles mouse, keyboard, touch and menu events."""

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
from tabuah.widgets.map.interactive_map import InteractiveMap
from tabuah.widgets.map.keyboard import pan_for_key, zoom_for_key
from tabuah.widgets.map.rendering.screen_painter import paint_foreground, paint_frame, paint_selection


class MapWidget(InteractiveMap):
    """Shows a `MapContent` and handles input. Its signals are those of `InteractiveMap`."""

    # -- Qt events ------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Handle touch gestures; keys of the active tool override window shortcuts."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.tools.wants(event):
            event.accept()
            return True
        if event.type() in (QEvent.Type.Gesture, QEvent.Type.NativeGesture) and self._gestures.touch(event):
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.tools.press(event):
            self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.tools.move(event):
            self._gestures.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self.tools.release(event):
            self._gestures.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom in, unless the active tool uses the double click."""
        if not self.tools.double_click(event):
            self._gestures.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._gestures.wheel(event)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Show the coordinates of the centre again and remove the hover card."""
        self._decorations.point_at(None)
        self._decorations.open_credits_at(self._content, self._navigation.view, None)
        self._selection.hover_at(None, self._navigation.view, None)
        self._refresh_marks()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows pan, + and - zoom, Home fits, G opens Go to, Enter selects or picks, Escape cancels."""
        if not self._annotations.picking and not self._gestures.is_active and self.tools.key(event):
            return
        moved, factor = pan_for_key(event.key(), self._navigation.view), zoom_for_key(event.key())
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
        """Tab steps through visible incidents or sketch vertices before it leaves the map."""
        if self.tools.is_working:
            return self.tools.walk(forward=forward) or super().focusNextPrevChild(forward)
        walked = self._selection.walk(self._renderer.picture, self._navigation.view, forward=forward)
        self._refresh_marks()
        return walked or super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Clear the keyboard focus of incidents."""
        self._selection.leave()
        self._refresh_marks()
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Request a context menu for this place."""
        from_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        at = event.pos() if from_mouse else self.rect().center()
        lon_deg, lat_deg = from_mercator(*self._navigation.view.to_map(at.x(), at.y()))
        self.context_requested.emit(lon_deg, lat_deg, self.mapToGlobal(at))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the workers: a hidden map needs no threads."""
        self.close_workers()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_workers()
        super().closeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 (everything is painted)
        """Blit the picture, then paint marks, labels and decorations."""
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    # -- internals ------------------------------------------------------------------------------------------------

    def _paint(self, painter: QPainter) -> None:
        view, drawn = self._navigation.view, self._renderer
        frame = drawn.picture.frame if drawn.picture is not None else None
        paint_frame(painter, frame, view, self._content.palette.outside)
        paint_selection(painter, self._annotations, self._content, view)
        if drawn.labels is not None:
            self._annotations.names.paint(painter, drawn.labels, view)
        self.tools.paint(painter)
        paint_foreground(painter, self._annotations, self._content, view=view, decorations=self._decorations)

    def _answer_mode_key(self, key: int) -> bool:
        """Handle Enter and Escape; return whether the key was used."""
        is_enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self._annotations.picking and is_enter:
            self._pick(QPointF(self.width() / 2, self.height() / 2))
        elif self._annotations.picking and key == Qt.Key.Key_Escape:
            self.cancel_pick()
        elif key == Qt.Key.Key_Escape and self._gestures.is_active:
            self._gestures.cancel()
        elif key == Qt.Key.Key_Escape and self._content.spread:
            self._spread_out(())
        elif not (key == Qt.Key.Key_Escape and self._selection.leave()) and not (
            is_enter and self._selection.select_focused()
        ):
            return False
        self._refresh_marks()
        return True
