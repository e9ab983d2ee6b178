"""The control room window of the demonstration, worked by a person or, headless, by the scripted operator."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import msgspec
from PySide6.QtCore import QSize, QTimer

from tabuah.console.demo.accounts import EXERCISE_ID
from tabuah.console.demo.errors import DemoError
from tabuah.console.demo.interruption import Interruption
from tabuah.console.demo.scripted_operator import ScriptedOperator
from tabuah.console.window.shell.application import ConsoleWindow, qt_application
from tabuah.console.window.shell.screenshot import take_screenshot
from tabuah.resources.localisation import current_language

_CHECK_MS: Final = 500


class WindowRun(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one run. `check` raises when a process has ended; with `run_s` None a person closes the window."""

    directory: Path
    size: tuple[int, int]
    shot: Path | None
    run_s: float | None
    check: Callable[[], None]


def run_unattended(play: WindowRun, interruption: Interruption, *, incidents: int, timeout_s: float) -> str:
    """Let the scripted operator work the window, and save a screenshot.

    Returns:
        Id of the incident.

    Raises:
        DemoError: a step timed out, or a process ended.
        KeyboardInterrupt: the user interrupted.
    """
    with interruption.postponed(), _WindowSession(play, interruption) as session:
        scripted_operator = ScriptedOperator(
            session.console.objects, incidents=incidents, run_s=play.run_s or 0.0, timeout_s=timeout_s
        )
        scripted_operator.done.connect(session.quit)
        scripted_operator.failed.connect(session.fail)
        scripted_operator.begin()
        session.run()
        scripted_operator.stop()
        session.take_picture()
        return scripted_operator.incident_id


def run_attended(play: WindowRun, interruption: Interruption) -> None:
    """Open the window and wait until it is closed or the time is over.

    Raises:
        DemoError: a process ended.
        KeyboardInterrupt: the user interrupted.
    """
    with interruption.postponed(), _WindowSession(play, interruption) as session:
        if play.run_s is not None:
            QTimer.singleShot(round(play.run_s * 1000), session.app, session.finish)
        session.run()


class _WindowSession:
    """One run of Qt's event loop over one window."""

    def __init__(self, play: WindowRun, interruption: Interruption) -> None:
        self._play, self._interruption = play, interruption
        self._failure: DemoError | None = None
        self.app = qt_application()
        self.console = ConsoleWindow(play.directory, self.app, language=current_language(), exercise=EXERCISE_ID)
        self._timer = QTimer()  # also gives Python the chance to handle signals
        self._timer.setInterval(_CHECK_MS)
        self._timer.timeout.connect(self._on_check)

    def __enter__(self) -> Self:
        self.console.shell.resize(*self._play.size)  # before it is shown: a low window begins without the legend
        self.console.show()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.stop()
        self.console.close()

    def run(self) -> None:
        """Run the event loop until it quits.

        Raises:
            DemoError: a process ended, or a step timed out.
            KeyboardInterrupt: the user interrupted.
        """
        before, self._interruption.quit_loop = self._interruption.quit_loop, self.quit
        self._timer.start()
        try:
            if not self._interruption.is_requested:
                self.app.exec()
        finally:
            self._interruption.quit_loop = before
        if self._failure is not None:
            raise self._failure
        if self._interruption.is_requested:
            raise KeyboardInterrupt

    def quit(self) -> None:
        """End the event loop. `QApplication.quit` would close the window before the screenshot is taken."""
        self.app.exit(0)

    def fail(self, error: DemoError) -> None:
        """Quit with an error."""
        self._failure = error
        self.quit()

    def finish(self) -> None:
        """Save the screenshot and quit."""
        self.take_picture()
        self.quit()

    def take_picture(self) -> None:
        """Save the screenshot, if one was requested."""
        if self._play.shot is not None:
            take_screenshot(self.console.shell, self._play.shot, QSize(*self._play.size))

    def _on_check(self) -> None:
        try:
            self._play.check()
        except DemoError as error:
            self.fail(error)
