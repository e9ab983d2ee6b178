"""Marker selection: selected, hovered and focused markers, and their marks."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, QPointF, Signal

from tabuah.widgets.map.content import MarkerKind
from tabuah.widgets.map.decorations.hover_card import HoverCard
from tabuah.widgets.map.keyboard import IncidentTabOrder
from tabuah.widgets.map.overlay.hit_test import ClusterHit, Hit, cluster_card, hit_at, make_hit, marker_at
from tabuah.widgets.map.rendering.picture_worker import MapPicture
from tabuah.widgets.map.rendering.screen_painter import MapAnnotations
from tabuah.widgets.map.viewport import Viewport

_NOTHING: Final = ("", "")


class MarkerSelection(QObject):
    """Tracks markers by id while they move and change.

    Signals:
        selection_changed: kind and id that the user selected; two empty texts for none.
        hover_changed: kind and id under the cursor or keyboard focus; two empty texts for none.
    """

    selection_changed = Signal(str, str)
    hover_changed = Signal(str, str)

    def __init__(self, annotations: MapAnnotations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.selected: tuple[MarkerKind, str] | None = None
        self._annotations = annotations
        self._hovered: tuple[MarkerKind, str] | None = None
        self._focused: tuple[MarkerKind, str] | None = None
        self._walk = IncidentTabOrder()
        self._cluster: ClusterHit | None = None  # under the cursor
        self._numbers: dict[MarkerKind, tuple[Sequence[str], dict[str, int]]] = {}

    def mark_selected(self, kind: str, marker_id: str) -> None:
        """Mark a selection made elsewhere; empty texts for none."""
        self.selected = (MarkerKind(kind), marker_id) if marker_id else None

    def select(self, kind: str, marker_id: str) -> None:
        """Select a marker for the user; empty texts for none."""
        self.mark_selected(kind, marker_id)
        self.selection_changed.emit(*((kind, marker_id) if marker_id else _NOTHING))

    def select_at(self, picture: MapPicture | None, view: Viewport, at_px: QPointF) -> None:
        """Select the marker under a pixel."""
        hit = marker_at(picture, view, at_px.x(), at_px.y()) if picture else None
        self._focused = None
        self.select(*((hit.kind, hit.id) if hit else _NOTHING))

    def select_focused(self) -> bool:
        """Select the focused incident; return whether there is one."""
        if self._focused is None:
            return False
        self.select(*self._focused)
        return True

    def hover_at(self, picture: MapPicture | None, view: Viewport, at_px: QPointF | None) -> bool:
        """Set the marker under the cursor as hovered; return whether it changed."""
        found = hit_at(picture, view, at_px.x(), at_px.y()) if picture and at_px is not None else None
        before, self._cluster = self._cluster, found if isinstance(found, ClusterHit) else None
        changed = self._hover((found.kind, found.id) if isinstance(found, Hit) else None)
        return changed or before != self._cluster

    def walk(self, picture: MapPicture | None, view: Viewport, *, forward: bool) -> bool:
        """Focus the next visible incident; return whether there was one."""
        hit = self._walk.step(picture, view, forward=forward)
        self._focused = (hit.kind, hit.id) if hit else None
        self._hover(self._focused)
        return hit is not None

    def leave(self) -> bool:
        """Clear the keyboard focus; return whether an incident had it."""
        was_on_one, self._focused, self._walk.at = self._focused is not None, None, None
        if was_on_one:
            self._hover(None)
        return was_on_one

    def refresh(self, picture: MapPicture | None) -> None:
        """Move all marks to the current places of their markers."""
        selected, focused, hovered = (
            self._found(picture, wanted) for wanted in (self.selected, self._focused, self._hovered)
        )
        self._annotations.selected_m = (selected.x_m, selected.y_m) if selected else None
        self._annotations.selected_unit = _call_sign(picture, selected) if picture and selected else ""
        self._annotations.focused_m = (focused.x_m, focused.y_m) if focused else None
        self._annotations.hover = _card(picture, hovered) if picture and hovered else None
        if picture and self._cluster and self._annotations.hover is None:
            stands = picture.clusters.near(self._cluster.x_m, self._cluster.y_m, 0.0) is not None
            self._annotations.hover = cluster_card(self._cluster) if stands else None

    def place_of(self, picture: MapPicture | None, kind: str, marker_id: str) -> tuple[float, float] | None:
        """Return the place of a marker (EPSG:3857 metres); None if it is not on the map."""
        hit = self._found(picture, (MarkerKind(kind), marker_id))
        return (hit.x_m, hit.y_m) if hit else None

    def _found(self, picture: MapPicture | None, wanted: tuple[MarkerKind, str] | None) -> Hit | None:
        if picture is None or wanted is None:
            return None
        kind, marker_id = wanted
        ids = picture.frame.content.markers(kind).ids
        if kind not in self._numbers or self._numbers[kind][0] is not ids:
            self._numbers[kind] = (ids, {each: number for number, each in enumerate(ids)})
        index = self._numbers[kind][1].get(marker_id)
        return None if index is None else make_hit(picture, kind, index)

    def _hover(self, wanted: tuple[MarkerKind, str] | None) -> bool:
        if wanted == self._hovered:
            return False
        self._hovered = wanted
        self.hover_changed.emit(*(wanted or _NOTHING))
        return True


def _call_sign(picture: MapPicture, hit: Hit) -> str:
    return picture.frame.content.units.details(hit.index)[0] if hit.kind is MarkerKind.UNIT else ""


def _card(picture: MapPicture, hit: Hit) -> HoverCard:
    title, value, age = picture.frame.content.markers(hit.kind).details(hit.index)
    return HoverCard(title, value, age, hit.x_m, hit.y_m)
