"""Take the screenshots of conflicts and trays for docs/screenshots, in both themes and both languages.

Run `make conflict-screenshots`; it needs no display. A supervisor sees a place conflict and held
work; a field office sees its rejected work.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TABUAH_KEYRING"] = "file"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from conflict_scenes import write_conflicts
from picture_compression import save_small
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from screenshots import FOLDER, rest
from storm_session import storm_session

from tabuah.console.demo.accounts import EXERCISE_ID
from tabuah.console.window.shell.application import ConsoleWindow, qt_application
from tabuah.console.window.shell.screenshot import picture_of
from tabuah.resources.localisation import LANGUAGES, set_language

_SETTLE_MS: Final = 3_000


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
@click.option("--size", default="1920x1080", show_default=True, help="Width and height in logical px.")
def main(folder: Path, size: str) -> None:
    """Take the screenshots."""
    width, _x, height = size.partition("x")
    wanted = QSize(int(width), int(height))
    with tempfile.TemporaryDirectory() as data, storm_session(Path(data)) as session:
        supervisor, author = Path(data) / "supervisor", Path(data) / "author"
        write_conflicts(session.service, session.players, supervisor=supervisor, author=author)
        _take(supervisor, folder, wanted, {"resolver": _open_resolver, "held": _open_held})
        _take(author, folder, wanted, {"rejected": _open_rejected})


def _open_resolver(console: ConsoleWindow) -> None:
    console.objects.commands.incidents.conflict_actions.begin()
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(console.shell.parts.resolver, key)


def _open_held(console: ConsoleWindow) -> None:
    console.objects.commands.sync.held_and_rejected.begin_held()


def _open_rejected(console: ConsoleWindow) -> None:
    console.objects.commands.sync.held_and_rejected.begin_rejected()


def _take(data: Path, folder: Path, size: QSize, scenes: dict[str, Callable[[ConsoleWindow], None]]) -> None:
    """Take every scene in every language and theme."""
    for language in LANGUAGES:
        set_language(language)
        console = ConsoleWindow(data, qt_application(), language=language, exercise=EXERCISE_ID)
        try:
            console.shell.resize(size)
            console.show()
            rest(_SETTLE_MS)
            for name, open_it in scenes.items():
                for theme in ("dark", "light"):
                    console.appearance.show_theme(theme)
                    open_it(console)
                    rest(1_500)
                    file = folder / f"{name}-{theme}-{language}.png"
                    save_small(picture_of(console.shell, size), file)
                    click.echo(file)
                console.shell.parts.lower.show_chart()
        finally:
            console.close()


if __name__ == "__main__":
    main()
