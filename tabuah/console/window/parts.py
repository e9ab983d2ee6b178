"""The widgets of one window, made and laid out; they know nothing of each other."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QToolBar, QWidget

from tabuah.console.window.confirm_card import ConfirmCard
from tabuah.console.window.panels import LowerPanel, Page, Panel, SidePanel, centred
from tabuah.resources.catalogue import _
from tabuah.widgets.alarm_strip import AlarmStrip
from tabuah.widgets.board.incident_board import IncidentBoard
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.details.incident_details import IncidentPanel
from tabuah.widgets.forms.conflict_resolver import ConflictResolver
from tabuah.widgets.forms.edit_form import EditForm
from tabuah.widgets.forms.login_form import LoginForm
from tabuah.widgets.forms.report_form import ReportForm
from tabuah.widgets.header_bar import HeaderBar
from tabuah.widgets.layers.layers_panel import LayersPanel
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.palette.command_palette import CommandPalette
from tabuah.widgets.sources.sources_panel import SourcesPanel
from tabuah.widgets.status_bar import StatusBar
from tabuah.widgets.surfaces import Surface, column
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.timeline.past_frame import PastFrame
from tabuah.widgets.timeline.time_bar import TimeBar
from tabuah.widgets.toast import ToastHost
from tabuah.widgets.trays.tray_panel import TrayPanel
from tabuah.widgets.units.units_panel import UnitsPanel

_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_TRAYS_PX = 250
_LOWER_SHARE = 0.46  # of the window's height, for what comes in the place of the chart
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


class Parts:
    """All widgets, in the order in which the focus goes through them: header, alarms, board, map, details, chart."""

    def __init__(self, window: QMainWindow, appearance: Appearance) -> None:
        self._window, self._appearance = window, appearance
        self.header = HeaderBar(appearance)
        self.strip = AlarmStrip(appearance)
        self.board = IncidentBoard(appearance)
        self.map = MapView(appearance)
        self.time_bar = TimeBar(appearance)
        self.past_frame = PastFrame(appearance, self.map, self.time_bar)
        self.layers = LayersPanel(appearance)
        self.units = UnitsPanel(appearance)
        self.details = IncidentPanel(appearance)
        self.report_form = ReportForm(appearance)
        self.edit_form = EditForm(appearance)
        self.reading_form = EditForm(appearance, name="reading_form")
        self.level_form = EditForm(appearance, name="level_form")
        self.unit_form = EditForm(appearance, name="unit_form")
        self.keeping_form = EditForm(appearance, name="keeping_form")
        self.login_form = LoginForm(appearance)
        self.chart = StationChart(appearance)
        self.resolver = ConflictResolver(appearance)
        self.trays = TrayPanel(appearance)
        self.sources = SourcesPanel(appearance)
        self.status = StatusBar(appearance)
        self.side = SidePanel(
            {
                Page.DETAILS: self.details,
                Page.REPORT: self.report_form,
                Page.EDIT: self.edit_form,
                Page.READING: self.reading_form,
                Page.LEVEL: self.level_form,
                Page.UNIT: self.unit_form,
                Page.KEEPING: self.keeping_form,
                Page.LOGIN: centred(self.login_form),
            }
        )
        self.lower = LowerPanel(self.chart, self.resolver, self.trays, self.sources)
        self._shown: set[str] = set()  # panels under the board that somebody has opened
        self._lay_out()
        self._chart_height = 0  # before a page that needs more came into the place of the chart
        self.lower.page_changed.connect(self._on_lower_page_changed)
        self.resolver.shown.connect(self._on_conflict_shown)
        self.toasts = ToastHost(appearance, window)
        self.palette = CommandPalette(appearance, window)
        self.confirm = ConfirmCard(appearance, window)

    @property
    def regions(self) -> tuple[QWidget, ...]:
        """What the Tab key goes through; an open question or palette keeps it to itself."""
        over = next((card for card in (self.confirm, self.palette) if card.isVisible()), None)
        if over is not None:
            return (over,)
        left = (self.board, self.units, self.layers)
        return (self.header, self.strip, *left, self.map, self.side, self.lower, self.status)

    def set_default_sizes(self) -> None:
        """The sizes of the panels for the width and height that the window has."""
        width, height = self._window.width(), self._window.height()
        board = max(self._appearance.px(264), min(self._appearance.px(400), width // 6))
        side = max(self._appearance.px(340), min(self._appearance.px(460), width // 5))
        lower = max(self._appearance.px(170), min(self._appearance.px(320), height * 22 // 100))
        docks = [self.panels["board"], self.panels["details"]]
        self._window.resizeDocks(docks, [board, side], Qt.Orientation.Horizontal)
        self._window.resizeDocks([self.panels["chart"]], [lower], Qt.Orientation.Vertical)

    def _on_units_visible(self, visible: bool) -> None:
        self._share_height("units", visible=visible)

    def _on_layers_visible(self, visible: bool) -> None:
        self._share_height("layers", visible=visible)

    def _share_height(self, name: str, *, visible: bool) -> None:
        """The first time, the board shares its height with a panel under it: later a person has had their say."""
        if visible and name not in self._shown:
            self._shown.add(name)
            both = [self.panels["board"], self.panels[name]]
            self._window.resizeDocks(both, [1, 1], Qt.Orientation.Vertical)

    def _on_lower_page_changed(self) -> None:
        """A page may need more height than the chart had; the chart gets its own back."""
        panel = self.panels["chart"]
        if not self.lower.shows_chart:
            self._chart_height = self._chart_height or panel.height()
            self._give_height()
        elif self._chart_height:
            self._window.resizeDocks([panel], [self._chart_height], Qt.Orientation.Vertical)
            self._chart_height = 0

    def _on_conflict_shown(self, _conflict_id: str) -> None:
        if self.lower.shows_conflicts:
            self._give_height()

    def _give_height(self) -> None:
        """As much as the page needs, but never so much that the map and the details are gone."""
        wanted = self._appearance.px(_TRAYS_PX)
        if self.lower.shows_conflicts:
            wanted = self.resolver.wanted_height(self.lower.width())
        height = max(self._chart_height, min(wanted, round(self._window.height() * _LOWER_SHARE)))
        self._window.resizeDocks([self.panels["chart"]], [height], Qt.Orientation.Vertical)

    def _lay_out(self) -> None:
        window = self._window
        top = Surface("panel")
        rows = column(top, spacing_px=0)
        rows.addWidget(self.header)
        rows.addWidget(self.strip)
        window.setMenuWidget(top)
        window.setCentralWidget(self.past_frame)
        self.panels = {
            "board": Panel("panel_board", _("Incidents"), self.board, window),
            "units": Panel("panel_units", _("Units"), self.units, window),
            "layers": Panel("panel_layers", _("Layers"), self.layers, window),
            "details": Panel("panel_details", _("Details"), self.side, window),
            "chart": Panel("panel_chart", _("Chart"), self.lower, window),
        }
        areas = {"board": _LEFT, "units": _LEFT, "layers": _LEFT, "details": _RIGHT, "chart": _BOTTOM}
        for name, area in areas.items():
            window.addDockWidget(area, self.panels[name])
        for name in ("units", "layers"):
            self.panels[name].hide()  # until somebody wants to see it
        self.panels["units"].visibilityChanged.connect(self._on_units_visible)
        self.panels["layers"].visibilityChanged.connect(self._on_layers_visible)
        window.setDockNestingEnabled(True)
        self._lay_out_status(window)

    def _lay_out_status(self, window: QMainWindow) -> None:
        """A fixed tool bar under the docks: Qt's own status bar hides what stands in it whenever it has a message."""
        bar = QToolBar(_("Status"), window)
        bar.setObjectName("status_tools")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setStyleSheet("QToolBar { border: none; padding: 0; margin: 0; spacing: 0; }")
        self.status.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(self.status)
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, bar)
