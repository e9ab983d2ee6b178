"""Content of the wall view, from the state: no title, note, name or number of a person is on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.console.window.tasks.limit_items import LEVEL_OF_STAGE
from tabuah.operations.codes import Severity
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.tasks.limit_stages import LimitStage, LimitState
from tabuah.operations.units.check_ins import overdue_crews
from tabuah.operations.units.help_requests import units_in_need
from tabuah.operations.units.known_units import KnownUnit
from tabuah.operations.units.unit import UnitState
from tabuah.resources.localisation import _, format_age, format_number, ngettext
from tabuah.resources.regency import current_regency
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import mark_text
from tabuah.text.tasks.limit_text import limit_kind_text
from tabuah.text.units.check_in_text import describe_check_in_clock
from tabuah.widgets.alarms.values import AlarmItem
from tabuah.widgets.shell.wall_values import WallLine, WallSection
from tabuah.widgets.values import Level

_MOST_ALARMS: Final = 3
_MOST_LIMITS: Final = 2
_MOST_UNITS: Final = 5
_MOST_LATE: Final = 3  # of the lines of units


def wall_sections(
    alarms: Sequence[AlarmItem],
    incidents: Mapping[str, Incident],
    overdue: Sequence[LimitState],
    units: Sequence[KnownUnit],
    known: Mapping[str, Exercise],
    now: datetime,
) -> tuple[WallSection, ...]:
    """Return all sections. Overdue limits take the place of one alarm and one line of units: the height is full."""
    spared = 1 if overdue else 0
    return (
        wall_alarms(alarms, most=_MOST_ALARMS - spared),
        wall_incidents(incidents.values()),
        *((wall_limits(overdue, incidents, known, now),) if overdue else ()),
        wall_units(units, now, most=_MOST_UNITS - spared),
    )


def wall_alarms(alarms: Sequence[AlarmItem], *, most: int = _MOST_ALARMS) -> WallSection:
    """Return the worst alarms; one that is not acknowledged says so."""
    lines = tuple(
        WallLine(
            level=alarm.level,
            word=alarm.word,
            text=" · ".join(part for part in (alarm.exercise, alarm.title) if part),
            note=" · ".join((*alarm.details[:2], *(() if alarm.acknowledged else (_("not acknowledged"),)))),
        )
        for alarm in alarms[:most]
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


def overdue_limits(states: Iterable[LimitState]) -> tuple[LimitState, ...]:
    """Return the limits that have run out: the highest escalation first, then the one that ran out first."""
    overdue = (each for each in states if each.stage in (LimitStage.OVERDUE, LimitStage.ESCALATED))
    return tuple(sorted(overdue, key=lambda each: (-each.step, each.due.due_at, each.due.key)))


def wall_limits(
    overdue: Sequence[LimitState], incidents: Mapping[str, Incident], known: Mapping[str, Exercise], now: datetime
) -> WallSection:
    """Return the number of overdue limits and the worst; a task has its kind only, since its title is free text."""
    lines = tuple(
        WallLine(
            level=LEVEL_OF_STAGE[each.stage],
            word=format_age(each.due.late_by(now)),
            text=mark_text(
                " · ".join(filter(None, (limit_kind_text(each.due), _number(each, incidents)))), each.due, known
            ),
        )
        for each in overdue[:_MOST_LIMITS]
    )
    n, left = len(overdue), len(overdue) - len(lines)
    title = ngettext("{n} time limit overdue", "{n} time limits overdue", n).format(n=format_number(n))
    more = ngettext("{n} more", "{n} more", left).format(n=left) if left > 0 else ""
    return WallSection(title=title, lines=lines, more=more)


def _number(state: LimitState, incidents: Mapping[str, Incident]) -> str:
    incident = incidents.get(state.due.incident)
    return incident.number if incident is not None else ""


def _lines_in_need(units: Iterable[KnownUnit]) -> Iterator[WallLine]:
    """Yield the crews that ask for help, without the name of a person."""
    for unit, request in units_in_need(known.unit for known in units):
        text = _("HELP NEEDED") if request.acknowledged_at is None else _("help needed, acknowledged")
        yield WallLine(level=Level.CRITICAL, word=plain_code(unit.id), text=text)


def _overdue_lines(units: Iterable[KnownUnit], now: datetime) -> Iterator[WallLine]:
    crews = (known.activity for known in units if not known.unit.help)
    for crew, clock in overdue_crews(crews, current_regency(), now):
        yield WallLine(level=Level.HIGH, word=plain_code(crew.unit.id), text=describe_check_in_clock(clock, now))


def wall_units(units: Sequence[KnownUnit], now: datetime, *, most: int = _MOST_UNITS) -> WallSection:
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
        for opd, states in ordered[: most - len(shown_late)]
    )
    left = len(ordered) - len(lines) + len(late) - len(shown_late)
    more = ngettext("{n} more", "{n} more", left).format(n=left) if left > 0 else ""
    title = _("Units") if late else _("Units ready")
    return WallSection(title=title, lines=(*shown_late, *lines), more=more, empty=_("No unit is known"))
