"""The commands of the alarms: the strip, the alarm list and the sound."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QMainWindow

from tabuah.console.window.alarms.alarm_actions import AlarmActions
from tabuah.console.window.alarms.alarm_list import AlarmListActions
from tabuah.console.window.alarms.alarm_sound import AlarmSound
from tabuah.console.window.alarms.alarm_updates import AlarmUpdates
from tabuah.console.window.incidents.report_actions import ReportActions
from tabuah.console.window.shared.impact_cache import ImpactCache
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.widgets.alarms.alarm_strip import AlarmStrip
from tabuah.widgets.alarms.sound_player import SoundPlayer
from tabuah.widgets.theme.appearance import Appearance


@dataclass(frozen=True, kw_only=True, eq=False)
class AlarmCommands:
    """The actions on alarms."""

    alarm_actions: AlarmActions
    alarm_list: AlarmListActions
    alarm_sound: AlarmSound

    def close(self) -> None:
        """Close the list, write pending acknowledgements and stop the sound."""
        self.alarm_actions.close()
        self.alarm_list.close()
        self.alarm_sound.close()


def build_alarm_commands(
    context: WindowContext,
    window: QMainWindow,
    appearance: Appearance,
    strip: AlarmStrip,
    *,
    updates: AlarmUpdates,
    report_actions: ReportActions,
    impacts: ImpactCache,
    show_notices: Callable[[str], None],
) -> AlarmCommands:
    """Build the commands. The list and the sound follow the strip; `show_notices` shows the receipts of an alarm."""
    alarm_actions = AlarmActions(context, strip, report_actions, updates)
    alarm_list = AlarmListActions(
        context,
        window,
        appearance,
        alarm_actions=alarm_actions,
        groups=updates.groups,
        present=updates.present.of,
        impacts=impacts,
        show_notices=show_notices,
    )
    updates.present.changed.connect(alarm_list.show_values)
    alarm_sound = AlarmSound(window, SoundPlayer(window), now=context.state.now)
    strip.all_requested.connect(alarm_list.begin_groups)
    updates.shown.connect(alarm_sound.show)
    return AlarmCommands(alarm_actions=alarm_actions, alarm_list=alarm_list, alarm_sound=alarm_sound)
