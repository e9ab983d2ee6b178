"""The widgets' level for each severity of incidents and alarms."""

from typing import Final

from tabuah.operations.codes import Severity
from tabuah.operations.levels import AlarmSeverity
from tabuah.widgets.values import Level

LEVEL_OF_SEVERITY: Final = {
    Severity.CATASTROPHIC: Level.CRITICAL,
    Severity.SEVERE: Level.HIGH,
    Severity.MODERATE: Level.ATTENTION,
    Severity.MINOR: Level.INFORMATION,
}
LEVEL_OF_ALARM: Final = {severity: Level(severity.value) for severity in AlarmSeverity}
