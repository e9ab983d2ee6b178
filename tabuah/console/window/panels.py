"""The panels around the map: docks without title bars that can be given a window of their own, and their pages."""

from enum import Enum

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QWidget

from tabuah.widgets.surfaces import Surface, column


class Panel(QDockWidget):
    """A panel of the window; in its place it has no title bar, in a window of its own the system's."""

    def __init__(self, name: str, title: str, content: QWidget, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(name)
        self.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
            | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        self._no_title = QWidget(self)
        self._no_title.setFixedHeight(0)
        self.setTitleBarWidget(self._no_title)
        self.setWidget(content)
        self.topLevelChanged.connect(self._on_top_level_changed)

    def toggle(self) -> None:
        """Show it or take it away."""
        self.setVisible(self.isHidden())

    def detach(self) -> None:
        """Give it a window of its own, for a second screen, or take it back."""
        self.setFloating(not self.isFloating())
        self.show()

    def _on_top_level_changed(self, floating: bool) -> None:
        self.setTitleBarWidget(None if floating else self._no_title)  # type: ignore[arg-type]  # None takes it away


class Page(Enum):
    """What the panel at the right shows."""

    DETAILS = "details"
    REPORT = "report"
    EDIT = "edit"
    READING = "reading"
    LEVEL = "level"
    UNIT = "unit"
    KEEPING = "keeping"
    LOGIN = "login"


class SidePanel(QStackedWidget):
    """The details, or a form in their place; while a form is open, letters are its own and no commands."""

    def __init__(self, pages: dict[Page, QWidget]) -> None:
        super().__init__()
        self.setObjectName("side_panel")
        self._pages = pages
        for page in Page:
            self.addWidget(pages[page])

    @property
    def page(self) -> Page:
        """What is shown."""
        current = self.currentWidget()
        return next(page for page, widget in self._pages.items() if widget is current)

    def show_page(self, page: Page) -> None:
        """Show another page, which gets the focus when the panel does."""
        self.setCurrentWidget(self._pages[page])
        self.setFocusProxy(self._pages[page])

    def event(self, event: QEvent) -> bool:
        """Qt: keep letters from the commands of the window while a form is open."""
        if is_letter(event) and self.page is not Page.DETAILS:
            event.accept()
            return True
        return super().event(event)


class LowerPanel(QStackedWidget):
    """The chart, or the conflicts, the trays or the sources in its place.

    Signals:
        page_changed: another one is in front.
    """

    page_changed = Signal()

    def __init__(self, chart: QWidget, conflicts: QWidget, trays: QWidget, sources: QWidget) -> None:
        super().__init__()
        self.setObjectName("lower_panel")
        self._chart, self._conflicts, self._trays, self._sources = chart, conflicts, trays, sources
        for page in (chart, conflicts, trays, sources):
            self.addWidget(page)
        self.currentChanged.connect(self._on_current_changed)

    @property
    def shows_conflicts(self) -> bool:
        """Whether the conflicts are in front."""
        return self.currentWidget() is self._conflicts

    @property
    def shows_trays(self) -> bool:
        """Whether the trays are in front."""
        return self.currentWidget() is self._trays

    @property
    def shows_sources(self) -> bool:
        """Whether the sources are in front."""
        return self.currentWidget() is self._sources

    @property
    def shows_chart(self) -> bool:
        """Whether the chart is in front."""
        return self.currentWidget() is self._chart

    def minimumSizeHint(self) -> QSize:
        """Qt: what the page in front needs, not the highest of all."""
        page = self.currentWidget()
        return page.minimumSizeHint().expandedTo(page.minimumSize()) if page else super().minimumSizeHint()

    def show_chart(self) -> None:
        """Bring the chart to the front."""
        self.setCurrentWidget(self._chart)

    def show_conflicts(self) -> None:
        """Bring the conflicts to the front."""
        self.setCurrentWidget(self._conflicts)

    def show_sources(self) -> None:
        """Bring the sources to the front."""
        self.setCurrentWidget(self._sources)

    def show_trays(self) -> None:
        """Bring the trays to the front."""
        self.setCurrentWidget(self._trays)

    def event(self, event: QEvent) -> bool:
        """Qt: keep letters from the commands of the window while conflicts are settled or trays are cleared."""
        if is_letter(event) and not self.shows_chart:
            event.accept()
            return True
        return super().event(event)

    def _on_current_changed(self, _index: int) -> None:
        self.updateGeometry()
        self.page_changed.emit()


def is_letter(event: QEvent) -> bool:
    """Whether an event asks if a plain key, without Ctrl, Alt or Meta, is somebody's own."""
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier & ~Qt.KeyboardModifier.KeypadModifier
    return not held and bool(event.text()) and event.text().isprintable()


def centred(content: QWidget) -> QWidget:
    """A page with a card in its middle."""
    page = Surface("panel")
    layout = column(page)
    layout.setContentsMargins(16, 32, 16, 0)
    layout.addWidget(content)
    layout.addStretch(1)
    return page
