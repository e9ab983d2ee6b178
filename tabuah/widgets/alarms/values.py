"""Display values of alarms: the strip, and the lists of the alarms window."""

import msgspec

from tabuah.widgets.values import Level


class AlarmLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a list, with its level at the edge."""

    id: str
    level: Level
    text: str
    about: str = ""
    at: str = ""
    author: str = ""
    names: tuple[str, ...] = ()  # the parts of both lines that may be cut: never a value

    @property
    def spoken(self) -> str:
        """Accessible text of the row."""
        return ". ".join(part for part in (self.text, self.about, self.at, self.author) if part)


class GroupLine(msgspec.Struct, frozen=True, kw_only=True):
    """A group as a row, with its alarms, the worst first; `acknowledged` when all of them are.

    `incident` is the number of the incident that all its alarms belong to, if any.
    """

    line: AlarmLine
    members: tuple[AlarmLine, ...]
    acknowledged: bool = False
    incident: str = ""


class SuppressedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A suppressed alarm as a row; `alarm` is its id while it is active, and can be unshelved if shelved."""

    line: AlarmLine
    alarm: str = ""
    is_shelved: bool = False


class PerformanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with its recommended value; `is_kept` is None where there is no recommendation or no result.

    `note` gives the base of a share. A heading has only a label and precedes its figures.
    """

    label: str
    value: str
    recommended: str = ""
    is_kept: bool | None = None
    is_heading: bool = False
    note: str = ""

    @property
    def spoken(self) -> str:
        """Accessible text of the figure."""
        return f"{self.label}: {self.value}, {self.note}" if self.note else f"{self.label}: {self.value}"


class AlarmRates(msgspec.Struct, frozen=True, kw_only=True):
    """Alarms in each ten minutes, both ends of the period as text, and the recommended maximum.

    `peak` is the maximum of any ten minutes, which may begin at any moment.
    """

    counts: tuple[int, ...] = ()
    since: str = ""
    until: str = ""
    limit: int = 10
    peak: int = 0


class PerformanceView(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a period, its alarm rates and the points with the most alarms."""

    heading: str = ""
    figures: tuple[PerformanceRow, ...] = ()
    rates: AlarmRates = AlarmRates()
    points: tuple[AlarmLine, ...] = ()


class AlarmItem(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm in the alarm strip."""

    id: str
    level: Level
    word: str  # such as "Kritis"
    title: str
    details: tuple[str, ...] = ()  # values at raising and now, trend, since, source
    names: tuple[str, ...] = ()  # the parts of title and details that may be cut: never a value
    acknowledged: bool = False
    incident: str = ""  # number of the incident made from it, if any
    incident_reason: str = ""  # why no incident can be made of it; empty if one can
    escalated: str = ""  # to whom it was escalated, such as "Penyelia piket diminta 2 mnt lalu"
    escalated_short: str = ""  # the same, abbreviated for a narrow strip
    escalation_step: int = 0  # of the escalation; raises the emphasis
    exercise: str = ""  # mark of its exercise; empty in the real world
    unacknowledged: int = 1  # alarms of its group that an acknowledgement covers
    pending_s: int = 0  # seconds until its acknowledgement is written; 0 if none is pending

    @property
    def rank(self) -> tuple[bool, int]:
        """Sort key, lowest first: real alarms before exercises, then by level."""
        return bool(self.exercise), self.level.rank


class AlarmBanner(msgspec.Struct, frozen=True, kw_only=True):
    """All open alarms: real ones before exercises, the worst first."""

    alarms: tuple[AlarmItem, ...] = ()
