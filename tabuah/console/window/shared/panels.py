"""The panels around the map: docks without title bars that can be detached, and their pages."""

from enum import Enum
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QStackedWidget, QWidget

from tabuah.widgets.controls.layout import ThemedFrame, column, scroll_area
from tabuah.widgets.controls.letter_keys import is_letter_shortcut


class DetachableDock(QDockWidget):
    """A dock of the window. Docked it has no title bar; detached it has that of the system."""

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
        """Show or hide the panel."""
        self.setVisible(self.isHidden())

    def detach(self) -> None:
        """Move the panel to a window of its own, for a second screen, or back."""
        self.setFloating(not self.isFloating())
        self.show()

    def _on_top_level_changed(self, floating: bool) -> None:
        self.setTitleBarWidget(None if floating else self._no_title)  # type: ignore[arg-type]  # None takes it away


class SidePage(Enum):
    """The pages of the side panel."""

    DETAILS = "details"
    REPORT = "report"
    EDIT = "edit"
    READING = "reading"
    LEVEL = "level"
    UNIT = "unit"
    STATION = "station"
    STATION_IMPORT = "station_import"
    UNREGISTERED = "unregistered"
    KEEPING = "keeping"
    LOGIN = "login"


class SidePanel(QStackedWidget):
    """The details or a form in their place. While a form is open, letters are no shortcuts.

    Signals:
        form_opened: a form is in front; its panel may be hidden.
    """

    form_opened = Signal()

    def __init__(self, details: QWidget) -> None:
        super().__init__()
        self.setObjectName("side_panel")
        self._pages: dict[SidePage, QWidget] = {}
        self.add_page(SidePage.DETAILS, details)

    def add_page(self, page: SidePage, content: QWidget) -> None:
        """Add a page; forms are added when they are first needed."""
        self._pages[page] = content
        self.addWidget(content)

    @property
    def page(self) -> SidePage:
        current = self.currentWidget()
        return next(page for page, widget in self._pages.items() if widget is current)

    @property
    def has_form(self) -> bool:
        return self.page is not SidePage.DETAILS

    def show_page(self, page: SidePage) -> None:
        """Show another page, which gets the focus if the panel has it."""
        self.setCurrentWidget(self._pages[page])
        self.setFocusProxy(self._pages[page])
        if self.has_form:
            self.form_opened.emit()

    def event(self, event: QEvent) -> bool:
        """Qt: keep letters from being shortcuts while a form is open."""
        if is_letter_shortcut(event) and self.has_form:
            event.accept()
            return True
        return super().event(event)


class LowerPage(Enum):
    """The pages of the lower panel."""

    CHART = "chart"
    CONFLICTS = "conflicts"
    TRAYS = "trays"
    SOURCES = "sources"


class LowerPanel(QStackedWidget):
    """The chart, or the conflicts, trays or sources in its place.

    Signals:
        page_changed: another page is in front.
        page_opened: another page than the chart is wanted; its panel may be hidden.
    """

    page_changed = Signal()
    page_opened = Signal()

    def __init__(self, chart: QWidget) -> None:
        super().__init__()
        self.setObjectName("lower_panel")
        self._pages: dict[LowerPage, QWidget] = {}
        self._height_of_chart = 0
        self.add_page(LowerPage.CHART, chart)
        self.currentChanged.connect(self._on_current_changed)

    def add_page(self, page: LowerPage, content: QWidget) -> None:
        """Add a page; all but the chart are added when they are first needed."""
        self._pages[page] = content
        self.addWidget(content)

    @property
    def shows_conflicts(self) -> bool:
        return self._shows(LowerPage.CONFLICTS)

    @property
    def shows_trays(self) -> bool:
        return self._shows(LowerPage.TRAYS)

    @property
    def shows_sources(self) -> bool:
        return self._shows(LowerPage.SOURCES)

    @property
    def shows_chart(self) -> bool:
        return self._shows(LowerPage.CHART)

    @property
    def height_of_chart(self) -> int:
        """The height of the panel when another page last replaced the chart; the page has stretched it since."""
        return self._height_of_chart

    def minimumSizeHint(self) -> QSize:
        """Qt: what the current page needs, not the largest of all pages."""
        page = self.currentWidget()
        return page.minimumSizeHint().expandedTo(page.minimumSize()) if page else super().minimumSizeHint()

    def show_chart(self) -> None:
        self.setCurrentWidget(self._pages[LowerPage.CHART])

    def show_conflicts(self) -> None:
        self._open(LowerPage.CONFLICTS)

    def show_sources(self) -> None:
        self._open(LowerPage.SOURCES)

    def show_trays(self) -> None:
        self._open(LowerPage.TRAYS)

    def _open(self, page: LowerPage) -> None:
        if self.shows_chart:
            self._height_of_chart = self.height()
        self.setCurrentWidget(self._pages[page])
        self.page_opened.emit()

    def _shows(self, page: LowerPage) -> bool:
        return self.currentWidget() is self._pages.get(page)

    def event(self, event: QEvent) -> bool:
        """Qt: keep letters from being shortcuts while the conflicts or trays are open, except N and J."""
        if is_letter_shortcut(event) and not self.shows_chart and not is_key_of_every_place(event):
            event.accept()
            return True
        return super().event(event)

    def _on_current_changed(self, _index: int) -> None:
        self.updateGeometry()
        self.page_changed.emit()


_EVERY_PLACE: Final = "NJ"  # a call, and the replay: outside of text fields and forms they work in every panel


def is_key_of_every_place(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.text().upper() in tuple(_EVERY_PLACE)


_ABOVE_FOCUS_PX: Final = 80  # room for an error above a focused button


class CardPage(ThemedFrame):
    """A page with one card, which scrolls to the focus where the window is too low for it."""

    def __init__(self, card: QWidget) -> None:
        super().__init__("panel")
        self._card = card
        body = ThemedFrame("panel")
        layout = column(body)
        layout.setContentsMargins(16, 32, 16, 16)
        layout.addWidget(card)
        layout.addStretch(1)
        self._scroll = scroll_area(body, name=f"{card.objectName()}_scroll")
        column(self, spacing_px=0).addWidget(self._scroll)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]

    def _on_focus_changed(self, _old: QWidget | None, focused: QWidget | None) -> None:
        if focused is not None and self._card.isAncestorOf(focused):
            QTimer.singleShot(0, self, partial(self._show_widget, focused))  # after the card has its new size

    def _show_widget(self, widget: QWidget) -> None:
        self._scroll.ensureWidgetVisible(widget, 0, _ABOVE_FOCUS_PX)
