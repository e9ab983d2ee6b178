"""The actions of the map: drawing, bookmarks, imports, print and road network."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QMainWindow

from tabuah.console.window.incidents.edit_actions import EditActions
from tabuah.console.window.incidents.report_actions import ReportActions
from tabuah.console.window.map.bookmarks import BookmarkActions
from tabuah.console.window.map.drawing_actions import DrawingActions
from tabuah.console.window.map.map_import_actions import MapImportActions
from tabuah.console.window.map.print_actions import PrintActions
from tabuah.console.window.map.range_impact import RangeImpact
from tabuah.console.window.map.road_network_actions import RoadNetworkActions
from tabuah.console.window.shared.impact_cache import ImpactCache
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.widgets.map.layers.layers_panel import LayersPanel
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.theme.appearance import Appearance


@dataclass(frozen=True, kw_only=True, eq=False)
class MapActions:
    """The actions on the map."""

    drawing: DrawingActions
    bookmarks: BookmarkActions
    map_import_actions: MapImportActions
    map_print: PrintActions
    range_impact: RangeImpact
    road_network: RoadNetworkActions

    def close(self) -> None:
        """Close the dialogs. Map imports continue."""
        self.map_import_actions.close()
        self.map_print.close()
        self.range_impact.close()


def build_map_actions(
    context: WindowContext,
    window: QMainWindow,
    appearance: Appearance,
    *,
    map_view: MapView,
    layers: LayersPanel,
    report_actions: ReportActions,
    edit_actions: EditActions,
    impacts: ImpactCache,
    past: Callable[[], datetime | None],
) -> MapActions:
    """Build the actions; `past` returns the moment that the map shows, None for the present."""
    return MapActions(
        drawing=DrawingActions(context, map_view, report_actions=report_actions, edit_actions=edit_actions),
        bookmarks=BookmarkActions(context, map_view, window),
        map_import_actions=MapImportActions(context, map_view, layers, window),
        map_print=PrintActions(context, window, appearance, past=past),
        range_impact=RangeImpact(map_view, impacts),
        road_network=RoadNetworkActions(context, window),
    )
