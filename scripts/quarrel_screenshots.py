"""Makes the pictures of conflicts and trays in docs/screenshots again, in both themes and both languages.

Run it as `make quarrel-screenshots`; it needs no display. A supervisor sees a conflict over a place and held work; a
field office finds its own work refused.
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

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from quarrels import quarrel
from screenshots import FOLDER, rest
from small_pictures import save_small
from storm_room import storm_room

from tabuah.console.window.application import Console, qt_application
from tabuah.console.window.screenshot import picture_of
from tabuah.resources.catalogue import LANGUAGES, set_language

_SETTLE_MS: Final = 3_000


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=True)
@click.option("--size", default="1920x1080", show_default=True, help="Width and height in logical px.")
def main(folder: Path, size: str) -> None:
    """Take the pictures."""
    width, _x, height = size.partition("x")
    wanted = QSize(int(width), int(height))
    with tempfile.TemporaryDirectory() as data, storm_room(Path(data)) as room:
        supervisor, author = Path(data) / "supervisor", Path(data) / "author"
        quarrel(room.service, room.players, supervisor=supervisor, author=author)
        _take(supervisor, folder, wanted, {"resolver": _open_resolver, "held": _open_held})
        _take(author, folder, wanted, {"rejected": _open_rejected})


def _open_resolver(console: Console) -> None:
    console.shell.doing.settling.begin()
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(console.shell.parts.resolver, key)


def _open_held(console: Console) -> None:
    console.shell.doing.clearing.begin_held()


def _open_rejected(console: Console) -> None:
    console.shell.doing.clearing.begin_rejected()


def _take(data: Path, folder: Path, size: QSize, scenes: dict[str, Callable[[Console], None]]) -> None:
    """Every scene in every language and theme."""
    for language in LANGUAGES:
        set_language(language)
        console = Console(data, qt_application(), language=language)
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
