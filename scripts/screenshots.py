"""Makes the pictures of docs/screenshots again: the window in a storm, in both themes and both languages.

Run it as `make screenshots`; it needs no display. A real server, simulated sensors and a field office fill the room.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Final

import click

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TABUAH_KEYRING"] = "file"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from PySide6.QtCore import QEventLoop, QSize, QTimer
from storm_room import storm_room

from tabuah.console.window.application import Console, qt_application
from tabuah.console.window.screenshot import take_screenshot
from tabuah.operations.codes import Hazard
from tabuah.resources.catalogue import LANGUAGES

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
_SETTLE_MS: Final = 4_000


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
@click.option("--size", default="1920x1080", show_default=True, help="Width and height in logical px.")
def main(folder: Path, size: str) -> None:
    """Take the four pictures."""
    width, _x, height = size.partition("x")
    with tempfile.TemporaryDirectory() as data, storm_room(Path(data)) as room:
        console = Console(room.console, qt_application())
        try:
            console.shell.resize(int(width), int(height))
            console.show()
            rest(_SETTLE_MS)
            take_all(console, folder, QSize(int(width), int(height)))
        finally:
            console.close()


def take_all(console: Console, folder: Path, size: QSize) -> None:
    """Both themes in both languages."""
    incidents = console.services.room.snapshot.incidents.values()
    shown = next(incident for incident in incidents if incident.hazard is Hazard.FLASH_FLOOD)
    for language in LANGUAGES:
        console.shell.selection.choose_incident(shown.id)
        for theme in ("dark", "light"):
            console.appearance.show_theme(theme)
            rest(1_000)
            file = folder / f"{theme}-{language}.png"
            take_screenshot(console.shell, file, size)
            click.echo(file)
        console.change_language()
        console.shell.resize(size)
        rest(2_000)


def rest(milliseconds: int) -> None:
    """Let the window work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
