"""The picture of the map as a worker's task: base and markers on it, the visible part first when all is new."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from tabuah.widgets.map.base_picture import BasePicture, BaseScene, pixels_of
from tabuah.widgets.map.clusters import Clusters
from tabuah.widgets.map.frames import Frame, FrameBuffers, same_scale
from tabuah.widgets.map.layer_notes import LayerNote
from tabuah.widgets.map.markers import MarkerKind
from tabuah.widgets.map.newest_worker import Peek
from tabuah.widgets.map.overlay_painter import OverlayPainter
from tabuah.widgets.map.placed_markers import PlacedMarkers
from tabuah.widgets.map.viewport import OVERSCAN

_PATIENCE: Final = 2  # how many pictures in a row may be given up, so that a long zoom still shows something
_LIKELY_ZOOMS: Final = (2.0, 0.5, 4.0)  # for which shapes are made ready while there is nothing to paint
_SLOW_S: Final = 0.15  # a base that takes longer is awaited with the markers sharp on the old one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapPicture:
    """A picture for `scene`, where its markers and clusters are, and whether it is all that was asked for."""

    scene: BaseScene
    frame: Frame
    placed: dict[MarkerKind, PlacedMarkers]
    clusters: Clusters
    is_final: bool
    is_crisp: bool  # False for the old base scaled
    notes: dict[str, LayerNote] = field(default_factory=dict)  # how the layers fared that may go missing


class PictureRenderer:
    """Draws pictures in one thread; the shown buffer comes back through `buffers.give_back`."""

    def __init__(self) -> None:
        self.buffers = FrameBuffers(QImage.Format.Format_RGB32)
        self._base = BasePicture()
        self._overlay = OverlayPainter()
        self._given_up = 0
        self._took_s = 0.0

    def close(self) -> None:
        """Let go of files, in the thread that rendered."""
        self._base.close()

    def render(self, scene: BaseScene, peek: Peek) -> Iterator[MapPicture]:
        """The picture of `scene`, once or in steps; nothing more when a newer request makes it useless."""
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
        """Paint what is seen first; False when the newest request wants another scale."""

        def overtaken() -> bool:
            newer: BaseScene | None = peek()
            return newer is not None and not same_scale(newer.view, scene.view)

        may_stop, began_s = self._given_up < _PATIENCE, perf_counter()
        if self._base.paint(visible, given_up=overtaken if may_stop else lambda: False):
            self._given_up, self._took_s = 0, perf_counter() - began_s
            return True
        self._given_up += 1
        return False

    def _shares_scale(self, scene: BaseScene) -> bool:
        shown = self._base.scene
        return shown is None or same_scale(shown.view, scene.view)

    def _composed(self, scene: BaseScene, *, is_final: bool) -> MapPicture:
        """The painted part of the base with the markers on it."""
        image, part = self.buffers.take(*scene.size), self._base.painted
        rows, columns = slice(part.top(), part.bottom() + 1), slice(part.left(), part.right() + 1)
        np.copyto(pixels_of(image)[rows, columns], pixels_of(self._base.image)[rows, columns])
        return self._finished(image, scene, filled=part, is_final=is_final, is_crisp=True)

    def _draft(self, scene: BaseScene) -> MapPicture:
        """The old base scaled, with the markers sharp on it."""
        old, image = self._base, self.buffers.take(*scene.size)
        assert old.scene is not None
        known = Frame(
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
        frame = Frame(image=image, content=content, view=view, pixel_ratio=ratio, filled=QRect(filled))
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
    """What is seen while the view rests in the middle of its overscan, device pixels."""
    width, height = scene.size
    across, down = round(width * (1 - 1 / OVERSCAN) / 2), round(height * (1 - 1 / OVERSCAN) / 2)
    return QRect(across, down, width - 2 * across, height - 2 * down)
