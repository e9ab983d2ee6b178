"""Text about alarm groups and about the reasons why an alarm is suppressed."""

from typing import Final

from tabuah.operations.alarms.alarm import RAIN, SLOPE, STAGE, STORM
from tabuah.operations.alarms.alarm_groups import AlarmGroup
from tabuah.operations.alarms.suppression import SuppressionCause
from tabuah.resources.localisation import _, ngettext

_SUPPRESSION_REASONS: Final[dict[str, str]] = {
    SuppressionCause.LINK: "its link is lost",
    SuppressionCause.LADDER: "a worse alarm speaks for it",
    SuppressionCause.SHELVED: "shelved",
    SuppressionCause.MAINTENANCE: "under maintenance",
}
_FAMILY_COUNTS: Final[dict[str, str]] = {
    RAIN: "{n} rain",
    SLOPE: "{n} slopes",
    STAGE: "{n} gauges",
}


def describe_suppression_reason(why: SuppressionCause) -> str:
    return _(_SUPPRESSION_REASONS[why])


def describe_group_size(group: AlarmGroup) -> str:
    """Return the number of stations in a group: "12 stasiun"."""
    return ngettext("{n} station", "{n} stations", group.stations).format(n=group.stations)


def describe_storm(group: AlarmGroup) -> str:
    """Count the stations of a storm group by kind: "satu badai: 42 hujan, 7 pos air".

    Returns an empty text for other groups.
    """
    if group.family != STORM:
        return ""
    counted = [
        _(_FAMILY_COUNTS[family]).format(n=n) for family, n in group.families.items() if family in _FAMILY_COUNTS
    ]
    return _("one storm: {what}").format(what=", ".join(counted))
