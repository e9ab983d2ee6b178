"""Actions for a drawn shape: affected area of an incident, place of a report, or text to copy."""

import json
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from tabuah.console.window.incidents.edit_actions import EditActions
from tabuah.console.window.incidents.report_actions import ReportActions
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.incidents.drafts import edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited, Ring
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.scope import IncidentAction
from tabuah.resources.localisation import _
from tabuah.text.incidents.incident_text import no_incident_reason
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind
from tabuah.widgets.values import ActionState

_DIGITS = 7  # one centimetre
_MOST = 9_999  # corners of an area; an entry holds one more, the first one again


class DrawingActions(QObject):
    """Offers the actions for a drawn shape; Enter runs the first one."""

    def __init__(
        self, context: WindowContext, view: MapView, *, report_actions: ReportActions, edit_actions: EditActions
    ) -> None:
        super().__init__(view)
        self._context, self._plate, self._tools = context, view.plate, view.canvas.tools
        self._report_actions, self._edit_actions = report_actions, edit_actions
        self._verbs: dict[str, Callable[[Sketch], None]] = {
            "area": self._save_area,
            "no_area": lambda _sketch: self._remove_area(),
            "report": self._report_here,
            "relocate": self._relocate,
            "inside": self._tools.select_inside,
            "copy": self._copy,
        }
        self._tools.sketch_changed.connect(self._refresh)
        context.selection.incident_changed.connect(self._refresh)
        context.state.changed.connect(self._refresh)
        view.plate.offer_chosen.connect(self._on_offer_chosen)
        view.desk.copied.connect(self._on_copied)

    def begin_area(self) -> None:
        """Draw or change the affected area of the selected incident."""
        incident = self._context.incident
        if incident is None:
            return
        if incident.area is not None:
            self._tools.edit_sketch(SketchKind.POLYGON, incident.area)
            self._context.canvas.show_in_view(incident.area)
        elif self._tools.active.code != "draw_polygon":
            self._tools.activate("draw_polygon")
        self._context.canvas.setFocus()

    def _refresh(self, _changed: object = None) -> None:
        sketch = self._tools.sketch
        if sketch is not None:
            self._plate.show_offers(self._offers(sketch) if sketch.closed else ())

    def _offers(self, sketch: Sketch) -> tuple[ActionState, ...]:
        if sketch.figure is SketchKind.POLYGON:
            return self._offers_of_area(sketch)
        copy = ActionState(code="copy", label=_("Copy as GeoJSON"))
        return (*self._offers_of_point(), copy) if sketch.figure is SketchKind.POINT else (copy,)

    def _offers_of_area(self, sketch: Sketch) -> tuple[ActionState, ...]:
        incident = self._context.incident
        reason = self._forbidden("incident.edited")
        if len(sketch.vertices) > _MOST:
            reason = _("An area has at most {n} vertices.").format(n=_MOST)
        save = ActionState(code="area", label=_("Save the affected area"), key="↵", reason=reason)
        remove = ActionState(code="no_area", label=_("Remove the area"), reason=reason)
        has_area = incident is not None and incident.area is not None
        inside = ActionState(code="inside", label=_("Select what is inside"))
        return (save, *((remove,) if has_area else ()), inside, ActionState(code="copy", label=_("Copy as GeoJSON")))

    def _offers_of_point(self) -> tuple[ActionState, ...]:
        incident = self._context.incident
        role = self._context.state.snapshot.role
        forbidden = "" if may_write(role, "incident.reported") else describe_reason("role_forbids")
        report = ActionState(code="report", label=_("Report an incident here"), key="↵", reason=forbidden)
        if incident is None:
            return (report,)
        message = _("Move {number} here") if incident.place is not None else _("Place {number} here")
        move = ActionState(
            code="relocate", label=message.format(number=incident.number), reason=self._forbidden("incident.edited")
        )
        return (report, move)

    def _forbidden(self, kind: str) -> str:
        incident, scope = self._context.incident, self._context.state.snapshot.personal_scope
        if incident is None:
            return no_incident_reason()
        if not may_write(scope.role, kind):
            return describe_reason("role_forbids")
        return scope.refusal(incident, IncidentAction.PLACE)

    def _on_offer_chosen(self, code: str) -> None:
        sketch = self._tools.sketch
        if sketch is not None and sketch.closed:
            self._verbs[code](sketch)

    def _save_area(self, sketch: Sketch) -> None:
        incident = self._context.incident
        if incident is not None:
            message = _("The affected area of {number} is saved.").format(number=incident.number)
            self._write(incident, ring_of(sketch), message)

    def _remove_area(self) -> None:
        incident = self._context.incident
        if incident is not None:
            self._write(
                incident, None, _("The affected area of {number} was removed.").format(number=incident.number)
            )

    def _write(self, incident: Incident, area: Ring | None, message: str) -> None:
        before = incident.area

        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(message, undo=lambda: self._write_back(incident.id, before))

        self._context.save_draft(edit_incident(incident, IncidentEdited(area=area)), on_saved=on_saved)
        self._tools.drop_sketch()

    def _write_back(self, incident_id: str, area: Ring | None) -> None:
        """Undo: write the old area as a new entry."""
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is not None:
            message = _("{number} has its previous values again; both versions are in its history.").format(
                number=incident.number
            )
            draft = edit_incident(incident, IncidentEdited(area=area))
            self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))

    def _report_here(self, sketch: Sketch) -> None:
        lon_deg, lat_deg = sketch.positions_deg()[0]
        self._tools.drop_sketch()
        self._report_actions.begin_at(lon_deg, lat_deg)

    def _relocate(self, sketch: Sketch) -> None:
        incident = self._context.incident
        if incident is not None:
            lon_deg, lat_deg = sketch.positions_deg()[0]
            self._tools.drop_sketch()
            self._edit_actions.relocate(incident.id, lon_deg, lat_deg)

    def _copy(self, sketch: Sketch) -> None:
        QGuiApplication.clipboard().setText(geojson_of(sketch))
        self._context.notifier.done(_("The figure was copied as GeoJSON."))

    def _on_copied(self, text: str) -> None:
        self._context.notifier.done(_("{value} was copied to the clipboard.").format(value=text))


def ring_of(sketch: Sketch) -> Ring:
    """Return a polygon as an incident stores it.

    Degrees to a centimetre, closed, counter-clockwise as in GeoJSON.
    """
    ring = [(round(lon_deg, _DIGITS), round(lat_deg, _DIGITS)) for lon_deg, lat_deg in sketch.positions_deg()]
    twice = sum(x * other_y - other_x * y for (x, y), (other_x, other_y) in pairwise(ring))
    return tuple(ring if twice > 0 else reversed(ring))


def geojson_of(sketch: Sketch) -> str:
    """Return a drawn shape as a GeoJSON geometry (RFC 7946)."""
    if sketch.figure is SketchKind.POLYGON:
        return json.dumps({"type": "Polygon", "coordinates": [ring_of(sketch)]})
    places = [[round(lon, _DIGITS), round(lat, _DIGITS)] for lon, lat in sketch.positions_deg()]
    if sketch.figure is SketchKind.POINT:
        return json.dumps({"type": "Point", "coordinates": places[0]})
    return json.dumps({"type": "LineString", "coordinates": places})
