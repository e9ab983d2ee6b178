"""Latest-request worker and GIL-free painting."""

import threading

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from tabuah.widgets.map.basemap.vector_paths import path_of
from tabuah.widgets.map.rendering.gil_free_painting import draw_lines, draw_path, draw_polygon
from tabuah.widgets.map.rendering.latest_request_worker import LatestRequestWorker


def test_latest_request_wins_and_skips_older_ones(qtbot):
    begun, gate = [], threading.Event()

    def work(request, _peek):
        begun.append(request)
        gate.wait(5)
        return (request,)

    worker, done = LatestRequestWorker("test-newest", work), []
    worker.delivery.done.connect(done.append)
    worker.submit(1)
    qtbot.waitUntil(lambda: begun == [1])
    for request in (2, 3, 4):
        worker.submit(request)
    gate.set()
    qtbot.waitUntil(lambda: done == [1, 4])
    worker.close()
    assert begun == [1, 4]


def test_worker_sees_waiting_newer_request(qtbot):
    begun, go_on, seen = threading.Event(), threading.Event(), []

    def work(request, peek):
        if request == "old":
            begun.set()
            go_on.wait(5)
            seen.append(peek())
            return ()
        return (request,)

    worker, done = LatestRequestWorker("test-peek", work), []
    worker.delivery.done.connect(done.append)
    worker.submit("old")
    assert begun.wait(5)
    worker.submit("new")
    go_on.set()
    qtbot.waitUntil(lambda: done == ["new"])
    worker.close()
    assert seen == ["new"]


def test_worker_reports_failure_and_continues(qtbot, caplog):
    def work(request, _peek):
        return (10 / request,)

    worker, done, failed = LatestRequestWorker("test-failing", work), [], []
    worker.delivery.done.connect(done.append)
    worker.delivery.failed.connect(failed.append)
    worker.submit(0)
    qtbot.waitUntil(lambda: len(failed) == 1)
    worker.submit(5)
    qtbot.waitUntil(lambda: done == [2.0])
    worker.close()
    assert isinstance(failed[0], ZeroDivisionError)
    assert "test-failing" in caplog.text


def test_worker_close_joins_thread_and_restarts(qtbot):
    worker, done = LatestRequestWorker("test-joined", lambda request, _peek: (request,)), []
    worker.delivery.done.connect(done.append)
    worker.submit(1)
    qtbot.waitUntil(lambda: done == [1])
    worker.close()
    assert not any(thread.name == "test-joined" for thread in threading.enumerate())
    worker.submit(2)
    qtbot.waitUntil(lambda: done == [1, 2])
    worker.close()
    assert not worker.is_running


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
