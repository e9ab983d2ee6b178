"""`tabuah alarm kpi`: alarm system performance against the limits of EEMUA 191."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tabuah.console.commands.alarms.alarms import alarm_group
from tabuah.console.commands.command_classes import Moment
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, print_table, print_text
from tabuah.operations.alarms.performance import AlarmPerformance, PointCount, measure_performance
from tabuah.operations.alarms.verification import VerificationInput, VerificationResult, rain_gauges, verify_all
from tabuah.operations.alarms.verification_score import VerificationScore
from tabuah.operations.exercises.scope import plain_code
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.text.alarms.performance import PerformanceFigure, performance_figures
from tabuah.text.alarms.verification import all_verification_figures
from tabuah.text.exercises.exercise_text import exercises_by_id, scope_fields, scope_label

if TYPE_CHECKING:
    from tabuah.operations.exercises.scope import ExerciseScope
    from tabuah.storage.cache.store import ConsoleStore


@alarm_group.command("kpi", help=N_("Show the number of alarms and the response to them, compared with EEMUA 191."))
@click.option("--from", "since", required=True, type=Moment(), metavar="T", help=N_("From when (local time)."))
@click.option("--to", "until", required=True, type=Moment(), metavar="T", help=N_("Until when (local time)."))
@click.option(
    "--operators",
    default=1,
    show_default=True,
    type=click.IntRange(min=1, max=50),
    metavar="N",
    help=N_("Number of operators who answer alarms at the same time."),
)
@scope_options
@click.pass_obj
def kpi(call: Invocation, *, since: datetime, until: datetime, operators: int, worlds: ChosenWorlds) -> None:
    if since >= until:
        raise click.UsageError(_("--from is after --to"))
    with call.open_store() as store:
        known = _read_known_facts(store, worlds.scope(store))
        of_worlds = scope_fields(known.scope, exercises := exercises_by_id(store.exercises()))
        mark = scope_label(known.scope, exercises)
        until = min(until, store.now()) if store.now() > since else until
    found = measure_performance(known.alarms, since=since, until=until, operators=operators, scope=known.scope)
    checked = verify_all(known, since=since, until=until)
    record = {**of_worlds, **_make_performance_record(found, checked)}
    call.show(record, lambda: _print_performance(found, checked, mark))


def _read_known_facts(store: "ConsoleStore", scope: "ExerciseScope") -> VerificationInput:
    from tabuah.storage.cache.map.maps import load_maps

    stations = store.stations()
    return VerificationInput(
        alarms=store.alarms(),
        incidents=store.incidents(),
        warnings=store.warnings(),
        maintenance=store.maintenance(),
        stations=stations,
        rules={rule.id: rule for rule in store.rules()},
        gauges=rain_gauges(stations, load_maps(store.directory).gazetteer(), scope),
        scope=scope,
    )


def _make_performance_record(found: AlarmPerformance, checked: VerificationResult) -> dict[str, Any]:
    """Return the figures without the counts per ten minutes: 50 000 numbers for a year."""
    derived = {name: getattr(found, name) for name in ("rate", "flood_share", "top_share")}
    figures = {name: value for name, value in msgspec.structs.asdict(found).items() if name != "by_slot"}
    figures |= {name: [_with_plain_code(point) for point in getattr(found, name)] for name in ("top", "chattering")}
    scores = {"warnings": _make_score_record(checked.weather), "river_forecasts": _make_score_record(checked.rivers)}
    return figures | derived | {"verification": checked.alarms} | scores


def _with_plain_code(point: PointCount) -> PointCount:
    return msgspec.structs.replace(point, station=plain_code(point.station))


def _make_score_record(found: VerificationScore) -> dict[str, Any]:
    shares = {name: getattr(found, name) for name in ("pod", "far", "csi", "median_lead_s")}
    return msgspec.structs.asdict(found) | shares


def _print_performance(found: AlarmPerformance, checked: VerificationResult, mark: str) -> None:
    span = f"{format_moment(found.since)} – {format_moment(found.until)}"
    print_text(" · ".join(filter(None, (mark, span))))
    print_table(
        [_("Figure"), _("Value"), _("Recommended"), ""], [_cells(figure) for figure in performance_figures(found)]
    )
    for heading, figures in _group_by_heading(all_verification_figures(checked)):
        print_text(f"\n{heading}")
        print_table([_("Figure"), _("Value")], [[figure.label, figure.value_with_note] for figure in figures])
    for flood in found.floods:
        message = _("Alarm flood: {since} – {until}, {n} alarms")
        since, until = format_moment(flood.since), format_moment(flood.until)
        print_text(message.format(since=since, until=until, n=flood.count))
    _print_points(_("Most frequent alarm sources"), found.top)
    _print_points(_("Chattering points"), found.chattering)


def _group_by_heading(figures: Iterable[PerformanceFigure]) -> list[tuple[str, list[PerformanceFigure]]]:
    """Return the figures below each heading."""
    sections: list[tuple[str, list[PerformanceFigure]]] = []
    for figure in figures:
        if figure.is_heading:
            sections.append((figure.label, []))
        else:
            sections[-1][1].append(figure)
    return sections


def _cells(figure: PerformanceFigure) -> list[str]:
    mark = {True: _("met"), False: _("NOT KEPT"), None: ""}[figure.is_kept]
    return [figure.label, figure.value, figure.recommended, mark]


def _print_points(title: str, points: tuple[PointCount, ...]) -> None:
    if points:
        rows = [[plain_code(point.station) or point.parameter, point.rule, str(point.count)] for point in points]
        print_text(f"\n{title}")
        print_table([_("Station"), _("Rule"), _("Alarms")], rows)
