"""The context menu of the map: report, range rings, sector, station page and registration at a point."""

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from tabuah.console.window.incidents.report_actions import ReportActions
from tabuah.console.window.stations.station_page import StationPage
from tabuah.console.window.stations.station_registration import StationRegistration
from tabuah.gis.layers.range_rings import RangeRings
from tabuah.resources.localisation import _
from tabuah.widgets.map.canvas import MapCanvas

_RANGES_M = (1_000.0, 2_000.0, 5_000.0, 10_000.0)


class MapContextMenu(QObject):
    """Opens the menu on request of the canvas, and runs the chosen entry."""

    def __init__(
        self,
        canvas: MapCanvas,
        report_actions: ReportActions,
        station_page: StationPage,
        registration: StationRegistration,
    ) -> None:
        super().__init__(canvas)
        self._canvas, self._report_actions, self._station_page = canvas, report_actions, station_page
        self._registration = registration
        canvas.context_requested.connect(self._on_context_requested)

    def _on_context_requested(self, lon_deg: float, lat_deg: float, at: QPoint) -> None:
        menu = QMenu(self._canvas.window())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        drawn = bool(self._canvas.content.ranges)
        offers = (
            ("report", _("Report an incident here")),
            ("ranges", _("Remove the range rings") if drawn else _("Range rings from here")),
            ("sector", _("Draw a sector from here")),
            *((("register", _("Register a station here")),) if self._registration.is_allowed else ()),
        )
        station = self._station_page.station_at(lon_deg, lat_deg)
        if station is not None:
            page = menu.addAction(_("Page of {station}").format(station=station.name))
            page.setData((f"station/{station.code}", lon_deg, lat_deg))
        for verb, label in offers:
            menu.addAction(label).setData((verb, lon_deg, lat_deg))
        menu.triggered.connect(self._on_chosen)
        menu.popup(at)

    def _on_chosen(self, action: QAction) -> None:
        verb, lon_deg, lat_deg = action.data()
        canvas = self._canvas
        match verb:
            case "report":
                self._report_actions.begin_at(lon_deg, lat_deg)
            case "ranges":
                around = RangeRings(lon_deg=lon_deg, lat_deg=lat_deg, radii_m=_RANGES_M)
                canvas.show_ranges(() if canvas.content.ranges else (around,))
            case str() if verb.startswith("station/"):
                self._station_page.begin_at(verb.removeprefix("station/"))
            case "register":
                self._registration.begin_at(lon_deg, lat_deg)
            case "sector":
                canvas.tools.draw_sector_from(lon_deg, lat_deg)
                canvas.setFocus()
