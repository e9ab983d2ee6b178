"""The application: Qt set up once, the window over its services, errors told honestly, the language switched."""

import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from tabuah.console.window.collecting import GuiThreadCollector
from tabuah.console.window.memory import WindowMemory, keep_memory, read_memory
from tabuah.console.window.services import Services
from tabuah.console.window.shell import Shell
from tabuah.resources.catalogue import LANGUAGES, current_language, set_language
from tabuah.widgets.fluency import favour_the_window
from tabuah.widgets.theme.appearance import TEXT_SCALES, Appearance
from tabuah.widgets.theme.icons import icon
from tabuah.widgets.theme.tokens import PALETTES

_LOG_BYTES: Final = 2_000_000
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)


def qt_application() -> QApplication:
    """The one application object of this process."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Tabuah")
    app.setDesktopFileName("tabuah")
    return app


class Console(QObject):
    """One window over one data directory; another language is another window over the same services."""

    def __init__(
        self,
        directory: Path,
        app: QApplication,
        *,
        language: str = "",
        server_url: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open it.

        Raises:
            CacheError: the directory cannot be used; the message says what is safe and what to do.
        """
        super().__init__()
        self._app, self._server_url = app, server_url
        self.services = Services(directory, clock=clock)
        self._collector = GuiThreadCollector(self)
        self._log = _log_to(self.services.log_file)
        memory = _sound(read_memory(self.services.directory))
        set_language(language or memory.language)
        self.appearance = Appearance(memory.theme, text_scale=memory.text_scale)
        self.appearance.apply_to(app)
        app.setWindowIcon(icon("drum", self.appearance.palette.accent, 64))
        self._is_closed = False
        self._hook = sys.excepthook
        sys.excepthook = self._on_unhandled
        self.shell = self._open(memory)
        self.services.start()

    def show(self) -> None:
        """Show the window, and ask for a log-in where a server was named and nobody has logged in there."""
        self.shell.show()
        if self._server_url:
            QTimer.singleShot(0, self._ask_for_log_in)

    def close(self) -> None:
        """Remember the window and end everything."""
        if self._is_closed:
            return
        self._is_closed = True
        keep_memory(self.services.directory, self.shell.memory())
        self.shell.release()
        self.shell.close()
        self.shell.deleteLater()
        self.services.close()
        self._collector.close()
        sys.excepthook = self._hook
        logging.getLogger("tabuah").removeHandler(self._log)
        with contextlib.suppress(OSError):  # what a full disk did not take of the log
            self._log.close()

    def change_language(self) -> None:
        """Speak the other language: a new window takes the place of this one, over the same room."""
        memory, selected = self.shell.memory(), self.shell.selection.incident
        index = LANGUAGES.index(current_language())
        set_language(LANGUAGES[(index + 1) % len(LANGUAGES)])
        before = self.shell
        before.closing.disconnect(self.close)
        before.release()
        self.shell = self._open(memory)
        self.shell.show()
        self.shell.start_again(selected)
        before.close()
        before.deleteLater()

    def _open(self, memory: WindowMemory) -> Shell:
        shell = Shell(self.services, self.appearance, memory, server_url=self._server_url)
        shell.closing.connect(self.close)
        shell.language_requested.connect(self.change_language)
        shell.start()
        return shell

    def _ask_for_log_in(self) -> None:
        identity = self.services.room.snapshot.identity
        if identity is None or identity.server_url.rstrip("/") != self._server_url.rstrip("/"):
            self.shell.doing.logging_in.begin()

    def _on_unhandled(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A bug outside any task: logged whole, and told."""
        self._hook(kind, error, trace)
        if isinstance(error, Exception) and not self._is_closed:
            self.shell.teller.error(error)


def run_console(directory: Path, *, language: str = "", server_url: str = "") -> int:
    """Open the window and work until it is closed.

    Raises:
        CacheError: the directory cannot be used; the message says what is safe and what to do.
    """
    app = qt_application()
    console = Console(directory, app, language=language, server_url=server_url)
    console.show()
    favour_the_window()
    try:
        with _ended_by_signals(app):
            return app.exec()
    finally:
        console.close()


@contextmanager
def _ended_by_signals(app: QApplication) -> Iterator[None]:
    """Ctrl+C and a polite end close the window as a person does; Python gets to see them at the next tick."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        app.quit()

    before = {name: signal.signal(name, end) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _sound(memory: WindowMemory) -> WindowMemory:
    """Only values that this version knows."""
    known = memory.theme in PALETTES and memory.language in LANGUAGES and memory.text_scale in TEXT_SCALES
    return memory if known else WindowMemory()


def _log_to(file: Path) -> RotatingFileHandler:
    handler = RotatingFileHandler(file, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(_FORMAT))
    logging.getLogger("tabuah").addHandler(handler)
    return handler
