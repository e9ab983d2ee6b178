"""What becomes of a figure drawn on the map: an incident's affected area, a place for a report, or text to copy."""

import json
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from tabuah.console.window.workflows.editing import Editing
from tabuah.console.window.workflows.reporting import Reporting
from tabuah.console.window.workplace import Saved, Workplace
from tabuah.operations.authority.roles import may_write
from tabuah.operations.incidents.bodies import IncidentEdited, Ring
from tabuah.operations.incidents.gestures import edit_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.reasons import reason_words
from tabuah.resources.catalogue import _
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.tools.sketch import Figure, Sketch
from tabuah.widgets.values import ActionState

_DIGITS = 7  # a centimetre
_MOST = 9_999  # vertices of an area; an entry holds one more, the first one again


class Sketching(QObject):
    """Offers on the plate what can be done with the figure, the first of it by Enter."""

    def __init__(self, place: Workplace, view: MapView, *, reporting: Reporting, editing: Editing) -> None:
        super().__init__(view)
        self._at, self._plate, self._tools = place, view.plate, view.canvas.tools
        self._reporting, self._editing = reporting, editing
        self._verbs: dict[str, Callable[[Sketch], None]] = {
            "area": self._save_area,
            "no_area": lambda _sketch: self._remove_area(),
            "report": self._report_here,
            "relocate": self._relocate,
            "inside": self._tools.select_inside,
            "copy": self._copy,
        }
        self._tools.sketch_changed.connect(self._refresh)
        place.selection.incident_changed.connect(self._refresh)
        place.room.changed.connect(self._refresh)
        view.plate.offer_chosen.connect(self._on_offer_chosen)
        view.desk.copied.connect(self._on_copied)

    def begin_area(self) -> None:
        """Draw the affected area of the incident that is looked at, or change the one it has."""
        incident = self._at.incident
        if incident is None:
            return
        if incident.area is not None:
            self._tools.draw_on(Figure.POLYGON, incident.area)
            self._at.canvas.show_in_view(incident.area)
        elif self._tools.active.code != "draw_polygon":
            self._tools.take("draw_polygon")
        self._at.canvas.setFocus()

    def _refresh(self, _changed: object = None) -> None:
        sketch = self._tools.sketch
        if sketch is not None:
            self._plate.show_offers(self._offers(sketch) if sketch.closed else ())

    def _offers(self, sketch: Sketch) -> tuple[ActionState, ...]:
        if sketch.figure is Figure.POLYGON:
            return self._offers_of_area(sketch)
        copy = ActionState(code="copy", label=_("Copy as GeoJSON"))
        return (*self._offers_of_point(), copy) if sketch.figure is Figure.POINT else (copy,)

    def _offers_of_area(self, sketch: Sketch) -> tuple[ActionState, ...]:
        incident = self._at.incident
        reason = self._forbidden("incident.edited")
        if len(sketch.vertices) > _MOST:
            reason = _("An area has at most {n} vertices.").format(n=_MOST)
        save = ActionState(code="area", label=_("Save the affected area"), key="↵", reason=reason)
        remove = ActionState(code="no_area", label=_("Remove the area"), reason=reason)
        has_area = incident is not None and incident.area is not None
        inside = ActionState(code="inside", label=_("Select what is inside"))
        return (save, *((remove,) if has_area else ()), inside, ActionState(code="copy", label=_("Copy as GeoJSON")))

    def _offers_of_point(self) -> tuple[ActionState, ...]:
        incident = self._at.incident
        role = self._at.room.snapshot.role
        forbidden = "" if may_write(role, "incident.reported") else reason_words("role_forbids")
        report = ActionState(code="report", label=_("Report an incident here"), key="↵", reason=forbidden)
        if incident is None:
            return (report,)
        told = _("Move {number} here") if incident.place is not None else _("Place {number} here")
        move = ActionState(
            code="relocate", label=told.format(number=incident.number), reason=self._forbidden("incident.edited")
        )
        return (report, move)

    def _forbidden(self, kind: str) -> str:
        if self._at.incident is None:
            return _("Choose an incident first.")
        return "" if may_write(self._at.room.snapshot.role, kind) else reason_words("role_forbids")

    def _on_offer_chosen(self, code: str) -> None:
        sketch = self._tools.sketch
        if sketch is not None and sketch.closed:
            self._verbs[code](sketch)

    def _save_area(self, sketch: Sketch) -> None:
        incident = self._at.incident
        if incident is not None:
            told = _("The affected area of {number} is saved.").format(number=incident.number)
            self._write(incident, ring_of(sketch), told)

    def _remove_area(self) -> None:
        incident = self._at.incident
        if incident is not None:
            self._write(incident, None, _("{number} has no affected area any more.").format(number=incident.number))

    def _write(self, incident: Incident, area: Ring | None, told: str) -> None:
        before = incident.area

        def on_saved(_saved: Saved) -> None:
            self._at.teller.done(told, undo=lambda: self._write_back(incident.id, before))

        self._at.save_draft(edit_incident(incident, IncidentEdited(area=area)), on_saved=on_saved)
        self._tools.drop_sketch()

    def _write_back(self, incident_id: str, area: Ring | None) -> None:
        """Undo: the old area as a new entry."""
        incident = self._at.room.snapshot.incidents.get(incident_id)
        if incident is not None:
            told = _("{number} is as it was before; both stand in its history.").format(number=incident.number)
            draft = edit_incident(incident, IncidentEdited(area=area))
            self._at.save_draft(draft, on_saved=lambda _saved: self._at.teller.done(told))

    def _report_here(self, sketch: Sketch) -> None:
        lon_deg, lat_deg = sketch.positions_deg()[0]
        self._tools.drop_sketch()
        self._reporting.begin_at(lon_deg, lat_deg)

    def _relocate(self, sketch: Sketch) -> None:
        incident = self._at.incident
        if incident is not None:
            lon_deg, lat_deg = sketch.positions_deg()[0]
            self._tools.drop_sketch()
            self._editing.relocate(incident.id, lon_deg, lat_deg)

    def _copy(self, sketch: Sketch) -> None:
        QGuiApplication.clipboard().setText(geojson_of(sketch))
        self._at.teller.done(_("The figure is in the clipboard, as GeoJSON."))

    def _on_copied(self, text: str) -> None:
        self._at.teller.done(_("{value} is in the clipboard.").format(value=text))


def ring_of(sketch: Sketch) -> Ring:
    """A polygon as an incident keeps it: degrees to a centimetre, closed, counter-clockwise as in GeoJSON."""
    ring = [(round(lon_deg, _DIGITS), round(lat_deg, _DIGITS)) for lon_deg, lat_deg in sketch.positions_deg()]
    twice = sum(x * other_y - other_x * y for (x, y), (other_x, other_y) in pairwise(ring))
    return tuple(ring if twice > 0 else reversed(ring))


def geojson_of(sketch: Sketch) -> str:
    """A figure as a GeoJSON geometry (RFC 7946)."""
    if sketch.figure is Figure.POLYGON:
        return json.dumps({"type": "Polygon", "coordinates": [ring_of(sketch)]})
    places = [[round(lon, _DIGITS), round(lat, _DIGITS)] for lon, lat in sketch.positions_deg()]
    if sketch.figure is Figure.POINT:
        return json.dumps({"type": "Point", "coordinates": places[0]})
    return json.dumps({"type": "LineString", "coordinates": places})
