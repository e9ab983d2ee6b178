"""The conditions under which actions of the window are available; each returns the reason why one is not."""

from collections.abc import Callable

from tabuah.console.window.state.action_context import ActionContext
from tabuah.operations.parent_events.event_incidents import own_event
from tabuah.operations.people.roles import MAY_READ_RECEIPTS, MAY_SEND_READINGS, SUPERVISORS
from tabuah.operations.people.scope import IncidentAction
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.text.alarms.alarm_status import no_alarm_reason
from tabuah.text.exercises.exercise_status import real_world_reason
from tabuah.text.incidents.callers import callers_refusal
from tabuah.text.incidents.conflicts import no_conflicts_reason
from tabuah.text.incidents.incident_text import held_report_reason, no_incident_reason, no_place_reason
from tabuah.text.incidents.merges import not_merged_reason, not_open_reason
from tabuah.text.parent_events.event_text import no_event_reason
from tabuah.text.people.permissions import role_refusal
from tabuah.text.stations.station_text import no_station_reason
from tabuah.text.sync.sync_status import no_server_reason
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.text.units.unit_status import no_unit_reason

Requirement = Callable[[ActionContext], str]


def writing_reason(action_context: ActionContext, kind: str) -> str:
    """Return why `kind` cannot be written now: the role forbids it, or the exercise of the window has ended."""
    return role_refusal(action_context.snapshot.role, kind) or action_context.over_reason


def needs_incident_for(kind: str, *any_of: IncidentAction) -> Requirement:
    """Require a selected incident, and a role that may write `kind` and take one of these actions on the incident."""

    def needs(action_context: ActionContext) -> str:
        incident, scope = action_context.incident, action_context.snapshot.personal_scope
        if incident is None:
            return needs_incident(action_context)
        reasons = [scope.refusal(incident, action) for action in any_of]
        return writing_reason(action_context, kind) or (reasons[0] if reasons and all(reasons) else "")

    return needs


def needs_incident_in_event(action_context: ActionContext) -> str:
    """Require a selected incident that belongs to a parent event."""
    incident = action_context.incident
    if incident is None:
        return needs_incident(action_context)
    return "" if own_event(incident, action_context.snapshot.parent_events) is not None else no_event_reason()


def needs_alarm_for(kind: str) -> Requirement:
    """Require an alarm in the strip and, with `kind`, a role that may write it."""

    def needs(action_context: ActionContext) -> str:
        if action_context.alarm is None:
            return no_alarm_reason()
        return writing_reason(action_context, kind) if kind else ""

    return needs


def needs_supervised_alarm(action_context: ActionContext) -> str:
    """Require an alarm in the strip and a supervisor, who may end it where its raiser is gone."""
    if reason := needs_alarm_for("alarm.cleared")(action_context):
        return reason
    return "" if action_context.snapshot.role in SUPERVISORS else describe_reason("role_forbids")


def needs_role_for(kind: str) -> Requirement:
    return lambda action_context: writing_reason(action_context, kind)


def needs_unit_for(kind: str) -> Requirement:
    """Require a selected unit, and a role that may write `kind`."""

    def needs(action_context: ActionContext) -> str:
        return writing_reason(action_context, kind) if action_context.unit else no_unit_reason()

    return needs


def needs_reader_of_callers(action_context: ActionContext) -> str:
    return callers_refusal(action_context.snapshot.role)


def needs_place(action_context: ActionContext) -> str:
    if action_context.alarm is not None or (
        action_context.incident is not None and action_context.incident.place is not None
    ):
        return ""
    return no_place_reason()


def needs_incident(action_context: ActionContext) -> str:
    if action_context.held_report:
        return held_report_reason()
    return "" if action_context.incident is not None else no_incident_reason()


def needs_unlinked_alarm(action_context: ActionContext) -> str:
    """Require an alarm whose group is not wholly in an incident, as the button in the strip does."""
    return needs_alarm_for("incident.reported")(action_context) or action_context.linked_reason


def needs_open_incident_for_merge(action_context: ActionContext) -> str:
    reason = needs_incident_for("incident.merged")(action_context)
    if reason or action_context.incident is None:
        return reason
    return "" if action_context.incident.is_open else not_open_reason()


def needs_merged_incident(action_context: ActionContext) -> str:
    reason = needs_incident_for("incident.merged")(action_context)
    if reason or action_context.incident is None:
        return reason
    return "" if action_context.incident.merged_into else not_merged_reason()


def needs_exercise(action_context: ActionContext) -> str:
    return "" if action_context.in_exercise else real_world_reason()


def needs_conflict(action_context: ActionContext) -> str:
    snapshot = action_context.snapshot
    found = snapshot.counts.conflicts or any(work.conflicts for work in snapshot.elsewhere)
    return "" if found else no_conflicts_reason()


def needs_station(action_context: ActionContext) -> str:
    return "" if action_context.station else no_station_reason()


def needs_typist(action_context: ActionContext) -> str:
    if needs_station(action_context):
        return needs_station(action_context)
    return "" if action_context.snapshot.role in MAY_SEND_READINGS else describe_reason("role_forbids")


def needs_maintainer(action_context: ActionContext) -> str:
    return needs_station(action_context) or needs_role_for("maintenance.planned")(action_context)


def needs_station_for(kind: str) -> Requirement:
    """Require a station in the chart and a role that may write `kind`."""
    return lambda action_context: needs_station(action_context) or writing_reason(action_context, kind)


def needs_receipt_reader(action_context: ActionContext) -> str:
    """Require a server, and a role that may read the receipts of notices."""
    if reason := needs_server(action_context):
        return reason
    return "" if action_context.snapshot.role in MAY_READ_RECEIPTS else describe_reason("role_forbids")


def needs_server(action_context: ActionContext) -> str:
    return no_server_reason() if action_context.link is ConnectionState.NONE else ""
