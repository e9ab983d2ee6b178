"""Take the screenshots of docs/screenshots: the window in a storm, its layers, tools, replay and maps.

Run `make screenshots`; it needs no display. The data come from a real server, simulated sensors and
a field office.
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

from map_screenshots import take_maps
from map_task_screenshots import take_import, take_print
from picture_compression import save_small
from PySide6.QtCore import QEventLoop, QSize, QTimer
from storm_session import storm_session

from tabuah.console.demo.accounts import EXERCISE_ID
from tabuah.console.window.shell.application import ConsoleWindow, qt_application
from tabuah.console.window.shell.screenshot import picture_of
from tabuah.operations.codes import Hazard
from tabuah.resources.localisation import LANGUAGES
from tabuah.widgets.map.tools.sketch import SketchKind

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
_SETTLE_MS: Final = 4_000
_PATIENCE_MS: Final = 30_000
_AREA: Final = ((100.625, -0.79), (100.665, -0.80), (100.68, -0.85), (100.645, -0.875), (100.615, -0.83))
_VIEW: Final = (100.65, -0.815, 24.0)
_STORM_VIEW: Final = (100.672, -0.872, 42.0)
_STORM_PICTURES: Final = {("dark", "id"), ("light", "en")}
_AGO: Final = timedelta(seconds=20)

Scene = Callable[[ConsoleWindow], Callable[[], None]]  # returns a function that restores the window


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
@click.option("--size", default="1920x1080", show_default=True, help="Width and height in logical px.")
@click.option("--text", type=click.FloatRange(1.0, 1.5), default=1.0, show_default=True, help="Size of all text.")
@click.option("--scenes/--no-scenes", default=True, show_default=True, help="Also layers, tools, past and map.")
def main(folder: Path, size: str, text: float, scenes: bool) -> None:
    """Take the screenshots."""
    width, _x, height = size.partition("x")
    wanted = QSize(int(width), int(height))
    with tempfile.TemporaryDirectory() as data, storm_session(Path(data)) as session:
        console = ConsoleWindow(session.console, qt_application(), exercise=EXERCISE_ID)
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
            take_print(session.console, folder / "print-id.png")
    for file in take_maps(folder) if scenes else ():
        click.echo(file)


def take_all(console: ConsoleWindow, folder: Path, size: QSize) -> None:
    """Take both themes in both languages."""
    incidents = console.services.state.snapshot.incidents.values()
    shown = next(incident for incident in incidents if incident.hazard is Hazard.FLASH_FLOOD)
    for language in LANGUAGES:
        console.objects.selection.choose_incident(shown.id)
        for theme in ("dark", "light"):
            console.appearance.show_theme(theme)
            rest(1_000)
            take(console, folder / f"{theme}-{language}.png", size)
            if (theme, language) in _STORM_PICTURES:
                take_scene(console, show_storm, folder / f"storm-{theme}-{language}.png", size)
        console.change_language()
        console.shell.resize(size)
        rest(2_000)


def take_scenes(console: ConsoleWindow, folder: Path, size: QSize) -> None:
    """Take the map scenes, dark and in Indonesian; each restores the window."""
    console.appearance.show_theme("dark")
    for name, scene in {"layers-dark-id": show_layers, "map-tools": show_tools, "replay-dark-id": show_past}.items():
        take_scene(console, scene, folder / f"{name}.png", size)


def take_scene(console: ConsoleWindow, scene: Scene, file: Path, size: QSize) -> None:
    """Take one scene."""
    put_back = scene(console)
    take(console, file, size)
    put_back()
    rest(1_000)


def show_storm(console: ConsoleWindow) -> Callable[[], None]:
    """Show the valley in the storm: rain of the last hour, moving units, the river with its forecast."""
    canvas = console.shell.parts.map.canvas
    canvas.show_view(*_STORM_VIEW)
    canvas.set_layer_visible("rain_1h", visible=True)
    wait_until(lambda: bool(canvas.content.surfaces))
    rest(1_500)

    def put_back() -> None:
        canvas.set_layer_visible("rain_1h", visible=False)
        canvas.fit_regency()

    return put_back


def show_layers(console: ConsoleWindow) -> Callable[[], None]:
    """Show the layer panel, with the rain of the last hour on the map."""
    canvas = console.shell.parts.map.canvas
    console.objects.commands.toggle_panel("layers")
    canvas.set_layer_visible("rain_1h", visible=True)
    wait_until(lambda: bool(canvas.content.surfaces))

    def put_back() -> None:
        canvas.set_layer_visible("rain_1h", visible=False)
        console.objects.commands.toggle_panel("layers")

    return put_back


def show_tools(console: ConsoleWindow) -> Callable[[], None]:
    """Show an affected area being drawn."""
    canvas = console.shell.parts.map.canvas
    canvas.show_view(*_VIEW)
    canvas.tools.edit_sketch(SketchKind.POLYGON, _AREA)
    rest(1_000)

    def put_back() -> None:
        canvas.tools.drop_sketch()
        canvas.fit_regency()

    return put_back


def show_past(console: ConsoleWindow) -> Callable[[], None]:
    """Show the replay of the past hour."""
    replay = console.objects.commands.replay
    replay.show_span("1")
    wait_until(lambda: replay.state is not None)
    assert replay.state is not None
    replay.go_to(replay.state.until - _AGO)
    rest(1_500)
    return replay.end


def take(console: ConsoleWindow, file: Path, size: QSize) -> None:
    """Take one screenshot of the window."""
    save_small(picture_of(console.shell, size), file)
    click.echo(file)


def wait_until(is_done: Callable[[], bool]) -> None:
    """Run the event loop until a condition is true.

    Raises:
        TimeoutError: the condition stayed false.
    """
    for _step in range(_PATIENCE_MS // 100):
        if is_done():
            return
        rest(100)
    raise TimeoutError(is_done)


def rest(milliseconds: int) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
