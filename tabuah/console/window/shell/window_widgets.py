"""The widgets of one window and their layout. No widget knows another."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QSizePolicy, QToolBar, QWidget

from tabuah.console.window.shared.panels import CardPage, DetachableDock, LowerPage, LowerPanel, SidePage, SidePanel
from tabuah.resources.localisation import _
from tabuah.widgets.alarms.alarm_strip import AlarmStrip
from tabuah.widgets.bulletins.data_sources_panel import DataSourcesPanel
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.controls.layout import ThemedFrame, column
from tabuah.widgets.exercises.exercise_banner import ExerciseBanner, RealAlarmNotice
from tabuah.widgets.exercises.exercise_frame import ExerciseFrame
from tabuah.widgets.incidents.incident_board import IncidentBoard
from tabuah.widgets.incidents.incident_panel import IncidentPanel
from tabuah.widgets.map.layers.layers_panel import LayersPanel
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.replay.replay_frame import ReplayFrame
from tabuah.widgets.replay.time_bar import TimeBar
from tabuah.widgets.shell.header_bar import HeaderBar
from tabuah.widgets.shell.status_bar import StatusBar
from tabuah.widgets.shell.toast import ToastHost
from tabuah.widgets.sync.sync_notice import SyncNotice
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.units.help_band import HelpBand
from tabuah.widgets.units.units_panel import UnitsPanel

if TYPE_CHECKING:
    from tabuah.console.window.shared.confirm_card import ConfirmCard
    from tabuah.widgets.controls.edit_form import EditForm
    from tabuah.widgets.controls.import_panel import ImportPanel
    from tabuah.widgets.incidents.conflict_resolver import ConflictResolver
    from tabuah.widgets.incidents.report_form import ReportForm
    from tabuah.widgets.shell.command_palette import CommandPalette
    from tabuah.widgets.stations.station_form import StationForm
    from tabuah.widgets.stations.unregistered_panel import UnregisteredStationsPanel
    from tabuah.widgets.sync.login_form import LoginForm
    from tabuah.widgets.sync.tray_panel import TrayPanel

_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_UNDER_BOARD = ("units", "layers")
_LOW_PX = 860  # a lower window has room for one panel under the board, and collapses legend and chart
_TRAYS_PX = 250
_STRIP_PX = 44  # of the chart without a station
_LOWER_SHARE = 0.46  # of the window's height, for pages in place of the chart
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


class WindowWidgets:
    """All widgets, in focus order: band of an exercise, header, alarms, board, map, details, chart.

    Forms, trays and cards are built when they are first needed, and their modules loaded with them: the
    first frame shows none of them.
    """

    def __init__(self, window: QMainWindow, appearance: Appearance, *, clock: Callable[[], datetime]) -> None:
        self._window, self._appearance, self._clock = window, appearance, clock
        self.exercise_frame = ExerciseFrame(window, appearance)
        self.exercise_banner = ExerciseBanner(appearance)
        self.real_alarm = RealAlarmNotice(appearance)
        self.help_band = HelpBand(appearance)
        self.sync_notice = SyncNotice(appearance)
        self.header = HeaderBar(appearance)
        self.strip = AlarmStrip(appearance)
        self.board = IncidentBoard(appearance)
        self.map = MapView(appearance)
        self.time_bar = TimeBar(appearance)
        self.past_frame = ReplayFrame(appearance, self.map, self.time_bar)
        self.layers = LayersPanel(appearance)
        self.units = UnitsPanel(appearance)
        self.details = IncidentPanel(appearance)
        self.chart = StationChart(appearance)
        self.sources = DataSourcesPanel(appearance)
        self.status = StatusBar(appearance)
        self.side = SidePanel(self.details)
        self.lower = LowerPanel(self.chart)
        self.lower.add_page(LowerPage.SOURCES, self.sources)
        self._shown: set[str] = set()  # panels under the board that were opened before
        self._lay_out()
        self._filled_height = 0  # height of the chart when it last had a station
        self.chart.strip_changed.connect(self._on_chart_strip_changed)
        self._chart_height = 0  # height before a page with more content replaced the chart
        self.lower.page_changed.connect(self._on_lower_page_changed)
        self.toasts = ToastHost(appearance, window)

    @cached_property
    def report_form(self) -> "ReportForm":
        from tabuah.widgets.incidents.report_form import ReportForm

        form = ReportForm(self._appearance, clock=self._clock)
        self.side.add_page(SidePage.REPORT, form)
        return form

    @cached_property
    def edit_form(self) -> "EditForm":
        return self._edit_form(SidePage.EDIT, "edit_form")

    @cached_property
    def reading_form(self) -> "EditForm":
        return self._edit_form(SidePage.READING, "reading_form")

    @cached_property
    def level_form(self) -> "EditForm":
        return self._edit_form(SidePage.LEVEL, "level_form")

    @cached_property
    def unit_form(self) -> "EditForm":
        return self._edit_form(SidePage.UNIT, "unit_form")

    @cached_property
    def station_form(self) -> "StationForm":
        from tabuah.widgets.stations.station_form import StationForm

        form = StationForm(self._appearance)
        self.side.add_page(SidePage.STATION, form)
        return form

    @cached_property
    def station_import(self) -> "ImportPanel":
        from tabuah.widgets.controls.import_panel import ImportPanel

        panel = ImportPanel(self._appearance, name="station_import")
        self.side.add_page(SidePage.STATION_IMPORT, panel)
        return panel

    @cached_property
    def unregistered(self) -> "UnregisteredStationsPanel":
        from tabuah.widgets.stations.unregistered_panel import UnregisteredStationsPanel

        panel = UnregisteredStationsPanel(self._appearance)
        self.side.add_page(SidePage.UNREGISTERED, panel)
        return panel

    @cached_property
    def keeping_form(self) -> "EditForm":
        return self._edit_form(SidePage.KEEPING, "keeping_form")

    @cached_property
    def login_form(self) -> "LoginForm":
        from tabuah.widgets.sync.login_form import LoginForm

        form = LoginForm(self._appearance)
        self.side.add_page(SidePage.LOGIN, CardPage(form))
        return form

    @cached_property
    def resolver(self) -> "ConflictResolver":
        from tabuah.widgets.incidents.conflict_resolver import ConflictResolver

        resolver = ConflictResolver(self._appearance)
        self.lower.add_page(LowerPage.CONFLICTS, resolver)
        resolver.shown.connect(self._on_conflict_shown)
        return resolver

    @cached_property
    def trays(self) -> "TrayPanel":
        from tabuah.widgets.sync.tray_panel import TrayPanel

        panel = TrayPanel(self._appearance)
        self.lower.add_page(LowerPage.TRAYS, panel)
        return panel

    @cached_property
    def palette(self) -> "CommandPalette":
        from tabuah.widgets.shell.command_palette import CommandPalette

        return CommandPalette(self._appearance, self._window)

    @cached_property
    def confirm(self) -> "ConfirmCard":
        from tabuah.console.window.shared.confirm_card import ConfirmCard

        return ConfirmCard(self._appearance, self._window)

    @property
    def regions(self) -> tuple[QWidget, ...]:
        """The regions of the Tab order; an open question or palette keeps the focus to itself."""
        cards = (self.__dict__.get(name) for name in ("confirm", "palette"))
        over = next((card for card in cards if card is not None and card.isVisible()), None)
        if over is not None:
            return (over,)
        left = (self.board, self.units, self.layers)
        top = (self.exercise_banner, self.real_alarm, self.help_band, self.sync_notice, self.header, self.strip)
        return (*top, *left, self.map, self.side, self.lower, self.status)

    @property
    def focus_regions(self) -> tuple[QWidget, ...]:
        """The regions between which Tab moves: only the report form while a person writes in it."""
        form, focused = self.__dict__.get("report_form"), QApplication.focusWidget()
        if form is not None and focused is not None and form.isAncestorOf(focused):
            return (form,)
        return self.regions

    def set_default_sizes(self) -> None:
        """Set the sizes of the panels for the current size of the window."""
        width = self._window.width()
        board = max(self._appearance.px(264), min(self._appearance.px(400), width // 6))
        side = max(self._appearance.px(340), min(self._appearance.px(460), width // 5))
        docks = [self.panels["board"], self.panels["details"]]
        self._window.resizeDocks(docks, [board, side], Qt.Orientation.Horizontal)
        self.fit_chart()

    def fit_chart(self) -> None:
        """Give the chart its height, or one line while no station is selected."""
        panel = self.panels["chart"]
        filled = self._filled_height or self._default_lower()
        wanted = self._appearance.px(_STRIP_PX) if self.chart.is_strip else filled
        self._window.resizeDocks([panel], [wanted], Qt.Orientation.Vertical)

    def _default_lower(self) -> int:
        return max(self._appearance.px(170), min(self._appearance.px(320), self._window.height() * 22 // 100))

    def _on_chart_strip_changed(self) -> None:
        if not self.lower.shows_chart:
            self._chart_height = 0 if self.chart.is_strip else self._default_lower()
            return
        if self.chart.is_strip:
            self._filled_height = self.panels["chart"].height()
        self.lower.updateGeometry()
        self.fit_chart()

    def _edit_form(self, page: SidePage, name: str) -> "EditForm":
        from tabuah.widgets.controls.edit_form import EditForm

        form = EditForm(self._appearance, name=name)
        self.side.add_page(page, form)
        return form

    def _on_units_visible(self, visible: bool) -> None:
        self._share_height("units", visible=visible)

    def _on_layers_visible(self, visible: bool) -> None:
        self._share_height("layers", visible=visible)

    @property
    def is_low(self) -> bool:
        """Whether the window has the height of an office laptop, where the map needs the room."""
        return self._window.height() < self._appearance.px(_LOW_PX)

    def fit_panels(self, opened: str = "units") -> None:
        """Keep one panel under the board in a low window: two would cut their contents and each other."""
        if not self.is_low or any(self.panels[name].isHidden() for name in _UNDER_BOARD):
            return
        for name in _UNDER_BOARD:
            self.panels[name].setVisible(name == opened)

    def _share_height(self, name: str, *, visible: bool) -> None:
        """Share the height of the left side among its panels when one opens for the first time.

        Later the person's sizes stay.
        """
        if not visible:
            return
        self.fit_panels(name)
        if name not in self._shown:
            self._shown.add(name)
            open_now = [self.panels[each] for each in ("board", *_UNDER_BOARD) if not self.panels[each].isHidden()]
            self._window.resizeDocks(open_now, [1] * len(open_now), Qt.Orientation.Vertical)

    def _on_lower_page_changed(self) -> None:
        """Give a page more height than the chart had; restore it for the chart."""
        panel = self.panels["chart"]
        self.toasts.stay_above(None if self.lower.shows_chart else self.lower)
        if not self.lower.shows_chart:
            self._chart_height = self._chart_height or self.lower.height_of_chart
            self._give_height()
        elif self._chart_height:
            self._window.resizeDocks([panel], [self._chart_height], Qt.Orientation.Vertical)
            self._chart_height = 0

    def _on_conflict_shown(self, _conflict_id: str) -> None:
        if self.lower.shows_conflicts:
            self._give_height()

    def _give_height(self) -> None:
        """Resize the lower panel to what the page needs, but leave room for the map and the details."""
        wanted = self._appearance.px(_TRAYS_PX)
        if self.lower.shows_conflicts:
            wanted = self.resolver.wanted_height(self.lower.width())
        height = max(self._chart_height, min(wanted, round(self._window.height() * _LOWER_SHARE)))
        self._window.resizeDocks([self.panels["chart"]], [height], Qt.Orientation.Vertical)

    def _lay_out(self) -> None:
        window = self._window
        top = ThemedFrame("panel")
        rows = column(top, spacing_px=0)
        rows.addWidget(self.exercise_banner)
        rows.addWidget(self.real_alarm)
        rows.addWidget(self.help_band)
        rows.addWidget(self.sync_notice)
        rows.addWidget(self.header)
        rows.addWidget(self.strip)
        window.setMenuWidget(top)
        window.setCentralWidget(self.past_frame)
        self.panels = {
            "board": DetachableDock("panel_board", _("Incidents"), self.board, window),
            "units": DetachableDock("panel_units", _("Units"), self.units, window),
            "layers": DetachableDock("panel_layers", _("Layers"), self.layers, window),
            "details": DetachableDock("panel_details", _("Details"), self.side, window),
            "chart": DetachableDock("panel_chart", _("Chart"), self.lower, window),
        }
        areas = {"board": _LEFT, "units": _LEFT, "layers": _LEFT, "details": _RIGHT, "chart": _BOTTOM}
        for name, area in areas.items():
            window.addDockWidget(area, self.panels[name])
        for name in ("units", "layers"):
            self.panels[name].hide()  # hidden until opened
        self.side.form_opened.connect(self.panels["details"].show)
        self.lower.page_opened.connect(self.panels["chart"].show)
        self.panels["units"].visibilityChanged.connect(self._on_units_visible)
        self.panels["layers"].visibilityChanged.connect(self._on_layers_visible)
        window.setDockNestingEnabled(True)
        self._lay_out_status(window)

    def _lay_out_status(self, window: QMainWindow) -> None:
        """Put the status bar into a fixed tool bar.

        Qt's own status bar hides its widgets while it shows a message.
        """
        bar = QToolBar(_("Status"), window)
        bar.setObjectName("status_tools")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setStyleSheet("QToolBar { border: none; padding: 0; margin: 0; spacing: 0; }")
        self.status.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(self.status)
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, bar)
