"""Take the screenshots of the lock screen for docs/screenshots, in Indonesian.

Run `make people-screenshots`; it needs no display. The size is that of an office laptop.
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

from picture_compression import save_small
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from screenshots import FOLDER, rest
from storm_session import StormSession, storm_session

from tabuah.console.demo.accounts import EXERCISE_ID
from tabuah.console.window.shell.application import ConsoleWindow, qt_application

_SETTLE_MS: Final = 3_000
_SIZE: Final = QSize(1366, 768)


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
def main(folder: Path) -> None:
    """Take the screenshots."""
    with tempfile.TemporaryDirectory() as data, storm_session(Path(data)) as session:
        _take_lock_screen(session, folder)


def _take_lock_screen(session: StormSession, folder: Path) -> None:
    console = ConsoleWindow(session.console, qt_application(), language="id", exercise=EXERCISE_ID)
    try:
        console.shell.resize(_SIZE)
        console.show()
        rest(_SETTLE_MS)
        lock = console.objects.commands.people.lock
        lock.lock()
        assert lock.cover is not None
        for theme in ("dark", "light"):
            console.appearance.show_theme(theme)
            rest(1_000)
            _save(lock.cover, folder / f"lock-screen-{theme}-id.png")
    finally:
        console.close()


def _save(window: QWidget, file: Path) -> None:
    save_small(window.grab().toImage(), file)
    click.echo(file)


if __name__ == "__main__":
    main()
