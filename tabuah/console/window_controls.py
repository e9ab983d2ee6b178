"""Controls of a window: commands, shortcut keys, menus and palette, built after its first frame."""

from typing import TYPE_CHECKING

import msgspec

from tabuah.console.subject_commands import build_subject_commands
from tabuah.console.window.shell.action_bindings import ActionBindings
from tabuah.console.window.shell.help_actions import HelpActions
from tabuah.console.window.shell.map_context_menu import MapContextMenu
from tabuah.console.window.shell.palette_search import PaletteSearch
from tabuah.console.window.shell.services import Services
from tabuah.console.window.shell.window_commands import ApplicationHooks, WindowCommands
from tabuah.widgets.theme.appearance import Appearance

if TYPE_CHECKING:
    from tabuah.console.bootstrap import WindowObjects


class WindowControls(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Everything by which a person acts on a window."""

    commands: WindowCommands
    keys: ActionBindings
    palette_search: PaletteSearch
    help_actions: HelpActions

    def close(self) -> None:
        """Close all dialogs of the window."""
        self.help_actions.close()
        self.commands.close()


def build_controls(
    objects: "WindowObjects", services: Services, appearance: Appearance, *, server_url: str
) -> WindowControls:
    """Build the commands over the parts of a window, and connect its gestures to them."""
    window, context = objects.window, objects.context
    parts, availability = window.parts, objects.availability
    help_actions = HelpActions(context, window, appearance, availability)
    commands = WindowCommands(
        window,
        parts,
        context,
        build_subject_commands(objects, services, appearance, server_url=server_url),
        appearance=appearance,
        connection=services.connection,
        hooks=ApplicationHooks(
            change_language=window.language_requested.emit,
            quit=window.close,
            open_help=help_actions.begin,
            open_keys=help_actions.begin_keys,
        ),
    )
    keys = ActionBindings(window, commands, objects.notifier, side=parts.side, availability=availability)
    palette_search = PaletteSearch(parts.palette, context, commands, keys, availability=availability)
    controls = WindowControls(commands=commands, keys=keys, palette_search=palette_search, help_actions=help_actions)
    _connect(objects, services, controls)
    return controls


def _connect(objects: "WindowObjects", services: Services, controls: WindowControls) -> None:
    """Connect the gestures that cross subjects, and show the changes from before."""
    commands, keys, parts = controls.commands, controls.keys, objects.window.parts
    canvas = parts.map.canvas
    objects.updates.incidents_changed.connect(commands.incidents.conflict_actions.refresh)
    objects.updates.trays_changed.connect(commands.sync.refresh_trays)
    objects.updates.view_failed.connect(objects.notifier.warn_of_faulty_view)
    objects.window.files_dropped.connect(commands.incidents.attachment_actions.attach)
    parts.header.attach_menu(keys.menu())
    parts.header.palette_requested.connect(controls.palette_search.open)
    controls.help_actions.action_requested.connect(keys.run)
    commands.first_steps.action_requested.connect(keys.run)
    commands.settings.language_requested.connect(commands.change_language)
    parts.sync_notice.details_requested.connect(parts.header.sync_badge.click)
    parts.header.sync_requested.connect(services.connection.sync_soon)
    parts.header.action_requested.connect(keys.run)
    parts.exercise_banner.exercises_requested.connect(commands.exercises.begin)
    parts.exercise_banner.leave_requested.connect(commands.exercises.leave)
    parts.real_alarm.leave_requested.connect(commands.exercises.leave)
    commands.incidents.conflict_actions.world_requested.connect(commands.exercises.switch)
    commands.sync.held_and_rejected.world_requested.connect(commands.exercises.switch)
    objects.updates.world.real_alarms_shown.connect(commands.alarms.alarm_sound.show_real)
    objects.updates.world.real_alarms_shown.connect(commands.wall.show_real_alarms)
    commands.units.help_actions.requests_shown.connect(commands.alarms.alarm_sound.show_help)
    commands.units.help_actions.requests_shown.connect(commands.people.lock.show_help)
    objects.updates.alarms.shown.connect(commands.wall.show_alarms)
    parts.board.open_requested.connect(commands.open_incident)
    parts.details.action_requested.connect(keys.run_from_details)
    parts.details.conflict_requested.connect(commands.incidents.conflict_actions.begin)
    parts.details.tasks_requested.connect(commands.tasks.begin_for_incident)
    parts.details.event_requested.connect(commands.events.begin_of_incident)
    parts.details.related_requested.connect(commands.events.show_incident)
    parts.details.contacts_requested.connect(commands.contacts.begin_for_incident)
    parts.details.number_copied.connect(commands.contacts.copy_first)
    parts.details.call_noted.connect(commands.contacts.note_call)
    parts.details.held_requested.connect(commands.sync.held_and_rejected.begin_held)
    canvas.locate_requested.connect(controls.palette_search.open)
    parts.map.legend.problem_requested.connect(objects.notifier.refuse)
    stations = commands.stations
    MapContextMenu(canvas, commands.incidents.report_actions, stations.station_page, stations.registration)
    if services.state.is_loaded:
        objects.updates.alarms.refresh()
        commands.units.help_actions.refresh()
        objects.updates.world.tick()
        commands.incidents.conflict_actions.refresh()
        commands.sync.refresh_trays()
