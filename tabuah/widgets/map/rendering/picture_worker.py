"""Picture worker: paints base map and markers in a worker thread, the visible part first."""

from collections.abc import Iterator
from time import perf_counter
from typing import Final

import msgspec
import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from tabuah.widgets.map.base_map.base_picture import BasePicture, BaseScene, pixels_of
from tabuah.widgets.map.content import MarkerKind
from tabuah.widgets.map.layers.layer_notes import LayerNote
from tabuah.widgets.map.overlay.clusters import Clusters
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers
from tabuah.widgets.map.rendering.frame_buffers import FrameBuffers, RenderedFrame, has_same_scale
from tabuah.widgets.map.rendering.latest_request_worker import Peek
from tabuah.widgets.map.viewport import OVERSCAN

_PATIENCE: Final = 2  # pictures in a row that may be given up, so that a long zoom still shows progress
_LIKELY_ZOOMS: Final = (2.0, 0.5, 4.0)  # zoom factors for which shapes are prepared while idle
_SLOW_S: Final = 0.15  # if the base map takes longer, markers are shown sharp on the old base meanwhile


class MapPicture(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A picture of `scene` with the places of its markers and clusters; `is_final` if it is complete."""

    scene: BaseScene
    frame: RenderedFrame
    placed: dict[MarkerKind, PlacedMarkers]
    clusters: Clusters
    is_final: bool
    is_crisp: bool  # False if the old base is scaled
    notes: dict[str, LayerNote] = msgspec.field(default_factory=dict)  # status of layers that may be missing


class PictureRenderer:
    """Paints pictures in one thread. The shown buffer comes back through `buffers.give_back`."""

    def __init__(self) -> None:
        self.buffers = FrameBuffers(QImage.Format.Format_RGB32)
        self._base = BasePicture()
        self._overlay = OverlayPainter()
        self._given_up = 0
        self._took_s = 0.0

    def close(self) -> None:
        """Close files in the thread that rendered."""
        self._base.close()

    def render(self, scene: BaseScene, peek: Peek) -> Iterator[MapPicture]:
        """Yield pictures of `scene`, in one or more steps; stop if a newer request makes it useless."""
        visible = _visible_part(scene)
        if self._took_s > _SLOW_S and not self._shares_scale(scene):
            yield self._draft(scene)
        self._base.show(scene)
        if not self._base.painted.contains(visible):
            if not self._paint_visible(scene, visible, peek):
                return
            yield self._composed(scene, is_final=False)
            if peek() is not None:
                return
        if not self._base.paint(self._base.image.rect(), given_up=lambda: peek() is not None):
            return
        yield self._composed(scene, is_final=True)
        for factor in _LIKELY_ZOOMS:
            if not self._base.prepare(factor, given_up=lambda: peek() is not None):
                return

    def _paint_visible(self, scene: BaseScene, visible: QRect, peek: Peek) -> bool:
        """Paint the visible part first; False if the newest request has another scale."""

        def overtaken() -> bool:
            newer: BaseScene | None = peek()
            return newer is not None and not has_same_scale(newer.view, scene.view)

        may_stop, began_s = self._given_up < _PATIENCE, perf_counter()
        if self._base.paint(visible, given_up=overtaken if may_stop else lambda: False):
            self._given_up, self._took_s = 0, perf_counter() - began_s
            return True
        self._given_up += 1
        return False

    def _shares_scale(self, scene: BaseScene) -> bool:
        shown = self._base.scene
        return shown is None or has_same_scale(shown.view, scene.view)

    def _composed(self, scene: BaseScene, *, is_final: bool) -> MapPicture:
        """Return the painted part of the base with the markers on it."""
        image, part = self.buffers.take(*scene.size), self._base.painted
        rows, columns = slice(part.top(), part.bottom() + 1), slice(part.left(), part.right() + 1)
        np.copyto(pixels_of(image)[rows, columns], pixels_of(self._base.image)[rows, columns])
        return self._finished(image, scene, filled=part, is_final=is_final, is_crisp=True)

    def _draft(self, scene: BaseScene) -> MapPicture:
        """Return the old base scaled, with sharp markers on it."""
        old, image = self._base, self.buffers.take(*scene.size)
        assert old.scene is not None
        known = RenderedFrame(
            image=old.image,
            content=old.scene.content,
            view=old.scene.view,
            pixel_ratio=old.scene.pixel_ratio,
            filled=old.painted,
        )
        painter = QPainter(image)
        try:
            painter.fillRect(image.rect(), QColor(scene.content.palette.outside))
            painter.scale(scene.pixel_ratio, scene.pixel_ratio)
            target, source = known.part_in(scene.view)
            painter.drawImage(target, old.image, source)
        finally:
            painter.end()
        return self._finished(image, scene, filled=image.rect(), is_final=False, is_crisp=False)

    def _finished(
        self, image: QImage, scene: BaseScene, *, filled: QRect, is_final: bool, is_crisp: bool
    ) -> MapPicture:
        content, view, ratio = scene.content, scene.view, scene.pixel_ratio
        self._overlay.paint(image, content, view=view, pixel_ratio=ratio)
        for placed in self._overlay.placed.values():
            placed.index_points()
        frame = RenderedFrame(image=image, content=content, view=view, pixel_ratio=ratio, filled=QRect(filled))
        return MapPicture(
            scene=scene,
            frame=frame,
            placed=dict(self._overlay.placed),
            clusters=self._overlay.clusters,
            is_final=is_final,
            is_crisp=is_crisp,
            notes=self._base.notes,
        )


def _visible_part(scene: BaseScene) -> QRect:
    """Return the visible part (device pixels) while the view is in the middle of its overscan."""
    width, height = scene.size
    across, down = round(width * (1 - 1 / OVERSCAN) / 2), round(height * (1 - 1 / OVERSCAN) / 2)
    return QRect(across, down, width - 2 * across, height - 2 * down)
