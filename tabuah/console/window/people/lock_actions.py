"""The lock screen: locks by key, by menu and after a time without input, and unlocks by password."""

import logging
from collections.abc import Callable
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from tabuah.console.window.alarms.alarm_updates import AlarmUpdates
from tabuah.console.window.exercises.world_updates import WorldUpdates
from tabuah.console.window.people.hidden_windows import HiddenWindows
from tabuah.console.window.people.idle_timer import IdleTimer
from tabuah.console.window.people.lock_settings import MINUTES, LockSettings, LockSettingsFile, minutes_of
from tabuah.console.window.people.password_check import CheckedPassword, PasswordCheck
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.console.window.sync.login import LoginActions
from tabuah.console.window.sync.server_connection import ServerConnection
from tabuah.operations.people.roles import Role
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.localisation import _
from tabuah.text.people import lock_screen
from tabuah.widgets.alarms.values import AlarmBanner, AlarmItem
from tabuah.widgets.people.lock_window import LockWindow
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice, Level

log = logging.getLogger(__name__)

_SECOND_MS: Final = 1_000


class LockActions(QObject):
    """Covers the window with the lock screen, on which alarms go on."""

    def __init__(
        self,
        context: WindowContext,
        window: QMainWindow,
        appearance: Appearance,
        *,
        app: QApplication,
        alarms: AlarmUpdates,
        world: WorldUpdates,
        connection: ServerConnection,
        before_lock: Callable[[], None],
    ) -> None:
        """Call `before_lock` to write drafts and pending acknowledgements."""
        super().__init__(window)
        self._context, self._window, self._appearance, self._app = context, window, appearance, app
        self._alarms, self._world, self._connection, self._before_lock = alarms, world, connection, before_lock
        self._settings_file = LockSettingsFile(context.directory)
        self._settings = self._settings_file.read()
        self._check = PasswordCheck(context)
        self._idle = IdleTimer(app, self)
        self._idle.expired.connect(self._on_idle)
        self._clock = QTimer(self)
        self._clock.setInterval(_SECOND_MS)
        self._clock.timeout.connect(self._show_time)
        self._cover: LockWindow | None = None
        self._hidden: HiddenWindows | None = None
        self._login: LoginActions | None = None
        self._help: tuple[AlarmItem, ...] = ()  # requests for help of crews
        self._in_strip: tuple[AlarmItem, ...] = ()
        self._real: tuple[AlarmItem, ...] = ()
        self._user = self._logged_in_user
        self._is_logged_out = False  # the log-in form is shown, not the password of the former user
        alarms.shown.connect(self._on_alarms_shown)
        world.real_alarms_shown.connect(self._on_real_alarms_shown)
        context.state.changed.connect(self._on_state_changed)
        self._start_idle()

    @property
    def cover(self) -> LockWindow | None:
        """The lock screen, while the window is locked."""
        return self._cover

    def lock(self) -> None:
        """Lock the window; refuse while nobody is logged in."""
        if self._logged_in_user is None:
            self._context.notifier.refuse(lock_screen.nobody_logged_in_reason())
            return
        self.lock_always()

    def lock_always(self) -> None:
        """Lock the window; without a user who is logged in, the lock screen asks for a log-in."""
        if self._cover is not None:
            return
        self._before_lock()
        self._idle.start(0)
        self._save_lock(is_locked=True)
        self._cover = self._open_cover()
        self._hidden = HiddenWindows(self._app, self._window, kept=self._cover)
        self._show_state()
        self._cover.show()
        self._hidden.hide_all()
        self._cover.activateWindow()
        self._ask()
        self._clock.start()
        log.info("the window was locked")

    def lock_after_log_out(self) -> None:
        """Lock the window and ask for a log-in."""
        self._is_logged_out = True
        self.lock_always()

    def ask_for_time(self) -> None:
        """Ask after how long without input the window locks."""
        now = minutes_of(self._settings, self._role)
        question = Question(
            title=_("Lock the window by itself"),
            text=_("Alarms stay visible and audible while it is locked. In the control room choose “Never”."),
            confirm=_("Save"),
            choice_label=_("Without input"),
            choices=tuple(
                Choice(code=str(minutes), label=lock_screen.describe_lock_time(minutes), key=str(number))
                for number, minutes in enumerate(MINUTES, start=1)
            ),
            chosen=str(now),
        )
        self._context.confirm.ask(question, self._on_time_chosen)

    @property
    def chosen_minutes(self) -> int | None:
        """After how many minutes without input the window locks, 0 for never; None where the role decides."""
        return self._settings.after_min

    def minutes_by_role(self) -> int:
        """Return the minutes that hold for the user's role where nobody chose a time."""
        return minutes_of(LockSettings(), self._role)

    def change_time(self, minutes: int | None) -> None:
        """Choose after how many minutes the window locks, 0 for never, None to let the role decide."""
        self._settings = msgspec.structs.replace(self._settings, after_min=minutes)
        self._settings_file.save(self._settings)
        self._start_idle()

    def close(self) -> None:
        """Stop for good; a locked window is locked again when the program starts."""
        self._clock.stop()
        self._idle.close()
        self._alarms.shown.disconnect(self._on_alarms_shown)
        self._world.real_alarms_shown.disconnect(self._on_real_alarms_shown)
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._hidden is not None:
            self._hidden.forget()
        self._drop_cover()

    def _open_cover(self) -> LockWindow:
        cover = LockWindow(self._appearance)
        cover.setWindowIcon(self._window.windowIcon())
        cover.setGeometry(self._window.geometry())
        cover.setWindowState(self._window.windowState())
        cover.unlock.unlock_requested.connect(self._on_unlock_requested)
        cover.unlock.another_requested.connect(self._on_another_requested)
        self._login = LoginActions(
            self._context,
            cover.login,
            self._connection,
            leave=self._ask,
            logged_in=self._on_logged_in,
            entered=self._on_entered,
        )
        return cover

    def _ask(self) -> None:
        """Ask for the password of the user who is logged in, or for a log-in where there is none."""
        if self._cover is None:
            return
        identity = self._context.state.snapshot.identity
        if identity is None or self._is_logged_out:
            self._show_login("")
            return
        self._cover.unlock.show_person(lock_screen.locked_by_text(identity.user, identity.role))
        self._cover.show_unlock()

    def _show_login(self, user: str) -> None:
        if self._cover is None:
            return
        identity = self._context.state.snapshot.identity
        server = identity.server_url if identity else ""
        self._cover.show_login(server, user, can_return=identity is not None and not self._is_logged_out)

    def _unlock(self) -> None:
        self._is_logged_out = False
        self._clock.stop()
        self._save_lock(is_locked=False)
        hidden, self._hidden = self._hidden, None
        if hidden is not None:
            hidden.show_all()
        self._drop_cover()
        self._user = self._logged_in_user
        self._start_idle()
        log.info("the window was unlocked")

    def _drop_cover(self) -> None:
        cover, self._cover = self._cover, None
        if cover is not None:
            cover.hide()
            cover.deleteLater()
        self._login = None

    def _on_unlock_requested(self, password: str) -> None:
        identity = self._context.state.snapshot.identity
        if self._cover is None or identity is None:
            return
        self._cover.unlock.show_error("")
        self._cover.unlock.show_busy(busy=True)
        self._check.run(password, on_done=self._on_password_checked, on_error=self._on_check_failed)

    def _on_password_checked(self, checked: CheckedPassword) -> None:
        if self._cover is None:
            return
        self._cover.unlock.show_busy(busy=False)
        if checked.needs_log_in:
            self._show_login(self._logged_in_user or "")
            self._cover.login.show_error(checked.refusal)
        elif checked.refusal:
            self._cover.unlock.show_error(checked.refusal)
        else:
            self._unlock()

    def _on_check_failed(self, error: Exception) -> None:
        if self._cover is not None:
            self._cover.unlock.show_busy(busy=False)
            self._cover.unlock.show_error(str(error))

    def _on_another_requested(self) -> None:
        self._show_login("")

    def _on_logged_in(self) -> None:
        if self._cover is not None:
            self._cover.login.show_busy(busy=True)  # until the state is that of the new user

    def _on_entered(self) -> None:
        """The state has the new user, and forms of the former one are closed."""
        if self._cover is not None:
            self._unlock()

    def _on_idle(self) -> None:
        if self._logged_in_user is not None:
            self.lock_always()

    def _on_time_chosen(self, _text: str) -> None:
        minutes = int(self._context.confirm.choice or 0)
        self.change_time(minutes)
        self._context.notifier.inform(lock_screen.describe_lock_time_change(minutes))

    def show_help(self, requests: tuple[AlarmItem, ...]) -> None:
        """Accept the requests for help of crews, which the lock screen shows before all alarms."""
        self._help = requests
        self._show_alarms()

    def _on_alarms_shown(self, banner: AlarmBanner) -> None:
        self._in_strip = banner.alarms
        self._show_alarms()

    def _on_real_alarms_shown(self, alarms: tuple[AlarmItem, ...]) -> None:
        self._real = alarms
        self._show_alarms()

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if StatePart.LINK in parts:
            self._show_link()
        if StatePart.PERSON in parts:
            self._on_person_changed()

    def _on_person_changed(self) -> None:
        before, self._user = self._user, self._logged_in_user
        if self._cover is None:
            self._start_idle()
        elif self._user != before:
            self._ask()

    def _show_state(self) -> None:
        self._alarms.refresh()
        self._world.tick()
        self._show_alarms()
        self._show_link()
        self._show_time()

    def _show_alarms(self) -> None:
        if self._cover is not None:
            self._cover.alarms.show_alarms((*self._help, *self._real, *self._in_strip))

    def _show_link(self) -> None:
        state = self._context.state.link.state
        level = Level.NORMAL if state is ConnectionState.ONLINE else Level.HIGH
        if self._cover is not None:
            self._cover.alarms.show_link(lock_screen.describe_alarm_link(state), level)

    def _show_time(self) -> None:
        if self._cover is not None:
            self._cover.show_time(self._context.state.now())

    def _save_lock(self, *, is_locked: bool) -> None:
        self._settings = msgspec.structs.replace(self._settings, is_locked=is_locked)
        self._settings_file.save(self._settings)

    def _start_idle(self) -> None:
        self._idle.start(minutes_of(self._settings, self._role) if self._logged_in_user else 0)

    @property
    def _logged_in_user(self) -> str | None:
        identity = self._context.state.snapshot.identity
        return identity.user if identity else None

    @property
    def _role(self) -> Role | None:
        identity = self._context.state.snapshot.identity
        return identity.role if identity else None
