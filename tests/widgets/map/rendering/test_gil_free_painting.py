"""GIL-free painting: the same pictures as Qt's own calls, a self-test, and the plain calls if it fails."""

import logging
from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from tabuah.widgets.map.base_map.vector_paths import path_of
from tabuah.widgets.map.rendering import gil_free_painting
from tabuah.widgets.map.rendering.gil_free_painting import draw_lines, draw_path, draw_polygon, releases_gil


@pytest.fixture
def fresh_self_test() -> Iterator[None]:
    gil_free_painting._native.cache_clear()
    yield
    gil_free_painting._native.cache_clear()


def test_path_drawn_without_gil_is_identical(qtbot):
    points = np.array([(2, 2), (30, 5), (17, 28), (2, 2)], float)
    path = path_of(points, np.array([0]))

    def picture(draw) -> QImage:
        image = QImage(32, 32, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.setBrush(QColor("#ff8800"))
        draw(painter)
        painter.end()
        return image

    drawn = picture(lambda painter: draw_path(painter, path))
    assert drawn == picture(lambda painter: painter.drawPath(path))
    assert drawn.pixelColor(17, 12) == QColor("#ff8800")


def test_array_polygons_and_lines_match_qt_objects(qtbot):
    points = np.array([(2, 2), (30, 5), (17, 28), (2, 2)], float)

    def picture(draw) -> QImage:
        image = QImage(32, 32, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.setPen(QColor("#ffffff"))
        painter.setBrush(QColor("#ff8800"))
        draw(painter)
        painter.end()
        return image

    corners = [QPointF(*point) for point in points]
    polygon = picture(lambda painter: draw_polygon(painter, points))
    assert polygon == picture(lambda painter: painter.drawPolygon(corners))
    assert polygon.pixelColor(17, 12) == QColor("#ff8800")
    lines = picture(lambda painter: draw_lines(painter, np.hstack((points[:-1], points[1:]))))
    assert lines == picture(lambda painter: painter.drawPolyline(corners))
    assert lines.pixelColor(17, 12) == QColor("#000000")


def test_self_test_passes_on_this_machine(fresh_self_test: None) -> None:
    assert releases_gil()


def test_failed_self_test_uses_plain_calls(
    qtbot, fresh_self_test: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    native = gil_free_painting._load_native()
    assert native is not None
    wrong = replace(native, draw_polygon=lambda *_arguments: None)
    monkeypatch.setattr(gil_free_painting, "_load_native", lambda: wrong)
    with caplog.at_level(logging.ERROR):
        assert not releases_gil()
    assert "self-test" in caplog.text
    test_path_drawn_without_gil_is_identical(qtbot)
    test_array_polygons_and_lines_match_qt_objects(qtbot)


def test_missing_library_uses_plain_calls(
    qtbot, fresh_self_test: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gil_free_painting, "_candidates", list)
    assert not releases_gil()
    assert "not found" in caplog.text
    test_path_drawn_without_gil_is_identical(qtbot)
    test_array_polygons_and_lines_match_qt_objects(qtbot)
