"""Wiring of a console window: builds every object and passes its collaborators to its constructor."""

from dataclasses import dataclass

from tabuah.console.window.alarms.alarm_commands import build_alarm_commands
from tabuah.console.window.alarms.alarm_updates import AlarmUpdates
from tabuah.console.window.bulletins.bulletin_updates import BulletinUpdates
from tabuah.console.window.bulletins.data_sources import DataSourceActions
from tabuah.console.window.incidents.details_updates import DetailsUpdates
from tabuah.console.window.incidents.incident_commands import IncidentWidgets, build_incident_commands
from tabuah.console.window.incidents.incident_updates import IncidentUpdates
from tabuah.console.window.map.layer_updates import LayerUpdates
from tabuah.console.window.map.map_actions import build_map_actions
from tabuah.console.window.map.map_updates import MapUpdates
from tabuah.console.window.map.surface_updates import SurfaceUpdates
from tabuah.console.window.replay.replay_actions import ReplayActions
from tabuah.console.window.rules.rule_actions import RuleActions
from tabuah.console.window.shared.notifier import Notifier
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.action_availability import ActionAvailability
from tabuah.console.window.shell.action_keys import ActionKeys
from tabuah.console.window.shell.main_window import MainWindow
from tabuah.console.window.shell.map_context_menu import MapContextMenu
from tabuah.console.window.shell.palette_search import PaletteSearch
from tabuah.console.window.shell.services import Services
from tabuah.console.window.shell.status_updates import StatusUpdates
from tabuah.console.window.shell.view_updates import SubjectUpdates, ViewUpdates
from tabuah.console.window.shell.window_commands import ApplicationHooks, SubjectCommands, WindowCommands
from tabuah.console.window.shell.window_widgets import WindowWidgets
from tabuah.console.window.state.selection import WindowSelection
from tabuah.console.window.state.window_settings import WindowSettings
from tabuah.console.window.stations.station_commands import StationWidgets, build_station_commands
from tabuah.console.window.stations.station_updates import StationUpdates
from tabuah.console.window.sync.sync_commands import build_sync_commands
from tabuah.console.window.units.unit_commands import build_unit_commands
from tabuah.console.window.units.unit_updates import UnitUpdates
from tabuah.resources.localisation import _
from tabuah.widgets.theme.appearance import Appearance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WindowObjects:
    """The objects of one window over the services of a data directory."""

    window: MainWindow
    services: Services
    selection: WindowSelection
    notifier: Notifier
    context: WindowContext
    availability: ActionAvailability
    updates: ViewUpdates
    maps: MapUpdates
    commands: WindowCommands
    keys: ActionKeys
    palette_search: PaletteSearch

    def start(self) -> None:
        """Show the current state and follow its changes."""
        if self.services.map is not None:
            self.maps.show_map(self.services.map)
        self.updates.start()

    def release(self) -> None:
        """Disconnect from the services, which continue without this window."""
        self.commands.close()
        self.updates.close()
        self.services.map_loaded.disconnect(self.maps.show_map)
        self.services.failed.disconnect(self.notifier.error)
        self.window.parts.map.canvas.close_workers()


def build_window(
    services: Services, appearance: Appearance, memory: WindowSettings, *, server_url: str = ""
) -> WindowObjects:
    """Build a window over running services; `server_url` is the server that the log-in form suggests."""
    selection = WindowSelection()
    window = MainWindow(appearance, memory, state=services.state, selection=selection)
    parts = window.parts
    notifier = Notifier(parts.toasts, services.log_file, window)
    context = _window_context(services, parts, selection, notifier)
    availability = ActionAvailability(services.state, selection, parts.strip)
    updates = ViewUpdates(services.state, _subject_updates(services, parts, selection, availability), parts.side)
    commands = WindowCommands(
        window,
        parts,
        context,
        _subject_commands(services, window, context, updates, availability, appearance=appearance, url=server_url),
        appearance=appearance,
        connection=services.connection,
        hooks=ApplicationHooks(change_language=window.language_requested.emit, quit=window.close),
    )
    keys = ActionKeys(window, commands, notifier, availability=availability)
    objects = WindowObjects(
        window=window,
        services=services,
        selection=selection,
        notifier=notifier,
        context=context,
        availability=availability,
        updates=updates,
        maps=MapUpdates(parts.map, notifier, memory),
        commands=commands,
        keys=keys,
        palette_search=PaletteSearch(parts.palette, context, commands, keys, availability=availability),
    )
    _connect(objects)
    window.restore()
    return objects


def _window_context(
    services: Services, parts: WindowWidgets, selection: WindowSelection, notifier: Notifier
) -> WindowContext:
    return WindowContext(
        directory=services.directory,
        state=services.state,
        store=services.store,
        work=services.work,
        network=services.network,
        places=services.places,
        selection=selection,
        side=parts.side,
        canvas=parts.map.canvas,
        confirm=parts.confirm,
        notifier=notifier,
        sync_soon=services.connection.sync_soon,
        imports=services.imports,
        reload_map=services.reload_map,
    )


def _subject_updates(
    services: Services, parts: WindowWidgets, selection: WindowSelection, availability: ActionAvailability
) -> SubjectUpdates:
    state, readings, canvas = services.state, services.readings, parts.map.canvas
    alarms = AlarmUpdates(state, readings, parts.strip)
    incidents = IncidentUpdates(state, selection, parts.board, canvas)
    details = DetailsUpdates(
        state,
        selection,
        parts.details,
        store=services.store,
        work=services.work,
        blobs=services.directory / "blobs",
        actions=availability.details_actions,
    )
    stations = StationUpdates(state, selection, readings, services.forecasts, canvas=canvas, chart=parts.chart)
    return SubjectUpdates(
        alarms=alarms,
        incidents=incidents,
        details=details,
        stations=stations,
        units=UnitUpdates(state, selection, readings, canvas=canvas, panel=parts.units),
        bulletins=BulletinUpdates(state, services.work, canvas=canvas, panel=parts.sources, lower=parts.lower),
        surfaces=SurfaceUpdates(state, readings, services.work, canvas),
        layers=LayerUpdates(canvas, parts.layers, forget=services.forget_tiles),
        status=StatusUpdates(state, parts.header, parts.status, severities=lambda: stations.severities),
    )


def _subject_commands(
    services: Services,
    window: MainWindow,
    context: WindowContext,
    updates: ViewUpdates,
    availability: ActionAvailability,
    *,
    appearance: Appearance,
    url: str,
) -> SubjectCommands:
    parts, units = window.parts, updates.units
    incidents = build_incident_commands(
        context,
        window,
        IncidentWidgets(
            report_form=parts.report_form,
            edit_form=parts.edit_form,
            details=parts.details,
            board=parts.board,
            map_view=parts.map,
            resolver=parts.resolver,
            lower=parts.lower,
        ),
        known_units=lambda: units.known,
    )
    stations = build_station_commands(
        context,
        window,
        appearance,
        StationWidgets(reading_form=parts.reading_form, retention_form=parts.keeping_form, chart=parts.chart),
        readings=services.readings,
        updates=updates.stations,
        reason_of=availability.reason_of,
    )
    alarms = build_alarm_commands(
        context, window, appearance, parts.strip, updates=updates.alarms, report_actions=incidents.report_actions
    )
    replay = ReplayActions(context, parts.past_frame, parts.time_bar, hold_map_updates=updates.hold_map_updates)
    map_actions = build_map_actions(
        context,
        window,
        appearance,
        map_view=parts.map,
        layers=parts.layers,
        report_actions=incidents.report_actions,
        edit_actions=incidents.edit_actions,
        past=lambda: replay.moment,
    )
    return SubjectCommands(
        incidents=incidents,
        alarms=alarms,
        stations=stations,
        rules=RuleActions(context, window, appearance),
        bulletins=DataSourceActions(context, parts.sources, parts.lower, parts.level_form, updates.bulletins),
        units=build_unit_commands(
            context, panel=parts.units, form=parts.unit_form, updates=units, send=incidents.status_actions.send
        ),
        map=map_actions,
        sync=build_sync_commands(
            context,
            window,
            trays=parts.trays,
            lower=parts.lower,
            login_form=parts.login_form,
            connection=services.connection,
            server_url=url,
        ),
        replay=replay,
    )


def _connect(objects: WindowObjects) -> None:
    """Connect the gestures that cross subjects."""
    services, parts, commands = objects.services, objects.window.parts, objects.commands
    canvas = parts.map.canvas
    services.map_loaded.connect(objects.maps.show_map)
    services.failed.connect(objects.notifier.error)
    objects.maps.basemap_changed.connect(objects.updates.bulletins.use_map)
    objects.updates.incidents_changed.connect(commands.incidents.conflict_actions.refresh)
    objects.updates.trays_changed.connect(commands.sync.refresh_trays)
    objects.selection.incident_changed.connect(services.state.look_up)
    objects.window.files_dropped.connect(commands.incidents.attachment_actions.attach)
    parts.header.show_office(_("Pusdalops PB · Kabupaten Solok"))
    parts.header.attach_menu(objects.keys.menu())
    parts.header.palette_requested.connect(objects.palette_search.open)
    parts.header.sync_requested.connect(services.connection.sync_soon)
    parts.header.action_requested.connect(objects.keys.run)
    parts.board.open_requested.connect(commands.open_incident)
    parts.details.action_requested.connect(objects.keys.run_from_details)
    parts.details.conflict_requested.connect(commands.incidents.conflict_actions.begin)
    parts.details.held_requested.connect(commands.sync.held_and_rejected.begin_held)
    canvas.locate_requested.connect(objects.palette_search.open)
    canvas.failed.connect(objects.notifier.error)
    parts.map.legend.problem_requested.connect(objects.notifier.refuse)
    MapContextMenu(canvas, commands.incidents.report_actions, commands.stations.station_page)
