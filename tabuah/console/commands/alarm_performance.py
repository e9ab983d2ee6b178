"""`tabuah alarm kpi`: how well the alarms serve the people in the room, beside what is recommended."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tabuah.console.commands.alarms import alarm_group
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_table, say
from tabuah.console.commands.parameters import Moment
from tabuah.operations.alarms.performance import Performance, PointCount, performance_of
from tabuah.operations.alarms.performance_telling import Figure, figures_of
from tabuah.operations.alarms.score import Score
from tabuah.operations.alarms.verified import Known, Verified, verified_figures, verify_all
from tabuah.operations.alarms.weather_verifying import rain_gauges
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment

if TYPE_CHECKING:
    from tabuah.storage.cache.store import ConsoleStore


@alarm_group.command(
    "kpi", help=N_("Show how many alarms came and how they were answered, beside what EEMUA 191 recommends.")
)
@click.option("--from", "since", required=True, type=Moment(), metavar="T", help=N_("From when (WIB)."))
@click.option("--to", "until", required=True, type=Moment(), metavar="T", help=N_("Until when (WIB)."))
@click.option(
    "--operators",
    default=1,
    show_default=True,
    type=click.IntRange(min=1, max=50),
    metavar="N",
    help=N_("How many people answer alarms at the same time."),
)
@click.pass_obj
def kpi(call: Invocation, *, since: datetime, until: datetime, operators: int) -> None:
    """Show the figures of a span."""
    if since >= until:
        raise click.UsageError(_("--from is after --to"))
    with call.open_store() as store:
        known = _known(store)
        until = min(until, store.now()) if store.now() > since else until
    found = performance_of(known.alarms, since=since, until=until, operators=operators)
    checked = verify_all(known, since=since, until=until)
    call.show(_record(found, checked), lambda: _print(found, checked))


def _known(store: "ConsoleStore") -> Known:
    from tabuah.storage.cache.maps import load_maps

    stations = store.stations()
    return Known(
        alarms=store.alarms(),
        incidents=store.incidents(),
        warnings=store.warnings(),
        maintenance=store.maintenance(),
        stations=stations,
        rules={rule.id: rule for rule in store.rules()},
        gauges=rain_gauges(stations, load_maps(store.directory).gazetteer()),
    )


def _record(found: Performance, checked: Verified) -> dict[str, Any]:
    """The figures; the counts of every ten minutes of a year would be fifty thousand numbers for nobody."""
    derived = {name: getattr(found, name) for name in ("rate", "flood_share", "top_share")}
    told = {name: value for name, value in msgspec.structs.asdict(found).items() if name != "by_slot"}
    scores = {"warnings": _score(checked.weather), "river_forecasts": _score(checked.rivers)}
    return told | derived | {"verification": checked.alarms} | scores


def _score(found: Score) -> dict[str, Any]:
    shares = {name: getattr(found, name) for name in ("pod", "far", "csi", "median_lead_s")}
    return msgspec.structs.asdict(found) | shares


def _print(found: Performance, checked: Verified) -> None:
    say(f"{format_moment(found.since)} – {format_moment(found.until)}")
    print_table([_("Figure"), _("Value"), _("Recommended"), ""], [_cells(figure) for figure in figures_of(found)])
    for heading, figures in _sections(verified_figures(checked)):
        say(f"\n{heading}")
        print_table([_("Figure"), _("Value")], [[figure.label, figure.told] for figure in figures])
    for flood in found.floods:
        told = _("Flood of alarms: {since} – {until}, {n} alarms")
        since, until = format_moment(flood.since), format_moment(flood.until)
        say(told.format(since=since, until=until, n=flood.count))
    _print_points(_("Busiest points"), found.top)
    _print_points(_("Chattering points"), found.chattering)


def _sections(figures: Iterable[Figure]) -> list[tuple[str, list[Figure]]]:
    """The figures below each heading."""
    sections: list[tuple[str, list[Figure]]] = []
    for figure in figures:
        if figure.is_heading:
            sections.append((figure.label, []))
        else:
            sections[-1][1].append(figure)
    return sections


def _cells(figure: Figure) -> list[str]:
    mark = {True: _("kept"), False: _("NOT KEPT"), None: ""}[figure.is_kept]
    return [figure.label, figure.value, figure.recommended, mark]


def _print_points(title: str, points: tuple[PointCount, ...]) -> None:
    if points:
        rows = [[point.station or point.parameter, point.rule, str(point.count)] for point in points]
        say(f"\n{title}")
        print_table([_("Station"), _("Rule"), _("Alarms")], rows)
