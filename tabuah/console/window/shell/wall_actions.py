"""The wall view (Ctrl+F11): on the second screen if there is one, and back when that screen returns."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.status_updates import office_text
from tabuah.console.window.shell.wall_items import overdue_limits, wall_sections
from tabuah.console.window.sync.sync_badge import sync_badge_state
from tabuah.operations.tasks.limit_stages import LimitState, limit_states
from tabuah.operations.units.known_units import KnownUnit
from tabuah.resources.localisation import _, format_day, format_time
from tabuah.text.exercises.exercise_text import watermark_text
from tabuah.widgets.alarms.values import AlarmBanner, AlarmItem
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.shell.wall_values import WallContent
from tabuah.widgets.shell.wall_view import WallView
from tabuah.widgets.theme.appearance import Appearance

_SECOND_MS: Final = 1_000
_LIMITS_EVERY: Final = timedelta(seconds=10)  # a look at ten thousand open incidents takes a tenth of a second


class WallActions(QObject):
    """Opens the wall view and keeps it current; it has no controls and shows no personal data.

    Signals:
        toggled: the view was opened or closed.
    """

    toggled = Signal()

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        known_units: Callable[[], Sequence[KnownUnit]],
        past: Callable[[], datetime | None],
    ) -> None:
        """Take the units, and the moment that the map of the window shows while it is in the past."""
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._known_units, self._past = known_units, past
        self._view: WallView | None = None
        self._screen: QScreen | None = None  # of the view
        self._is_wanted = False  # also while its screen is away
        self._in_strip: tuple[AlarmItem, ...] = ()
        self._real: tuple[AlarmItem, ...] = ()
        self._map: MapContent | None = None  # on the view; looked at once a second, however often readings arrive
        self._map_at: datetime | None = None  # when the map was last current
        self._overdue: tuple[LimitState, ...] = ()
        self._overdue_at: datetime | None = None  # when the limits were looked at
        self._clock = QTimer(self)
        self._clock.setInterval(_SECOND_MS)
        self._clock.timeout.connect(self._show)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.connect(self._on_screen_removed)
            app.screenAdded.connect(self._on_screen_added)

    @property
    def view(self) -> WallView | None:
        """The wall view, while it is open."""
        return self._view

    def toggle(self) -> None:
        """Open the wall view, or close it."""
        if self._view is not None:
            self._view.close()
        else:
            self._open()

    def show_alarms(self, banner: AlarmBanner) -> None:
        """Accept the content of the alarm strip."""
        self._in_strip = banner.alarms

    def show_real_alarms(self, alarms: tuple[AlarmItem, ...]) -> None:
        """Accept the alarms of the real world that a window in an exercise has."""
        self._real = alarms

    def close(self) -> None:
        """Close the view and follow the screens no longer."""
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.disconnect(self._on_screen_removed)
            app.screenAdded.disconnect(self._on_screen_added)
        if self._view is not None:
            self._view.close()

    def _open(self) -> None:
        view = WallView(self._appearance)
        view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        view.setWindowIcon(self._window.windowIcon())
        view.closed.connect(self._on_closed)
        self._view, self._is_wanted = view, True
        self._screen = self._screen_for_view()
        view.setGeometry(self._screen.geometry())
        self._show()
        view.showFullScreen()
        view.setFocus()
        self._clock.start()
        self.toggled.emit()

    def _screen_for_view(self) -> QScreen:
        """Return a screen that the window is not on, else that of the window."""
        own = self._window.screen()
        return next((screen for screen in QGuiApplication.screens() if screen is not own), own)

    def _show_map(self) -> None:
        """Show the map of the window, unless that shows the past: the wall keeps its last present."""
        content = self._context.canvas.content
        if self._view is not None and self._past() is None:
            self._map_at = None
            if content is not self._map:
                self._map = content
                self._view.show_map(content)

    def _show(self) -> None:
        if self._view is None:
            return
        state = self._context.state
        snapshot, now = state.snapshot, state.now()
        if self._past() is not None and self._map_at is None:
            self._map_at = now
        self._show_map()
        badge = sync_badge_state(snapshot, state.link, now)
        self._view.show_content(
            WallContent(
                time=format_time(now, seconds=True),
                day=format_day(now),
                office=office_text(),
                world=watermark_text(state.scope, snapshot.exercises),
                sync=badge.text,
                sync_level=badge.level,
                notice=self._notice(),
                sections=wall_sections(
                    (*self._real, *self._in_strip),
                    snapshot.incidents,
                    self._overdue_limits(now),
                    self._known_units(),
                    snapshot.exercises,
                    now,
                ),
            )
        )

    def _overdue_limits(self, now: datetime) -> tuple[LimitState, ...]:
        if self._overdue_at is None or not timedelta() <= now - self._overdue_at < _LIMITS_EVERY:
            snapshot = self._context.state.snapshot
            found = limit_states(snapshot.incidents.values(), snapshot.tasks.values(), now)
            self._overdue, self._overdue_at = overdue_limits(found), now
        return self._overdue

    def _notice(self) -> str:
        if self._map_at is None:
            return ""
        return _("Map as of {time}: replay is on").format(time=format_time(self._map_at))

    def _on_closed(self) -> None:
        self._clock.stop()
        self._view = self._screen = self._map = self._map_at = self._overdue_at = None
        self._is_wanted = False
        self.toggled.emit()

    def _on_screen_removed(self, screen: QScreen) -> None:
        """Close the view with its screen: it would cover the window. It opens again when a screen is added."""
        if self._view is not None and screen is self._screen:
            self._view.close()
            self._is_wanted = True
            self._context.notifier.inform(
                _("The screen of the wall view is gone. The view opens again when the screen returns.")
            )

    def _on_screen_added(self, _screen: QScreen) -> None:
        if self._is_wanted and self._view is None:
            self._open()
