"""Content of the wall view, from the state: no title, note, name or number of a person is on it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.operations.codes import Severity
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.check_ins import overdue_crews
from tabuah.operations.units.help_requests import units_in_need
from tabuah.operations.units.known_units import KnownUnit
from tabuah.operations.units.unit import UnitState
from tabuah.resources.localisation import _, format_number, ngettext
from tabuah.resources.regency import current_regency
from tabuah.text.code_labels import code_label
from tabuah.text.units.check_in_text import describe_check_in_clock
from tabuah.widgets.alarms.values import AlarmItem
from tabuah.widgets.shell.wall_values import WallLine, WallSection
from tabuah.widgets.values import Level

_MOST_ALARMS: Final = 3
_MOST_OPD: Final = 5
_MOST_LATE: Final = 3  # of the lines of units


def wall_alarms(alarms: Sequence[AlarmItem]) -> WallSection:
    """Return the worst alarms; one that is not acknowledged says so."""
    lines = tuple(
        WallLine(
            level=alarm.level,
            word=alarm.word,
            text=" · ".join(part for part in (alarm.exercise, alarm.title) if part),
            note=" · ".join((*alarm.details[:2], *(() if alarm.acknowledged else (_("not acknowledged"),)))),
        )
        for alarm in alarms[:_MOST_ALARMS]
    )
    left = len(alarms) - len(lines)
    more = ngettext("{n} more", "{n} more", left).format(n=left) if left > 0 else ""
    return WallSection(title=_("Alarms"), lines=lines, more=more, empty=_("No open alarm"))


def wall_incidents(incidents: Iterable[Incident]) -> WallSection:
    """Return the number of open incidents of each severity, the worst first."""
    severities = [incident.severity for incident in incidents if incident.is_open]
    lines = tuple(
        WallLine(
            level=LEVEL_OF_SEVERITY[severity],
            word=format_number(severities.count(severity)),
            text=code_label(severity),
        )
        for severity in reversed(Severity)
        if severity in severities
    )
    n = len(severities)
    more = ngettext("{n} incident is open", "{n} incidents are open", n).format(n=n) if n else ""
    return WallSection(title=_("Incidents"), lines=lines, more=more, empty=_("No open incident"))


def _lines_in_need(units: Iterable[KnownUnit]) -> Iterator[WallLine]:
    """Yield the crews that ask for help, without the name of a person."""
    for unit, request in units_in_need(known.unit for known in units):
        text = _("HELP NEEDED") if request.acknowledged_at is None else _("help needed, acknowledged")
        yield WallLine(level=Level.CRITICAL, word=plain_code(unit.id), text=text)


def _overdue_lines(units: Iterable[KnownUnit], now: datetime) -> Iterator[WallLine]:
    crews = (known.activity for known in units if not known.unit.help)
    for crew, clock in overdue_crews(crews, current_regency(), now):
        yield WallLine(level=Level.HIGH, word=plain_code(crew.unit.id), text=describe_check_in_clock(clock, now))


def wall_units(units: Sequence[KnownUnit], now: datetime) -> WallSection:
    """Return the crews that ask for help or are overdue, then how many units of each OPD are ready, fewest first."""
    late = (*_lines_in_need(units), *_overdue_lines(units, now))
    shown_late = late[:_MOST_LATE]
    ready: dict[str, list[bool]] = {}
    for known in units:
        ready.setdefault(known.unit.opd, []).append(known.activity.state is UnitState.AVAILABLE)
    ordered = sorted(ready.items(), key=lambda item: (sum(item[1]), item[0].casefold()))
    lines = tuple(
        WallLine(
            level=Level.NORMAL if any(states) else Level.HIGH,
            word=_("{ready} of {all}").format(ready=sum(states), all=len(states)),
            text=opd,
        )
        for opd, states in ordered[: _MOST_OPD - len(shown_late)]
    )
    left = len(ordered) - len(lines) + len(late) - len(shown_late)
    more = ngettext("{n} more", "{n} more", left).format(n=left) if left > 0 else ""
    title = _("Units") if late else _("Units ready")
    return WallSection(title=title, lines=(*shown_late, *lines), more=more, empty=_("No unit is known"))
