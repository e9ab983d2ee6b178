"""`tabuah incident performance`: incidents and response times of a period, by hazard, OPD, nagari, hour and more."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tabuah.console.commands.command_classes import Moment
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.incidents.incidents import incident_group
from tabuah.console.commands.invocation import Invocation, print_table, print_text
from tabuah.operations.aid.aid_figures import AidFigure
from tabuah.operations.incidents.performance import Dimension, IncidentPerformance, PerformanceRequest
from tabuah.operations.incidents.periods import PerformancePeriod, PeriodKind, own_period, period_until
from tabuah.operations.incidents.recurring_places import FEWEST, RADIUS_M
from tabuah.operations.incidents.response_times import Interval
from tabuah.resources.localisation import N_, _, format_number
from tabuah.text.aid.aid_text import aid_field_label, describe_covered, format_quantity
from tabuah.text.exercises.exercise_text import scope_fields
from tabuah.text.incidents.performance import (
    describe_counted_incidents,
    describe_length,
    dimension_label,
    group_label,
    headline_figures,
    interval_label,
    percentile_text,
    place_extent,
    place_title,
    problem_figures,
)

if TYPE_CHECKING:
    from tabuah.console.reports.performance_export import IncidentPerformanceSources
    from tabuah.storage.cache.store import ConsoleStore

_SHOWN = (Dimension.HAZARD, Dimension.OPD, Dimension.NAGARI)
_MOST_GROUPS = 20
_KINDS = [kind.value for kind in PeriodKind if kind is not PeriodKind.OWN]


@incident_group.command("performance", help=N_("Show incidents and response times of a period, and export them."))
@click.option("--period", type=click.Choice(_KINDS), help=N_("A period that ends now; default: days_30."))
@click.option("--from", "since", type=Moment(), metavar="T", help=N_("From when (local time)."))
@click.option("--to", "until", type=Moment(), metavar="T", help=N_("Until when (local time); default: now."))
@click.option(
    "--by", "dimensions", multiple=True, type=click.Choice([each.value for each in Dimension]),
    help=N_("Group by this property; can be repeated."),
)  # fmt: skip
@click.option(
    "--radius", "radius_m", default=RADIUS_M, show_default=True, type=click.FloatRange(50, 20_000), metavar="M",
    help=N_("Radius of a recurring place in metres."),
)  # fmt: skip
@click.option(
    "--recurring", default=FEWEST, show_default=True, type=click.IntRange(2, 1_000), metavar="N",
    help=N_("Fewest incidents of one hazard that make a recurring place."),
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="FILE",
    help=N_("Write the figures to a file: .xlsx, .csv or .pdf."),
)  # fmt: skip
@click.option(
    "-f", "--format", "file_format", type=click.Choice(["xlsx", "csv", "pdf"]),
    help=N_("File format; default: from the file name."),
)  # fmt: skip
@scope_options
@click.pass_obj
def performance(
    call: Invocation, *, period: str | None, since: datetime | None, until: datetime | None,
    dimensions: Sequence[str], radius_m: float, recurring: int, output: Path | None, file_format: str | None,
    worlds: ChosenWorlds,
) -> None:  # fmt: skip
    from tabuah.console.reports.performance_export import read_performance_sources

    with call.open_store() as store:
        scope = worlds.scope(store)
        chosen = _read_period(period, since, until, store.now())
        sources = read_performance_sources(store)
        request = PerformanceRequest(period=chosen, scope=scope, fewest_recurring=recurring, radius_m=radius_m)
        by = tuple(Dimension(each) for each in dimensions)
        if output is not None:
            _write_file(call, store, sources, request, by=by, output=output, file_format=file_format)
            return
    found = sources.measure(request)
    record = {**scope_fields(scope, sources.exercises), **_make_record(found, by)}
    call.show(record, lambda: _print_performance(found, by or _SHOWN, sources.mark(request)))


def _read_period(
    kind: str | None, since: datetime | None, until: datetime | None, now: datetime
) -> PerformancePeriod:
    if kind and (since or until):
        raise click.UsageError(_("--period excludes --from and --to"))
    if since is None:
        if until is not None:
            raise click.UsageError(_("--to requires --from"))
        return period_until(PeriodKind(kind) if kind else PeriodKind.DAYS_30, now)
    if since >= (until or now):
        raise click.UsageError(_("--from is after --to"))
    return own_period(since, until or now, now=now)


def _write_file(
    call: Invocation, store: "ConsoleStore", sources: "IncidentPerformanceSources", request: PerformanceRequest, *,
    by: Sequence[Dimension], output: Path, file_format: str | None,
) -> None:  # fmt: skip
    from tabuah.console.commands.reports.reports import choose_format
    from tabuah.console.reports.atomic_write import write_file
    from tabuah.console.reports.performance_export import (
        PerformanceFormat,
        draw_performance_map,
        encode_performance,
    )
    from tabuah.console.reports.report_export import read_map_content

    chosen = choose_format(PerformanceFormat, file_format, output)
    pictures = None
    if chosen is PerformanceFormat.PDF:
        pictures = draw_performance_map(sources, request, lambda: read_map_content(store, request.scope))
    made = encode_performance(sources, request, file_format=chosen, dimensions=by or None, pictures=pictures)
    if str(output) == "-":
        sys.stdout.buffer.write(made.content)
        return
    write_file(output, made.content)
    record = {"file": str(output), "format": chosen, "number": made.number, "incidents": made.incidents,
              "as_of": made.as_of, **scope_fields(request.scope, sources.exercises)}  # fmt: skip
    call.show(record, lambda: print_text(_("Written: {file}").format(file=output)))


def _make_record(found: IncidentPerformance, by: Sequence[Dimension]) -> dict[str, Any]:
    """Return the figures with the ids of the incidents; the groups of the chosen dimensions, or of all."""
    groups = {each.value: groups for each, groups in found.groups.items() if not by or each in by}
    fields = msgspec.structs.asdict(found)
    return fields | {"n": found.n, "open": found.open, "arrival_share": found.arrival.share, "groups": groups}


def _print_performance(found: IncidentPerformance, by: Sequence[Dimension], mark: str) -> None:
    print_text(describe_counted_incidents(found, mark))
    figures = (*headline_figures(found), *problem_figures(found))
    print_table([_("Figure"), _("Value"), _("Note")], [[each.label, each.value, each.note] for each in figures])
    print_text("")
    print_table(
        [_("Interval"), _("n"), _("Median"), _("90th percentile"), _("Longest"), _("Cannot be computed")],
        [
            [
                interval_label(each.interval),
                str(each.n),
                percentile_text(each, each.median_s),
                percentile_text(each, each.p90_s),
                describe_length(each.longest_s),
                str(len(each.impossible)),
            ]
            for each in found.intervals
        ],
    )
    for dimension in (each for each in by if found.groups.get(each)):
        _print_groups(found, dimension)
    if found.aid:
        _print_aid(found.aid)
    if found.recurring:
        print_text(f"\n{_('Recurring places')}")
        rows = [
            [place_title(each), place_extent(each), str(len(each.ids))] for each in found.recurring[:_MOST_GROUPS]
        ]
        print_table([_("Place"), _("Extent"), _("Incidents")], rows)


def _print_aid(figures: Sequence[AidFigure]) -> None:
    print_text(f"\n{_('Needs and aid')}")
    headers = [aid_field_label("item"), _("Needed"), _("Covered"), _("Open need"), _("Stock"), _("Incidents")]
    rows = [
        [
            f"{each.item} ({each.unit})",
            format_quantity(each.needed_milli),
            describe_covered(each),
            format_quantity(each.open_milli),
            format_quantity(each.stock_milli),
            str(len(each.ids)),
        ]
        for each in figures
    ]
    print_table(headers, rows)


def _print_groups(found: IncidentPerformance, dimension: Dimension) -> None:
    print_text("")
    rows = []
    for group in found.groups[dimension][:_MOST_GROUPS]:
        response = next(each for each in group.intervals if each.interval is Interval.RESPONSE)
        rows.append([
            group_label(dimension, group.code), format_number(group.n), str(response.n),
            percentile_text(response, response.median_s), percentile_text(response, response.p90_s),
        ])  # fmt: skip
    headers = [dimension_label(dimension), _("Incidents"), _("Arrivals"), _("Report to arrival, median"),
               _("90th percentile")]  # fmt: skip
    print_table(headers, rows)
