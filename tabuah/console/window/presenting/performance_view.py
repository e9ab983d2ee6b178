"""The figures of the alarms as the window shows them."""

from collections.abc import Mapping

from tabuah.operations.alarms.performance import Performance, PointCount
from tabuah.operations.alarms.performance_telling import MOST_IN_TEN_MINUTES, Figure, figures_of
from tabuah.operations.alarms.verified import Verified, verified_figures
from tabuah.operations.rules.either import AnyRule
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_moment
from tabuah.widgets.alarms.values import AlarmLine, FigureLine, PerformanceView, Rates
from tabuah.widgets.values import Level


def performance_view(
    found: Performance, checked: Verified, *, stations: Mapping[str, Station], rules: Mapping[str, AnyRule]
) -> PerformanceView:
    """The figures of a span, ready to be shown."""
    since, until = format_moment(found.since), format_moment(found.until)
    heading = ngettext("{n} alarm, without exercises", "{n} alarms, without exercises", found.raised)
    chattering = {(point.rule, point.station, point.parameter) for point in found.chattering}
    return PerformanceView(
        heading=heading.format(n=found.raised),
        figures=tuple(_line(figure) for figure in (*figures_of(found), *verified_figures(checked))),
        rates=Rates(counts=found.by_slot, since=since, until=until, limit=MOST_IN_TEN_MINUTES, peak=found.peak),
        points=tuple(_point(point, stations, rules, chattering) for point in found.top if point.count > 1),
    )


def _line(figure: Figure) -> FigureLine:
    return FigureLine(
        label=figure.label,
        value=figure.value,
        recommended=figure.recommended,
        is_kept=figure.is_kept,
        is_heading=figure.is_heading,
        note=figure.note,
    )


def _point(
    point: PointCount,
    stations: Mapping[str, Station],
    rules: Mapping[str, AnyRule],
    chattering: set[tuple[str, str, str]],
) -> AlarmLine:
    station, rule = stations.get(point.station), rules.get(point.rule)
    chatters = (point.rule, point.station, point.parameter) in chattering
    return AlarmLine(
        id=f"{point.rule} {point.station} {point.parameter}",
        level=Level.ATTENTION if chatters else Level.INFORMATION,
        text=station.name if station else point.station or point.parameter,
        about=" · ".join(
            part for part in (rule.name if rule else point.rule, _("chatters") if chatters else "") if part
        ),
        at=ngettext("{n} alarm", "{n} alarms", point.count).format(n=point.count),
    )
