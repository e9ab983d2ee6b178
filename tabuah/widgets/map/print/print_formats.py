"""Print formats: a sheet as PDF or SVG (vector) or PNG (300 dpi) bytes."""

from enum import StrEnum

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QSize, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from tabuah.widgets.map.print.map_sheet import PRINT_RATIO, PX_PER_MM, MapSheet
from tabuah.widgets.map.print.sheet_painter import paint_sheet

_DPI = round(PX_PER_MM * 25.4 * PRINT_RATIO)


class PrintFormat(StrEnum):
    """File format of a printed map; the value is the file extension."""

    PDF = "pdf"
    SVG = "svg"
    PNG = "png"


def print_map(sheet: MapSheet, form: PrintFormat) -> bytes:
    """Return the file of a sheet.

    A QGuiApplication must exist. Any thread may call it after `warm_up` was called.
    """
    match form:
        case PrintFormat.PDF:
            return _pdf(sheet)
        case PrintFormat.SVG:
            return _svg(sheet)
        case PrintFormat.PNG:
            return _png(sheet)


def sheet_picture(sheet: MapSheet, *, ratio: float = PRINT_RATIO) -> QImage:
    """Return a picture of the sheet, `ratio` device pixels to 0.01 inch."""
    width, height = sheet.size_px
    picture = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
    dots_per_metre = round(PX_PER_MM * 1000 * ratio)
    picture.setDotsPerMeterX(dots_per_metre)
    picture.setDotsPerMeterY(dots_per_metre)
    painter = QPainter(picture)
    try:
        paint_sheet(painter, sheet, ratio=ratio)
    finally:
        painter.end()
    return picture


def _png(sheet: MapSheet) -> bytes:
    buffer = _buffer()
    sheet_picture(sheet).save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, the method text
    return bytes(buffer.data().data())


def _pdf(sheet: MapSheet) -> bytes:
    buffer = _buffer()
    writer = QPdfWriter(buffer)
    long_mm, short_mm = sheet.paper.size_mm
    size = QPageSize(QSizeF(short_mm, long_mm), QPageSize.Unit.Millimeter)
    turned = QPageLayout.Orientation.Landscape if sheet.landscape else QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(size, turned, QMarginsF(0, 0, 0, 0)))
    writer.setResolution(_DPI)
    writer.setTitle(sheet.title)
    writer.setCreator("Tabuah")
    if sheet.author:
        writer.setAuthor(sheet.author)
    painter = QPainter(writer)
    try:
        paint_sheet(painter, sheet, ratio=PRINT_RATIO)
    finally:
        painter.end()
    return bytes(buffer.data().data())


def _svg(sheet: MapSheet) -> bytes:
    from PySide6.QtSvg import QSvgGenerator  # noqa: PLC0415 - a library of its own that few need

    buffer, (width, height) = _buffer(), sheet.size_px
    size = QSize(round(width * PRINT_RATIO), round(height * PRINT_RATIO))
    writer = QSvgGenerator()
    writer.setOutputDevice(buffer)
    writer.setResolution(_DPI)
    writer.setSize(size)
    writer.setViewBox(QRect(0, 0, size.width(), size.height()))
    writer.setTitle(sheet.title)
    painter = QPainter(writer)
    try:
        paint_sheet(painter, sheet, ratio=PRINT_RATIO)
    finally:
        painter.end()
    return bytes(buffer.data().data())


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
