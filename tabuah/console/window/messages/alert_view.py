"""The chosen alert in the window: its area on the map, and the impact of the area."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from tabuah.console.window.shared.impact_cache import ImpactCache
from tabuah.operations.feeds.cap_alert import CapSeverity
from tabuah.operations.impact_areas import alert_impact_area
from tabuah.operations.messages.message import Message
from tabuah.text.facts import Facts
from tabuah.text.map.impact import impact_facts
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import MarkerClass

_CLASS_OF_SEVERITY: Final[Mapping[CapSeverity, MarkerClass]] = {
    CapSeverity.EXTREME: MarkerClass.CRITICAL,
    CapSeverity.SEVERE: MarkerClass.HIGH,
    CapSeverity.MODERATE: MarkerClass.ATTENTION,
    CapSeverity.MINOR: MarkerClass.INFORMATION,
    CapSeverity.UNKNOWN: MarkerClass.NO_DATA,
}


class AlertView(QObject):
    """Shows the area of one alert on the map, and returns its impact as soon as it is computed.

    Signals:
        impact_changed: an impact that was asked for is known now, or has changed.
    """

    impact_changed = Signal()

    def __init__(self, canvas: MapCanvas, impacts: ImpactCache, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas, self._impacts = canvas, impacts
        self._shown: tuple[str, MarkerClass] | None = None
        impacts.computed.connect(self.impact_changed)
        impacts.forgotten.connect(self.impact_changed)

    def show_area(self, message: Message | None, now: datetime) -> None:
        """Show the area of an alert; a message without one, or None, removes the area that is shown."""
        alert = message.alert if message is not None else None
        if message is None or alert is None or not alert.rings:
            self.clear()
            return
        is_over = message.alert_end(now) is not None
        marker_class = MarkerClass.NO_DATA if is_over else _CLASS_OF_SEVERITY[alert.severity]
        if self._shown != (message.id, marker_class):
            self._shown = (message.id, marker_class)
            rings = tuple(np.array(ring, dtype=np.float64) for ring in alert.rings)
            self._canvas.show_alert_areas(rings, marker_class)

    def clear(self) -> None:
        """Remove the area from the map."""
        if self._shown is not None:
            self._shown = None
            self._canvas.show_alert_areas((), MarkerClass.NO_DATA)

    def look_at(self, message: Message) -> None:
        """Fit the area of an alert, or the position of a message, into the map."""
        if message.alert is not None and message.alert.rings:
            corners = np.concatenate([np.array(ring, dtype=np.float64) for ring in message.alert.rings])
            (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
            self._canvas.fit_bounds(float(west), float(south), float(east), float(north))
        elif message.position is not None:
            self._canvas.centre_on(message.position.lon_deg, message.position.lat_deg)
        self._canvas.setFocus()

    def impact_facts(self, message: Message, now: datetime) -> Facts:
        """Return the impact of an alert that is in force; nothing while it is computed."""
        area = alert_impact_area(message)
        if area is None or message.alert_end(now) is not None:
            return ()
        impact = self._impacts.impact(area)
        return impact_facts(impact, area) if impact is not None else ()
