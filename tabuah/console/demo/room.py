"""The control room of the demonstration: the real window, worked by a person or, without a display, by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from PySide6.QtCore import QSize, QTimer

from tabuah.console.demo.duty import Duty
from tabuah.console.demo.errors import DemoError
from tabuah.console.demo.interrupting import Interruption
from tabuah.console.window.application import Console, qt_application
from tabuah.console.window.screenshot import take_screenshot
from tabuah.resources.catalogue import current_language

_CHECK_MS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """How it is played. `check` raises when a process has gone; without `play_s` a person closes the window."""

    directory: Path
    size: tuple[int, int]
    shot: Path | None
    play_s: float | None
    check: Callable[[], None]


def play_alone(play: Play, interruption: Interruption, *, incidents: int, patience_s: float) -> str:
    """Let the window be worked by itself and take its picture.

    Returns:
        The id of the incident that was made.

    Raises:
        DemoError: something did not come, or a process has gone.
        KeyboardInterrupt: somebody wanted the end.
    """
    with interruption.held(), _Session(play, interruption) as session:
        duty = Duty(session.console.shell, incidents=incidents, play_s=play.play_s or 0.0, patience_s=patience_s)
        duty.done.connect(session.quit)
        duty.gave_up.connect(session.fail)
        duty.begin()
        session.run()
        duty.stop()
        session.take_picture()
        return duty.incident_id


def play_with_person(play: Play, interruption: Interruption) -> None:
    """Open the window and wait until it is closed, or the time is over.

    Raises:
        DemoError: a process has gone.
        KeyboardInterrupt: somebody wanted the end.
    """
    with interruption.held(), _Session(play, interruption) as session:
        if play.play_s is not None:
            QTimer.singleShot(round(play.play_s * 1000), session.app, session.finish)
        session.run()


class _Session:
    """One run of Qt's event loop over one window."""

    def __init__(self, play: Play, interruption: Interruption) -> None:
        self._play, self._interruption = play, interruption
        self._failure: DemoError | None = None
        self.app = qt_application()
        self.console = Console(play.directory, self.app, language=current_language())
        self._timer = QTimer()  # also lets Python see signals while Qt waits
        self._timer.setInterval(_CHECK_MS)
        self._timer.timeout.connect(self._on_check)

    def __enter__(self) -> Self:
        self.console.show()
        self.console.shell.resize(*self._play.size)
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.stop()
        self.console.close()

    def run(self) -> None:
        """Work until somebody quits.

        Raises:
            DemoError: a process has gone, or something did not come.
            KeyboardInterrupt: somebody wanted the end.
        """
        before, self._interruption.quit_loop = self._interruption.quit_loop, self.quit
        self._timer.start()
        try:
            if not self._interruption.is_wanted:
                self.app.exec()
        finally:
            self._interruption.quit_loop = before
        if self._failure is not None:
            raise self._failure
        if self._interruption.is_wanted:
            raise KeyboardInterrupt

    def quit(self) -> None:
        """End the event loop; `QApplication.quit` would close the window, whose picture is still to be taken."""
        self.app.exit(0)

    def fail(self, error: DemoError) -> None:
        """End it for a reason."""
        self._failure = error
        self.quit()

    def finish(self) -> None:
        """Take the picture that was wanted, and end."""
        self.take_picture()
        self.quit()

    def take_picture(self) -> None:
        """Take the picture, where one is wanted."""
        if self._play.shot is not None:
            take_screenshot(self.console.shell, self._play.shot, QSize(*self._play.size))

    def _on_check(self) -> None:
        try:
            self._play.check()
        except DemoError as error:
            self.fail(error)
