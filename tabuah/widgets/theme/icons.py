"""Line icons (SVG, 20 × 20), tinted with a palette colour and sharp at every scale."""

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

INK = "#000000"  # colour of the strokes in the files


@lru_cache(maxsize=512)
def icon_image(name: str, colour: str, size_px: int, pixel_ratio: float = 1.0) -> QImage:
    """Return the icon `name` in one colour (#rrggbb) at `size_px` logical pixels."""
    source = files("tabuah.resources").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace(INK, colour).encode()))
    side = round(size_px * pixel_ratio)
    image = QImage(QSize(side, side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        renderer.render(painter, QRectF(0, 0, side, side))
    finally:
        painter.end()
    image.setDevicePixelRatio(pixel_ratio)
    return image


def icon(name: str, colour: str, size_px: int = 20) -> QIcon:
    """Return the icon `name` as a QIcon for actions and menus."""
    result = QIcon()
    for ratio in (1.0, 2.0):
        result.addPixmap(QPixmap.fromImage(icon_image(name, colour, size_px, ratio)))
    return result
