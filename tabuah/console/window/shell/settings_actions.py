"""The settings of the window (Ctrl+,): read and changed in one dialog, with undo and reset."""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from tabuah.console.window.alarms.alarm_sound import AlarmSound
from tabuah.console.window.people.lock_actions import LockActions
from tabuah.console.window.people.lock_settings import MINUTES
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.wall_actions import WallActions
from tabuah.console.window.state.console_state import StatePart
from tabuah.console.window.sync.data_saver import DataSaverActions
from tabuah.resources.localisation import _, current_language
from tabuah.text.people.lock_screen import describe_lock_time
from tabuah.widgets.shell.settings_dialog import SettingRow, SettingsDialog
from tabuah.widgets.theme.appearance import TEXT_SCALES, Appearance

THEME, TEXT, SOUND, DATA_SAVER = "theme", "text", "sound", "data_saver"
WALL, LOCK, LANGUAGE = "wall", "lock", "language"
_ON: Final = "on"
_OFF: Final = "off"
_BY_ROLE: Final = "role"


class _Setting(msgspec.Struct, frozen=True, kw_only=True):
    """How a setting is read and changed. A setting without a default value is left alone by a reset."""

    code: str
    label: str
    note: Callable[[], str]
    choices: tuple[tuple[str, str], ...]
    read: Callable[[], str]
    change: Callable[[str], None]
    default: str = ""

    def row(self) -> SettingRow:
        return SettingRow(
            code=self.code, label=self.label, note=self.note(), choices=self.choices, current=self.read()
        )


class SettingsActions(QObject):
    """Opens the settings and applies each change at once; the single actions and keys stay.

    Signals:
        language_requested: the person wants the window in the other language.
    """

    language_requested = Signal()

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        sound: AlarmSound,
        data_saver: DataSaverActions,
        lock: LockActions,
        wall: WallActions,
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._sound, self._data_saver, self._lock, self._wall = sound, data_saver, lock, wall
        self._settings = {each.code: each for each in self._make_settings()}
        self._dialog: SettingsDialog | None = None
        self._undo: list[dict[str, str]] = []  # values before each change
        appearance.changed.connect(self._show)
        wall.toggled.connect(self._show)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> SettingsDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the settings, or bring them to the front."""
        if self._dialog is None:
            self._undo = []
            self._dialog = self._open()
        self._show()
        bring_to_front(self._dialog, self._context.notifier)

    def begin_language(self) -> None:
        """Open the settings at the language, which has just changed."""
        self.begin()
        if self._dialog is not None:
            self._dialog.focus_setting(LANGUAGE)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._appearance.changed.disconnect(self._show)
        self._wall.toggled.disconnect(self._show)
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> SettingsDialog:
        dialog = SettingsDialog(self._appearance, self._rows(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.value_chosen.connect(self._on_value_chosen)
        dialog.undo_requested.connect(self._on_undo_requested)
        dialog.reset_requested.connect(self._on_reset_requested)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _rows(self) -> tuple[SettingRow, ...]:
        return tuple(each.row() for each in self._settings.values())

    def _show(self) -> None:
        if self._dialog is not None:
            self._dialog.show_rows(self._rows())
            self._dialog.show_undo(possible=bool(self._undo))

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is not None and parts:
            self._show()

    def _on_value_chosen(self, code: str, value: str) -> None:
        if code == LANGUAGE:
            self.language_requested.emit()
            self._show()  # an open form may keep the window in its language
            return
        self._apply({code: value})

    def _on_undo_requested(self) -> None:
        if self._undo:
            for code, value in self._undo.pop().items():
                self._settings[code].change(value)
            self._show()

    def _on_reset_requested(self) -> None:
        self._apply({each.code: each.default for each in self._settings.values() if each.default})

    def _apply(self, values: dict[str, str]) -> None:
        changed = {code: value for code, value in values.items() if self._settings[code].read() != value}
        if changed:
            self._undo.append({code: self._settings[code].read() for code in changed})
            for code, value in changed.items():
                self._settings[code].change(value)
        self._show()

    def _on_finished(self) -> None:
        self._dialog = None

    def _make_settings(self) -> Iterable[_Setting]:
        appearance = self._appearance
        yield _Setting(
            code=THEME, label=_("Theme"), default="dark",
            note=lambda: _("F9 changes it, too. The dark one is for a darkened room."),
            choices=(("dark", _("Dark")), ("light", _("Light"))),
            read=lambda: appearance.palette.name, change=appearance.show_theme,
        )  # fmt: skip
        yield _Setting(
            code=TEXT, label=_("Text size"), default=str(TEXT_SCALES[0]),
            note=lambda: _("Ctrl + and Ctrl - change it, too."),
            choices=tuple((str(scale), f"{round(scale * 100)} %") for scale in TEXT_SCALES),
            read=lambda: str(appearance.text_scale),
            change=lambda value: appearance.show_text_scale(float(value)),
        )  # fmt: skip
        yield _Setting(
            code=SOUND, label=_("Alarm sound"), default=_ON,
            note=lambda: _("Muting ends by itself; new alarms sound all the same."),
            choices=((_ON, _("On")), (_OFF, _("Muted for 10 minutes"))),
            read=lambda: _OFF if self._sound.is_muted else _ON, change=self._change_sound,
        )  # fmt: skip
        yield _Setting(
            code=DATA_SAVER, label=_("Data saver"), default=_OFF,
            note=lambda: _("For a slow or metered connection. Own changes are sent all the same."),
            choices=((_OFF, _("Off")), (_ON, _("On"))),
            read=lambda: _ON if self._data_saver.is_on else _OFF,
            change=lambda value: self._data_saver.switch(is_on=value == _ON),
        )  # fmt: skip
        yield _Setting(
            code=WALL, label=_("Wall view"), default=_OFF,
            note=lambda: _("Map, clock, alarms, incidents and units on the second screen, without personal data."),
            choices=((_OFF, _("Off")), (_ON, _("On"))),
            read=lambda: _OFF if self._wall.view is None else _ON, change=self._change_wall,
        )  # fmt: skip
        minutes = sorted({*MINUTES, self._lock.chosen_minutes or 0})  # the file may have another one
        times = tuple((str(each), describe_lock_time(each)) for each in minutes)
        yield _Setting(
            code=LOCK, label=_("Lock the window by itself"), default=_BY_ROLE, note=self._lock_note,
            choices=((_BY_ROLE, _("By role")), *times), read=self._lock_time, change=self._change_lock_time,
        )  # fmt: skip
        yield _Setting(
            code=LANGUAGE, label=_("Language"),
            note=lambda: _("The window opens again in the other language; nothing is lost."),
            choices=(("id", "Bahasa Indonesia"), ("en", "English")),
            read=current_language, change=lambda _value: None,
        )  # fmt: skip

    def _change_sound(self, value: str) -> None:
        if (value == _OFF) != self._sound.is_muted:
            self._sound.mute()

    def _change_wall(self, value: str) -> None:
        if (value == _ON) != (self._wall.view is not None):
            self._wall.toggle()

    def _lock_note(self) -> str:
        by_role = describe_lock_time(self._lock.minutes_by_role())
        return _("Alarms stay visible and audible. By role: {time}.").format(time=by_role)

    def _lock_time(self) -> str:
        minutes = self._lock.chosen_minutes
        return _BY_ROLE if minutes is None else str(minutes)

    def _change_lock_time(self, value: str) -> None:
        self._lock.change_time(None if value == _BY_ROLE else int(value))
