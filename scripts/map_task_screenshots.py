"""Screenshots of map tasks for docs/screenshots: a printed sheet, and a file import."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from picture_compression import save_small
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from tabuah.console.demo.accounts import EXERCISE_ID
from tabuah.console.map.map_picture import map_content
from tabuah.console.map.printed_map import MapPrintOptions, make_map_sheet, mercator_bounds
from tabuah.console.window.shared.map_imports import MapImports
from tabuah.console.window.shell.application import ConsoleWindow
from tabuah.console.window.shell.screenshot import picture_of
from tabuah.operations.exercises.scope import exercise_scope
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.map.print.map_sheet import Grid
from tabuah.widgets.map.print.print_formats import PrintFormat, print_map

FIELDS: Final = 60_000  # polygons: enough to show the import in progress
IMPORT_PX: Final = QSize(1440, 810)
_VALLEY: Final = (100.50, -1.05, 100.82, -0.74)
_SHEET_PX: Final = 1_755  # width of the A4 sheet in the screenshot: half of 300 dpi
_SIDE_DEG: Final = 0.0008


def take_print(data: Path, file: Path) -> None:
    """Render the sheet of `tabuah map print` at half its resolution."""
    maps = load_maps(data)
    store = ConsoleStore(data)
    try:
        content = map_content(store, maps, theme="light", scope=exercise_scope(EXERCISE_ID))
        author, now = store.actor, store.now()
    finally:
        store.close()
    wish = MapPrintOptions(
        title="Peta situasi hujan lebat",
        subtitle="Latihan badai",
        bounds_m=mercator_bounds(_VALLEY),
        scale=200_000,
        grid=Grid.BOTH,
    )
    printed = print_map(make_map_sheet(wish, content, directory=data, author=author, now=now), PrintFormat.PNG)
    smooth = Qt.TransformationMode.SmoothTransformation
    save_small(QImage.fromData(printed).scaledToWidth(_SHEET_PX, smooth), file)


def take_import(
    console: ConsoleWindow, folder: Path, file: Path, wait_until: Callable[[Callable[[], bool]], None]
) -> None:
    """Import a large file, take the screenshot, and cancel the import."""
    source = folder / "bidang_sawah.geojson"
    source.write_text(json.dumps(_fields()), encoding="utf-8")
    imports = console.services.imports
    imports.begin([source])
    card = console.shell.parts.map.imports
    wait_until(lambda: card.isVisible() and _is_saving(imports))
    save_small(picture_of(console.shell, IMPORT_PX), file)
    imports.cancel()


def _is_saving(imports: MapImports) -> bool:
    """Return whether objects are being counted."""
    progress = imports.job.progress if imports.job is not None else None
    return progress is not None and progress.done > 0


def _fields() -> dict[str, object]:
    """Return small squares in rows, like surveyed rice fields of the valley."""
    rows = range(FIELDS)
    return {"type": "FeatureCollection", "features": [_field(n) for n in rows]}


def _field(number: int) -> dict[str, object]:
    west, south = 100.5 + (number % 300) * 0.001, -1.1 + (number // 300) * 0.001
    east, north = west + _SIDE_DEG, south + _SIDE_DEG
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"nomor": number},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
