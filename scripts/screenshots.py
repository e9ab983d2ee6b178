"""Makes the pictures of docs/screenshots again: the window in a storm, its layers, tools and past, and maps.

Run it as `make screenshots`; it needs no display. A real server, simulated sensors and a field office fill the room.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TABUAH_KEYRING"] = "file"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from map_pictures import take_maps
from map_work_pictures import take_import, take_print
from PySide6.QtCore import QEventLoop, QSize, QTimer
from small_pictures import save_small
from storm_room import storm_room

from tabuah.console.window.application import Console, qt_application
from tabuah.console.window.screenshot import picture_of
from tabuah.operations.codes import Hazard
from tabuah.resources.catalogue import LANGUAGES
from tabuah.widgets.map.tools.sketch import Figure

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
_SETTLE_MS: Final = 4_000
_PATIENCE_MS: Final = 30_000
_AREA: Final = ((100.625, -0.79), (100.665, -0.80), (100.68, -0.85), (100.645, -0.875), (100.615, -0.83))
_VIEW: Final = (100.65, -0.815, 24.0)
_STORM_VIEW: Final = (100.672, -0.872, 42.0)
_STORM_PICTURES: Final = {("dark", "id"), ("light", "en")}
_AGO: Final = timedelta(seconds=20)

Scene = Callable[[Console], Callable[[], None]]  # gives what puts the window back


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
@click.option("--size", default="1920x1080", show_default=True, help="Width and height in logical px.")
@click.option("--text", type=click.FloatRange(1.0, 1.5), default=1.0, show_default=True, help="Size of all text.")
@click.option("--scenes/--no-scenes", default=True, show_default=True, help="Also layers, tools, past and map.")
def main(folder: Path, size: str, text: float, scenes: bool) -> None:
    """Take the pictures."""
    width, _x, height = size.partition("x")
    wanted = QSize(int(width), int(height))
    with tempfile.TemporaryDirectory() as data, storm_room(Path(data)) as room:
        console = Console(room.console, qt_application())
        try:
            console.shell.resize(wanted)
            console.show()
            console.appearance.show_text_scale(text)
            rest(_SETTLE_MS)
            take_all(console, folder, wanted)
            if scenes:
                take_scenes(console, folder, wanted)
                take_import(console, Path(data), folder / "import-dark-id.png", wait_until)
        finally:
            console.close()
        if scenes:
            take_print(room.console, folder / "print-id.png")
    for file in take_maps(folder) if scenes else ():
        click.echo(file)


def take_all(console: Console, folder: Path, size: QSize) -> None:
    """Both themes in both languages."""
    incidents = console.services.room.snapshot.incidents.values()
    shown = next(incident for incident in incidents if incident.hazard is Hazard.FLASH_FLOOD)
    for language in LANGUAGES:
        console.shell.selection.choose_incident(shown.id)
        for theme in ("dark", "light"):
            console.appearance.show_theme(theme)
            rest(1_000)
            take(console, folder / f"{theme}-{language}.png", size)
            if (theme, language) in _STORM_PICTURES:
                take_scene(console, show_storm, folder / f"storm-{theme}-{language}.png", size)
        console.change_language()
        console.shell.resize(size)
        rest(2_000)


def take_scenes(console: Console, folder: Path, size: QSize) -> None:
    """What the map can do, dark and in Indonesian; each leaves the window as it was."""
    console.appearance.show_theme("dark")
    for name, scene in {"layers-dark-id": show_layers, "map-tools": show_tools, "replay-dark-id": show_past}.items():
        take_scene(console, scene, folder / f"{name}.png", size)


def take_scene(console: Console, scene: Scene, file: Path, size: QSize) -> None:
    """One picture of something that the window is made to show for it."""
    put_back = scene(console)
    take(console, file, size)
    put_back()
    rest(1_000)


def show_storm(console: Console) -> Callable[[], None]:
    """The valley in the storm: the rain of the last hour, the units on their way, the river with its forecast."""
    canvas = console.shell.parts.map.canvas
    canvas.show_view(*_STORM_VIEW)
    canvas.set_layer_visible("rain_1h", visible=True)
    wait_until(lambda: bool(canvas.content.surfaces))
    rest(1_500)

    def put_back() -> None:
        canvas.set_layer_visible("rain_1h", visible=False)
        canvas.fit_regency()

    return put_back


def show_layers(console: Console) -> Callable[[], None]:
    """The panel of layers, with the rain of the last hour on the map."""
    canvas = console.shell.parts.map.canvas
    console.shell.doing.toggle_panel("layers")
    canvas.set_layer_visible("rain_1h", visible=True)
    wait_until(lambda: bool(canvas.content.surfaces))

    def put_back() -> None:
        canvas.set_layer_visible("rain_1h", visible=False)
        console.shell.doing.toggle_panel("layers")

    return put_back


def show_tools(console: Console) -> Callable[[], None]:
    """An affected area that is drawn."""
    canvas = console.shell.parts.map.canvas
    canvas.show_view(*_VIEW)
    canvas.tools.draw_on(Figure.POLYGON, _AREA)
    rest(1_000)

    def put_back() -> None:
        canvas.tools.drop_sketch()
        canvas.fit_regency()

    return put_back


def show_past(console: Console) -> Callable[[], None]:
    """The past hour on the map, some seconds ago."""
    replaying = console.shell.doing.replaying
    replaying.show_span("1")
    wait_until(lambda: replaying.room is not None)
    assert replaying.room is not None
    replaying.go_to(replaying.room.until - _AGO)
    rest(1_500)
    return replaying.end


def take(console: Console, file: Path, size: QSize) -> None:
    """One picture of the window."""
    save_small(picture_of(console.shell, size), file)
    click.echo(file)


def wait_until(is_done: Callable[[], bool]) -> None:
    """Let the window work until something has come about.

    Raises:
        TimeoutError: it never did.
    """
    for _step in range(_PATIENCE_MS // 100):
        if is_done():
            return
        rest(100)
    raise TimeoutError(is_done)


def rest(milliseconds: int) -> None:
    """Let the window work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
