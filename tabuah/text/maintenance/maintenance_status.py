"""Text about station maintenance."""

from typing import Final

from tabuah.operations.maintenance.window import MaintenanceState, MaintenanceWindow
from tabuah.resources.localisation import _, format_moment, format_time

_MAINTENANCE_STATES: Final[dict[str, str]] = {
    MaintenanceState.PLANNED: "planned",
    MaintenanceState.RUNNING: "under maintenance",
    MaintenanceState.OVERDUE: "overdue: no data since its end",
    MaintenanceState.OVER: "ended",
}


def describe_maintenance_state(standing: MaintenanceState) -> str:
    return _(_MAINTENANCE_STATES[standing])


def describe_maintenance(window: MaintenanceWindow) -> str:
    """Describe running maintenance: "dalam pemeliharaan s.d. 15.30 WIB · kalibrasi"."""
    message = _("under maintenance until {time} · {reason}")
    return message.format(time=format_time(window.over_at), reason=window.reason)


def describe_maintenance_end(window: MaintenanceWindow) -> str:
    return _("until {time} · {reason}").format(time=format_time(window.over_at), reason=window.reason)


def describe_planned_maintenance(window: MaintenanceWindow, state: MaintenanceState) -> str:
    """Describe maintenance that does not run: its state, its start and its reason."""
    return " · ".join((describe_maintenance_state(state), format_moment(window.since), window.reason))
