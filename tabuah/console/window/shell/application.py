"""The window application: Qt setup, error reporting and change of language."""

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

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from tabuah.console.bootstrap import WindowObjects, build_window
from tabuah.console.window.people.lock_settings import LockSettingsFile
from tabuah.console.window.shell.garbage_collector import GuiThreadCollector
from tabuah.console.window.shell.main_window import MainWindow
from tabuah.console.window.shell.qt_translator import install_qt_translator
from tabuah.console.window.shell.services import Services
from tabuah.console.window.state.window_settings import WindowSettings, read_window_settings, save_window_settings
from tabuah.resources.localisation import LANGUAGES, current_language, set_language
from tabuah.resources.regency import current_regency
from tabuah.text.regency.regency_change import regency_change_text
from tabuah.widgets.responsiveness import limit_free_memory, tune_interpreter
from tabuah.widgets.theme.appearance import TEXT_SCALES, Appearance
from tabuah.widgets.theme.design_tokens import PALETTES
from tabuah.widgets.theme.icons import icon

_LOG_BYTES: Final = 2_000_000
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)


def qt_application() -> QApplication:
    """Return the QApplication of this process, created on first use."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Tabuah")
    app.setDesktopFileName("tabuah")
    install_qt_translator(app)
    return app


class ConsoleWindow(QObject):
    """One window over one data directory. A change of language opens a new window over the same services."""

    def __init__(
        self,
        directory: Path,
        app: QApplication,
        *,
        language: str = "",
        server_url: str = "",
        exercise: str = "",
        offers_first_steps: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open the data directory and build the window, in the exercise with this name or id if one is given.

        With `offers_first_steps`, the guide opens on a computer where nobody has logged in or left it.

        Raises:
            CacheError: the directory cannot be used; the message says what is safe and what to do.
        """
        super().__init__()
        self._app, self._server_url = app, server_url
        self.services = Services(directory, clock=clock)
        if exercise:
            self.services.state.choose_exercise(exercise)
        self._collector = GuiThreadCollector(self)
        self._log = _log_to(self.services.log_file)
        memory = _known_values_only(read_window_settings(self.services.directory))
        set_language(language or memory.language)
        self.appearance = Appearance(memory.theme, text_scale=memory.text_scale)
        self.appearance.apply_to(app)
        app.setWindowIcon(icon("drum", self.appearance.palette.accent, 64))
        self._is_closed = False
        self._hook = sys.excepthook
        sys.excepthook = self._on_unhandled
        self._regency = current_regency().kemendagri_code
        self.objects = self._open(memory)
        self.services.map_loaded.connect(self._on_map_loaded)
        if offers_first_steps and not server_url:
            self.services.state.changed.connect(self._offer_first_steps)
        self.services.start()

    @property
    def shell(self) -> MainWindow:
        """The open window."""
        return self.objects.window

    def show(self) -> None:
        """Show the window, or the lock screen if the window was locked when the program ended.

        Open the log-in form if a server was given and no user has logged in to it.
        """
        if LockSettingsFile(self.services.directory).read().is_locked:
            self.objects.commands.people.lock.lock_always()
            return
        self.shell.show()
        if self._server_url:
            QTimer.singleShot(0, self._ask_for_log_in)

    def close(self) -> None:
        """Save the window settings and close everything."""
        if self._is_closed:
            return
        self._is_closed = True
        save_window_settings(self.services.directory, self.shell.memory())
        self.objects.release()
        self.shell.close()
        self.shell.deleteLater()
        self.services.close()
        self._collector.close()
        sys.excepthook = self._hook
        logging.getLogger("tabuah").removeHandler(self._log)
        with contextlib.suppress(OSError):  # log records that a full disk did not take
            self._log.close()

    def change_language(self) -> None:
        """Replace the window by one in the other language, over the same services."""
        index, memory = LANGUAGES.index(current_language()), self.shell.memory()
        set_language(LANGUAGES[(index + 1) % len(LANGUAGES)])
        has_guide, has_settings = self._replace_window(memory)
        if has_guide:
            self.objects.commands.first_steps.begin_language()
        if has_settings:
            self.objects.commands.settings.begin_language()

    def _on_map_loaded(self) -> None:
        if current_regency().kemendagri_code != self._regency:
            # behind the present work on the map, on the same worker
            self.services.work.run(lambda _context: None, on_done=self._follow_regency)

    def _follow_regency(self, _done: None) -> None:
        """Open a new window once a log-in has brought the profile of another regency, with its own words.

        The map and the places have changed already. While a form, a dialog or the lock screen is in front, the
        window stays: the words of the profile follow at the next start.
        """
        regency = current_regency()
        if self._is_closed or regency.kemendagri_code == self._regency:
            return
        self._regency = regency.kemendagri_code
        is_replaced = not self._is_occupied
        if is_replaced:
            # the saved view and station are those of the other regency
            has_guide, _had_settings = self._replace_window(replace(self.shell.memory(), view=None, station=""))
            if has_guide:
                self.objects.commands.first_steps.begin()
        self.objects.notifier.inform(regency_change_text(regency.name, is_complete=is_replaced))

    @property
    def _is_occupied(self) -> bool:
        """Whether something that a person works in would be lost with the window."""
        commands = self.objects.commands
        dialogs = (dialog for dialog in self.shell.findChildren(QDialog) if dialog is not commands.first_steps.dialog)
        return not self.shell.isVisible() or commands.has_open_form or any(dialog.isVisible() for dialog in dialogs)

    def _replace_window(self, memory: WindowSettings) -> tuple[bool, bool]:
        """Replace the window over the same services; return whether the guide and the settings were open."""
        before, selected = self.objects, self.objects.selection.incident
        before.window.closing.disconnect(self.close)
        commands = before.commands
        has_wall_view = commands.wall.view is not None
        has_settings, has_guide = commands.settings.dialog is not None, commands.first_steps.dialog is not None
        before.release()
        self.objects = self._open(memory)
        self.objects.build_controls()  # at once: the person is working
        self.shell.show()
        self.objects.selection.choose_incident(selected)
        if has_wall_view:
            self.objects.commands.wall.toggle()
        before.window.close()
        before.window.deleteLater()
        return has_guide, has_settings

    def _open(self, memory: WindowSettings) -> WindowObjects:
        objects = build_window(self._app, self.services, self.appearance, memory, server_url=self._server_url)
        objects.window.closing.connect(self.close)
        objects.window.language_requested.connect(self.change_language)
        objects.start()
        return objects

    def _offer_first_steps(self) -> None:
        """Open the guide of the first steps once the state is known, if this is a new computer."""
        state = self.services.state
        if not state.is_loaded:  # the connection and the chosen exercise change it before it is read
            return
        state.changed.disconnect(self._offer_first_steps)
        if state.snapshot.identity is not None or not self.shell.isVisible():
            return
        from tabuah.console.window.shell.first_steps_file import FirstStepsFile  # noqa: PLC0415 - on a new computer only

        if not FirstStepsFile(self.services.directory).read().is_left:
            self.objects.commands.first_steps.begin()

    def _ask_for_log_in(self) -> None:
        identity = self.services.state.snapshot.identity
        if identity is None or identity.server_url.rstrip("/") != self._server_url.rstrip("/"):
            self.objects.commands.sync.login.begin()

    def _on_unhandled(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log a bug outside any task with its traceback, and show it."""
        self._hook(kind, error, trace)
        if isinstance(error, Exception) and not self._is_closed:
            self.objects.notifier.error(error)


def run_console(directory: Path, *, language: str = "", server_url: str = "", exercise: str = "") -> int:
    """Open the window and run until it is closed.

    Raises:
        CacheError: the directory cannot be used; the message says what is safe and what to do.
    """
    limit_free_memory()
    app = qt_application()
    console = ConsoleWindow(
        directory, app, language=language, server_url=server_url, exercise=exercise, offers_first_steps=True
    )
    console.show()
    tune_interpreter()
    try:
        with _close_on_signals(app):
            return app.exec()
    finally:
        console.close()


@contextmanager
def _close_on_signals(app: QApplication) -> Iterator[None]:
    """Close the window on SIGINT and SIGTERM.

    A timer keeps the interpreter running, so that Python handles the signal.
    """

    def end(_signal: int, _frame: FrameType | None) -> None:
        app.exit()  # not quit(): the lock screen refuses to be closed

    before = {name: signal.signal(name, end) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _known_values_only(memory: WindowSettings) -> WindowSettings:
    """Return the settings with unknown values replaced by the defaults."""
    known = memory.theme in PALETTES and memory.language in LANGUAGES and memory.text_scale in TEXT_SCALES
    return memory if known else WindowSettings()


def _log_to(file: Path) -> RotatingFileHandler:
    handler = RotatingFileHandler(file, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(_FORMAT))
    logging.getLogger("tabuah").addHandler(handler)
    return handler
