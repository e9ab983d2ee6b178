"""The wall view: sizes of its type, what it says, and how it is left."""

from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from pytestqt.qtbot import QtBot

from tabuah.widgets.shell.wall_values import WallContent, WallLine, WallSection
from tabuah.widgets.shell.wall_view import LEAST_PX, WallPart, WallView
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

LINE = WallLine(level=Level.CRITICAL, word="Kritis", text="TMA " + "panjang " * 40, note="3,42 m")
CONTENT = WallContent(
    time="14.30.05 WIB",
    day="Selasa, 24 November 2026",
    office="Pusdalops",
    world="LATIHAN Galodo",
    sync="Tersinkron",
    notice="Peta per 14.02",
    sections=(
        WallSection(title="Alarm", lines=(LINE,) * 3, more="2 lagi"),
        WallSection(title="Insiden", lines=(WallLine(level=Level.HIGH, word="4", text="Berat"),) * 4),
        WallSection(title="Regu", empty="Belum ada regu"),
    ),
)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (3840, 2160)])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_wall_type_is_large_and_follows_the_height(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, theme: str, width: int, height: int
):
    sizes: list[float] = []
    paint = WallPart.text

    def noted(self: WallPart, *arguments: object, size_px: float, **named: object) -> float:
        sizes.append(size_px * self._scale)
        return paint(self, *arguments, size_px=size_px, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(WallPart, "text", noted)
    view = WallView(Appearance(theme))
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show_content(CONTENT)
    for part in (view.head, view.sections):
        part.grab()
    assert min(sizes) >= LEAST_PX * height / 1080
    view.canvas.close_workers()


def test_wall_is_read_aloud(qtbot: QtBot):
    view = WallView(Appearance())
    qtbot.addWidget(view)
    view.show_content(CONTENT)
    spoken = view.sections.accessibleDescription()
    assert "Insiden. 4 Berat" in spoken
    assert "Regu. Belum ada regu" in spoken
    view.canvas.close_workers()


@pytest.mark.parametrize(
    ("key", "leaves"), [(Qt.Key.Key_Escape, True), (Qt.Key.Key_F11, True), (Qt.Key.Key_N, False)]
)
def test_wall_is_left_by_two_keys_only(qtbot: QtBot, key: Qt.Key, leaves: bool):
    view = WallView(Appearance())
    qtbot.addWidget(view)
    view.show()
    closed: list[bool] = []
    view.closed.connect(lambda: closed.append(True))
    qtbot.keyClick(view, key)
    assert bool(closed) is leaves
    view.close()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768)])
def test_wall_has_room_for_the_fullest_sections(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int, height: int
):
    line, ends = WallLine(level=Level.HIGH, word="12 mnt", text="Tiba di lokasi"), []
    paint = WallPart.text

    def noted(self: WallPart, painter: object, area: QRectF, text: str, **named: Any) -> float:
        ends.append(area.y() + named["size_px"] * self._scale * 1.3)
        return paint(self, painter, area, text, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(WallPart, "text", noted)
    view = WallView(Appearance())
    qtbot.addWidget(view)
    view.resize(width, height)
    sections = (
        WallSection(title="Alarm", lines=(LINE,) * 2),
        WallSection(title="Insiden", lines=(line,) * 4),
        WallSection(title="5 batas waktu lewat", lines=(line,) * 2, more="3 lagi"),
        WallSection(title="Regu", lines=(line,) * 4),
    )
    view.show_content(WallContent(sections=sections))
    view.sections.grab()
    assert max(ends) <= view.sections.height()
    view.canvas.close_workers()
