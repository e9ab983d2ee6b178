"""`tabuah incident search` and `callers`: find incidents by words and filters, and callers by number or name."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.command_classes import Code, Moment
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.incidents.incident_records import make_row_record
from tabuah.console.commands.incidents.incidents import incident_group
from tabuah.console.commands.invocation import Invocation, ItemTable, print_error, print_text
from tabuah.console.commands.parent_events.events import find_event
from tabuah.console.reports.report_export import ListFormat
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.incidents.excerpts import Excerpt
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder, IncidentStage
from tabuah.operations.incidents.incident_list import incident_row
from tabuah.operations.incidents.saved_views import find_view
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.cache.caller_lookup import FoundCaller
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark, exercise_number, exercises_by_id
from tabuah.text.incidents.callers import too_short_text
from tabuah.text.incidents.search_excerpts import mark_excerpt

MAX_SHOWN: Final = 200


class _FoundIncident(msgspec.Struct, frozen=True):
    incident: Incident
    excerpt: Excerpt | None
    pending: bool


_FILTER_OPTIONS: Final = (
    click.option("--open", "is_open", is_flag=True, help=N_("Only open incidents.")),
    click.option("--archive", "is_ended", is_flag=True, help=N_("Only ended incidents.")),
    click.option("--late", is_flag=True, help=N_("Only those whose response time has run out.")),
    click.option("--status", "statuses", type=Code(Status), multiple=True, metavar="S",
                 help=N_("Only those with this status; repeatable.")),
    click.option("--hazard", "hazards", type=Code(Hazard), multiple=True, metavar="H",
                 help=N_("Only this hazard; repeatable.")),
    click.option("--severity", "severities", type=Code(Severity), multiple=True, metavar="S",
                 help=N_("Only this severity; repeatable.")),
    click.option("--channel", "channels", type=Code(Channel), multiple=True, metavar="C",
                 help=N_("Only this channel of the report; repeatable.")),
    click.option("--kecamatan", default="", metavar="NAME", help=N_("Only in this kecamatan, by name or code.")),
    click.option("--nagari", default="", metavar="NAME", help=N_("Only in this nagari, by name or code.")),
    click.option("--opd", default="", metavar="OPD", help=N_("Only those assigned to this OPD or one of its units.")),
    click.option("--unit", default="", metavar="UNIT", help=N_("Only those assigned to this unit.")),
    click.option("--author", default="", metavar="USER", help=N_("Only those that this user reported or noted on.")),
    click.option("--event", "parent_event", default="", metavar="EVENT",
                 help=N_("Only the incidents of this parent event, by title or id.")),
    click.option("--since", type=Moment(), metavar="T", help=N_("Reported from this time on.")),
    click.option("--until", type=Moment(), metavar="T", help=N_("Reported before this time.")),
)  # fmt: skip


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filters of a search to a command."""
    for option in reversed(_FILTER_OPTIONS):
        command = option(command)
    return command


@incident_group.command("search", help=N_("Find incidents by words and filters, the newest first."))
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@filter_options
@click.option(
    "--view", "view_name", default="", metavar="NAME",
    help=N_("Search as a saved view does, instead of words and filters."),
)  # fmt: skip
@click.option(
    "--order", type=click.Choice([order.value for order in IncidentOrder]),
    help=N_("The order of the result; default: that of the view, else newest."),
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(1, 100_000), metavar="N",
    help=N_("The largest number of incidents; default: 200. A file has no limit unless it is given."),
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help=N_("Write the result to a file: .csv, .xlsx, .geojson or .gpkg."),
)  # fmt: skip
@scope_options
@click.pass_obj
def search_incidents(
    call: Invocation, /, *, words: tuple[str, ...], view_name: str, order: str | None, limit: int | None,
    output: Path | None, worlds: ChosenWorlds, **chosen: Any,
) -> None:  # fmt: skip
    filters = read_filters(words, **chosen)
    if view_name and filters != IncidentFilters():
        raise click.UsageError(_("give either --view or words and filters"))
    file_format = _format_of(output) if output is not None else None
    most = limit or (MAX_SHOWN if output is None else None)
    with call.open_store() as store:
        _complete_index(store)
        scope, known = worlds.scope(store), exercises_by_id(store.exercises())
        filters = with_event_id(store, filters)
        default = IncidentOrder.NEWEST
        if view_name:
            view = find_view(store.incident_views.read(), view_name)
            filters, default = view.filters_at(store.now()), view.order
        keys = store.search.find(filters, scope=scope, order=IncidentOrder(order) if order else default)
        incidents = store.search.read(keys[:most])
        if output is not None and file_format is not None:
            _write_table(call, store, incidents, file_format, output)
            return
        found = _with_excerpts(store, incidents, filters.words)
    call.show_items(found, _table(known), empty=_("No incident was found."))
    if len(keys) > len(found):
        print_error(_("{n} more were found; --limit shows them.").format(n=len(keys) - len(found)))


@incident_group.command("callers", help=N_("Find callers by number or name, as far as you may read them."))
@click.argument("text", metavar="NUMBER|NAME")
@click.pass_obj
def find_callers(call: Invocation, *, text: str) -> None:
    with call.open_store() as store:
        found = store.find_callers(text)
        known = exercises_by_id(store.exercises())
    if found is None:
        raise click.UsageError(_("Your role does not read the names and numbers of callers."))
    table = ItemTable[FoundCaller](
        kind="caller",
        headers=[_("Number"), _("When"), _("Caller"), _("Title"), ""],
        name=lambda each: each.incident.number,
        record=_caller_record,
        cells=lambda each: [
            exercise_number(each.incident.number, exercise=each.incident.exercise),
            format_moment(each.at),
            each.value,
            each.incident.title,
            exercise_mark(each.incident, known),
        ],
    )
    call.show_items(found, table, empty=too_short_text())


def _complete_index(store: ConsoleStore) -> None:
    """Build the search index to its end, if an update needs another one."""
    if not store.search.is_complete:
        print_error(_("The search index is built after an update; this happens once."))
        while not store.fill_search_index():
            pass


def _caller_record(found: FoundCaller) -> dict[str, object]:
    incident = found.incident
    return {
        "id": incident.id, "number": incident.number, "title": incident.title, "at": found.at,
        "field": found.field, "value": found.value, "exercise": incident.exercise,
        "exercise_id": incident.exercise_id,
    }  # fmt: skip


def read_filters(words: Sequence[str], *, is_open: bool, is_ended: bool, **chosen: Any) -> IncidentFilters:
    if is_open and is_ended:
        raise click.UsageError(_("give either --open or --archive"))
    stage = IncidentStage.OPEN if is_open else IncidentStage.ENDED if is_ended else IncidentStage.ALL
    sets: dict[str, Any] = {
        name: frozenset(chosen.pop(name)) for name in ("statuses", "hazards", "severities", "channels")
    }
    since: datetime | None = chosen["since"]
    until: datetime | None = chosen["until"]
    if since is not None and until is not None and since >= until:
        raise click.UsageError(_("--since must be before --until"))
    return IncidentFilters(words=" ".join(words), stage=stage, **sets, **chosen)


def with_event_id(store: ConsoleStore, filters: IncidentFilters) -> IncidentFilters:
    """Return filters with the id of the parent event that a person named by its title or the beginning of its id.

    Raises:
        NotPossible: none matches, or several do.
    """
    if not filters.parent_event.strip():
        return filters
    return msgspec.structs.replace(filters, parent_event=find_event(store, filters.parent_event).id)


def _format_of(output: Path) -> ListFormat:
    name = {"json": "geojson"}.get(output.suffix.lower()[1:], output.suffix.lower()[1:])
    if name not in [known.value for known in ListFormat]:
        raise click.UsageError(_("{name} must end in .csv, .xlsx, .geojson or .gpkg").format(name=output.name))
    return ListFormat(name)


def _with_excerpts(store: ConsoleStore, incidents: Sequence[Incident], words: str) -> list[_FoundIncident]:
    excerpts = store.search.excerpts(incidents, words)
    pending = store.archive.pending()
    return [_FoundIncident(each, excerpts.get(each.id), each.id in pending) for each in incidents]


def _table(known: Mapping[str, Exercise]) -> ItemTable[_FoundIncident]:
    return ItemTable[_FoundIncident](
        kind="incident",
        headers=[_("Number"), _("Hazard"), _("Severity"), _("Status"), _("Title"), _("Reported"), _("Found"), ""],
        name=lambda found: found.incident.number,
        record=lambda found: _record(found, known),
        cells=lambda found: _cells(found, known),
    )


def _record(found: _FoundIncident, known: Mapping[str, Exercise]) -> dict[str, object]:
    record = msgspec.to_builtins(make_row_record(incident_row(found.incident, pending=found.pending), known))
    excerpt = found.excerpt
    marked = {"part": excerpt.part, "text": excerpt.text, "marks": excerpt.marks} if excerpt is not None else None
    return {**record, "excerpt": marked}


def _cells(found: _FoundIncident, known: Mapping[str, Exercise]) -> list[str]:
    incident = found.incident
    marks = (exercise_mark(incident, known), _("not yet synced") if found.pending else "")
    return [
        exercise_number(incident.number, exercise=incident.exercise),
        code_label(incident.hazard),
        code_label(incident.severity),
        code_label(incident.status),
        incident.title,
        format_moment(incident.reported_at),
        mark_excerpt(found.excerpt) if found.excerpt is not None and found.excerpt.part != "title" else "",
        " · ".join(filter(None, marks)),
    ]


def _write_table(
    call: Invocation, store: ConsoleStore, incidents: Sequence[Incident], file_format: ListFormat, output: Path
) -> None:
    from tabuah.console.reports.atomic_write import write_file
    from tabuah.console.reports.incident_columns import listed_incidents
    from tabuah.console.reports.listed_impact import add_impact
    from tabuah.console.reports.report_export import encode_incident_table

    pending = store.archive.pending()
    items = listed_incidents(
        incidents,
        pending=lambda key: key in pending,
        target_number=lambda each: store.archive.number_of(store.archive.final_target(each.id)),
    )
    write_file(output, encode_incident_table(add_impact(store.directory, items), file_format))
    record = {"file": str(output), "format": file_format.value, "incidents": len(items)}
    text = _("{n} incidents are written to {file}.").format(n=len(items), file=output)
    call.show(record, lambda: print_text(text))
