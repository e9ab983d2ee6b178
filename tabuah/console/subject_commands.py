"""The commands of each subject of a window, over its parts and the services of its data directory."""

from functools import partial
from typing import TYPE_CHECKING

from tabuah.console.window.aid.aid_actions import AidActions
from tabuah.console.window.alarms.alarm_commands import AlarmCommands, build_alarm_commands
from tabuah.console.window.alarms.pending_acknowledgements import PendingAcknowledgements
from tabuah.console.window.bulletins.data_sources import DataSourceActions
from tabuah.console.window.calls.call_list import CallListActions
from tabuah.console.window.contacts.directory import DirectoryActions
from tabuah.console.window.disruptions.disruption_actions import DisruptionActions
from tabuah.console.window.exercises.day_replay_actions import DayReplayActions
from tabuah.console.window.exercises.exercise_actions import ExerciseActions
from tabuah.console.window.gateways.mapping_trial import MappingTrialActions
from tabuah.console.window.incidents.incident_commands import (
    IncidentCommands,
    IncidentWidgets,
    build_incident_commands,
)
from tabuah.console.window.incidents.presence_announcer import PresenceAnnouncer
from tabuah.console.window.map.map_actions import MapActions, build_map_actions
from tabuah.console.window.messages.message_items import event_message_lines
from tabuah.console.window.messages.message_list import MessageListActions
from tabuah.console.window.notices.receipt_list import ReceiptListActions
from tabuah.console.window.parent_events.event_actions import ParentEventActions
from tabuah.console.window.people.administration import AdministrationActions
from tabuah.console.window.people.backups import BackupActions
from tabuah.console.window.people.deputies import DeputyActions
from tabuah.console.window.people.hand_over import HandOverActions
from tabuah.console.window.people.lock_actions import LockActions
from tabuah.console.window.people.log_out import LogOutActions
from tabuah.console.window.people.own_password import OwnPasswordActions
from tabuah.console.window.people.people_commands import PeopleCommands
from tabuah.console.window.people.personal_data import PersonalDataActions
from tabuah.console.window.people.second_factor import SecondFactorActions
from tabuah.console.window.replay.replay_actions import ReplayActions
from tabuah.console.window.roster.roster_actions import RosterActions
from tabuah.console.window.rules.rule_actions import RuleActions
from tabuah.console.window.shared.draft_writer import DraftWriter, EditFormDraft
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.first_steps_actions import FirstStepsActions
from tabuah.console.window.shell.main_window import MainWindow
from tabuah.console.window.shell.services import Services
from tabuah.console.window.shell.settings_actions import SettingsActions
from tabuah.console.window.shell.wall_actions import WallActions
from tabuah.console.window.shell.window_commands import SubjectCommands
from tabuah.console.window.shell.window_widgets import WindowWidgets
from tabuah.console.window.shelters.shelter_actions import ShelterActions
from tabuah.console.window.shifts.shift_actions import ShiftActions
from tabuah.console.window.stations.station_commands import StationCommands, StationWidgets, build_station_commands
from tabuah.console.window.sync.sync_commands import SyncCommands, build_sync_commands
from tabuah.console.window.tasks.limit_actions import LimitActions
from tabuah.console.window.tasks.task_actions import TaskActions
from tabuah.console.window.units.unit_commands import UnitCommands, build_unit_commands
from tabuah.widgets.theme.appearance import Appearance

if TYPE_CHECKING:
    from tabuah.console.bootstrap import WindowObjects


def build_subject_commands(
    objects: "WindowObjects", services: Services, appearance: Appearance, *, server_url: str
) -> SubjectCommands:
    """Build the commands of all subjects; `server_url` is the server that the log-in form suggests."""
    window, context, updates = objects.window, objects.context, objects.updates
    parts = window.parts
    drafts = _draft_writer(context, window)
    incidents = _incident_commands(objects, appearance, drafts)
    messages = _message_actions(objects, appearance, incidents, drafts)
    edits = incidents.edit_actions
    PresenceAnnouncer(
        context, edits, edited=lambda: edits.edited_incident, answered=lambda: messages.answered_message
    )
    stations = _station_commands(objects, services, appearance, drafts)
    notices = ReceiptListActions(context, window, appearance)
    alarms = _alarm_commands(objects, appearance, incidents, notices)
    replay = ReplayActions(context, parts.past_frame, parts.time_bar, hold_map_updates=updates.hold_map_updates)
    sync = _sync_commands(objects, services, server_url)
    people = _people_commands(objects, services, appearance, drafts)
    wall = _wall_actions(objects, appearance, replay)
    tasks = TaskActions(context, window, appearance, show_incident=objects.selection.choose_incident)
    return SubjectCommands(
        incidents=incidents,
        stations=stations,
        alarms=alarms,
        map=_map_actions(objects, appearance, incidents, replay),
        rules=RuleActions(context, window, appearance, drafts),
        bulletins=DataSourceActions(context, parts.sources, parts.lower, parts.level_form, updates.bulletins),
        units=_unit_commands(objects, incidents, alarms),
        sync=sync,
        replay=replay,
        exercises=_exercise_actions(objects, services, appearance, incidents, replay),
        people=people,
        gateways=MappingTrialActions(context, window, appearance, drafts),
        roster=RosterActions(context, window, appearance),
        shifts=ShiftActions(context, window, appearance, log_in=sync.login.begin_other_person),
        events=ParentEventActions(
            context,
            window,
            appearance,
            list_incidents=incidents.incident_list.begin_for_event,
            read_messages=event_message_lines,
            show_message=messages.begin,
        ),
        calls=CallListActions(context, window, appearance, report=incidents.report_actions.begin_from_call),
        notices=notices,
        messages=messages,
        contacts=DirectoryActions(context, window, appearance),
        shelters=ShelterActions(context, window, appearance),
        disruptions=DisruptionActions(context, window, appearance),
        tasks=tasks,
        limits=_limit_actions(objects, appearance, alarms, tasks, replay, people),
        aid=AidActions(context, window, appearance),
        wall=wall,
        settings=_settings_actions(objects, appearance, alarms, sync, people, wall),
        first_steps=FirstStepsActions(
            context, window, appearance, sound=alarms.alarm_sound, lock=people.lock, loaded_map=lambda: services.map
        ),
    )


def _incident_commands(objects: "WindowObjects", appearance: Appearance, drafts: DraftWriter) -> IncidentCommands:
    parts, units = objects.window.parts, objects.updates.units
    widgets = IncidentWidgets(
        report_form=parts.report_form,
        edit_form=parts.edit_form,
        details=parts.details,
        board=parts.board,
        map_view=parts.map,
        resolver=parts.resolver,
        lower=parts.lower,
    )
    return build_incident_commands(
        objects.context,
        objects.window,
        widgets,
        drafts=drafts,
        known_units=lambda: units.known,
        appearance=appearance,
    )


def _message_actions(
    objects: "WindowObjects", appearance: Appearance, incidents: IncidentCommands, drafts: DraftWriter
) -> MessageListActions:
    return MessageListActions(
        objects.context,
        objects.window,
        appearance,
        report=incidents.report_actions.begin_from_message,
        drafts=drafts,
        impacts=objects.impacts,
    )


def _station_commands(
    objects: "WindowObjects", services: Services, appearance: Appearance, drafts: DraftWriter
) -> StationCommands:
    parts = objects.window.parts
    return build_station_commands(
        objects.context,
        objects.window,
        appearance,
        StationWidgets(
            reading_form=parts.reading_form,
            retention_form=parts.keeping_form,
            station_form=parts.station_form,
            station_import=parts.station_import,
            unregistered=parts.unregistered,
            chart=parts.chart,
        ),
        drafts=drafts,
        readings=services.readings,
        updates=objects.updates.stations,
        reason_of=objects.availability.reason_of,
    )


def _alarm_commands(
    objects: "WindowObjects", appearance: Appearance, incidents: IncidentCommands, notices: ReceiptListActions
) -> AlarmCommands:
    return build_alarm_commands(
        objects.context,
        objects.window,
        appearance,
        objects.window.parts.strip,
        updates=objects.updates.alarms,
        report_actions=incidents.report_actions,
        impacts=objects.impacts,
        show_notices=notices.begin_for_alarm,
    )


def _unit_commands(objects: "WindowObjects", incidents: IncidentCommands, alarms: AlarmCommands) -> UnitCommands:
    parts = objects.window.parts
    return build_unit_commands(
        objects.context,
        panel=parts.units,
        band=parts.help_band,
        form=parts.unit_form,
        updates=objects.updates.units,
        send=incidents.status_actions.send,
        announce=alarms.alarm_sound.announce,
    )


def _limit_actions(
    objects: "WindowObjects",
    appearance: Appearance,
    alarms: AlarmCommands,
    tasks: TaskActions,
    replay: ReplayActions,
    people: PeopleCommands,
) -> LimitActions:
    return LimitActions(
        objects.context,
        objects.window,
        appearance,
        show_incident=objects.context.show_incident,
        show_task=tasks.begin_at,
        announce=alarms.alarm_sound.announce,
        is_past=lambda: replay.moment is not None,
        is_locked=lambda: people.lock.cover is not None,
    )


def _settings_actions(
    objects: "WindowObjects",
    appearance: Appearance,
    alarms: AlarmCommands,
    sync: SyncCommands,
    people: PeopleCommands,
    wall: WallActions,
) -> SettingsActions:
    return SettingsActions(
        objects.context,
        objects.window,
        appearance,
        sound=alarms.alarm_sound,
        data_saver=sync.data_saver,
        lock=people.lock,
        wall=wall,
    )


def _wall_actions(objects: "WindowObjects", appearance: Appearance, replay: ReplayActions) -> WallActions:
    units = objects.updates.units
    return WallActions(
        objects.context,
        objects.window,
        appearance,
        known_units=lambda: units.known,
        past=lambda: replay.moment,
    )


def _map_actions(
    objects: "WindowObjects", appearance: Appearance, incidents: IncidentCommands, replay: ReplayActions
) -> MapActions:
    parts = objects.window.parts
    return build_map_actions(
        objects.context,
        objects.window,
        appearance,
        map_view=parts.map,
        layers=parts.layers,
        report_actions=incidents.report_actions,
        edit_actions=incidents.edit_actions,
        impacts=objects.impacts,
        past=lambda: replay.moment,
    )


def _sync_commands(objects: "WindowObjects", services: Services, server_url: str) -> SyncCommands:
    parts = objects.window.parts
    return build_sync_commands(
        objects.context,
        objects.window,
        trays=parts.trays,
        lower=parts.lower,
        login_form=parts.login_form,
        connection=services.connection,
        server_url=server_url,
    )


def _exercise_actions(
    objects: "WindowObjects",
    services: Services,
    appearance: Appearance,
    incidents: IncidentCommands,
    replay: ReplayActions,
) -> ExerciseActions:
    context, window, parts = objects.context, objects.window, objects.window.parts
    return ExerciseActions(
        context,
        window,
        appearance,
        replays=DayReplayActions(context, services.day_replay, parts.exercise_banner, window),
        set_report_aside=incidents.report_actions.set_aside,
        end_replay=replay.end,
        clear_view=partial(_clear_view, parts, context, objects.updates.alarms.pending),
    )


def _people_commands(
    objects: "WindowObjects", services: Services, appearance: Appearance, drafts: DraftWriter
) -> PeopleCommands:
    updates = objects.updates
    lock = LockActions(
        objects.context,
        objects.window,
        appearance,
        app=objects.app,
        alarms=updates.alarms,
        world=updates.world,
        connection=services.connection,
        before_lock=partial(_write_pending, drafts, updates.alarms.pending),
    )
    return PeopleCommands(
        administration=AdministrationActions(objects.context, objects.window, appearance),
        backups=BackupActions(objects.context, objects.window, appearance),
        deputies=DeputyActions(objects.context, objects.window, appearance),
        hand_over=HandOverActions(
            objects.context, stop_sync=services.connection.close, start_sync=services.connection.start
        ),
        lock=lock,
        log_out=LogOutActions(objects.context, lock=lock.lock_after_log_out),
        password=OwnPasswordActions(objects.context, objects.window, appearance),
        personal_data=PersonalDataActions(objects.context, objects.window, appearance),
        second_factor=SecondFactorActions(objects.context, objects.window, appearance),
    )


def _write_pending(drafts: DraftWriter, pending: PendingAcknowledgements) -> None:
    """Write what would otherwise wait: another user may log in next."""
    drafts.write()
    pending.write_all()


def _clear_view(parts: WindowWidgets, context: WindowContext, pending: PendingAcknowledgements) -> None:
    """Remove filters, questions and messages of the previous world; write pending acknowledgements."""
    pending.write_all()
    context.confirm.cancel()
    context.notifier.clear_settled()
    parts.board.clear_filter()
    context.canvas.tools.clear_results()
    context.canvas.cancel_pick()


def _draft_writer(context: WindowContext, window: MainWindow) -> DraftWriter:
    """Return the writer of drafts, which follows every edit form; closing the window writes changed drafts."""
    drafts, parts = DraftWriter(context, window), window.parts
    for form in (parts.edit_form, parts.reading_form, parts.level_form, parts.unit_form):
        EditFormDraft(context, drafts, form)
    window.closing.connect(drafts.write)
    drafts.start()
    return drafts
