"""`tabuah event list`, `show` and `export`: parent events and their incidents; works offline."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, print_elsewhere, scope_options
from tabuah.console.commands.invocation import (
    Invocation,
    ItemTable,
    print_error,
    print_facts,
    print_table,
    print_text,
)
from tabuah.operations.entries import subject_of
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.incidents.figure_groups import stated_groups
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events.event_incidents import EventIncidents
from tabuah.operations.parent_events.event_totals import EventTotals, event_totals
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_fields, exercise_mark, exercises_by_id
from tabuah.text.parent_events.event_text import (
    counting_note,
    describe_incidents,
    event_field_label,
    event_period,
    event_state,
    total_lines,
)

event_group = TabuahGroup("event", help=N_("Parent events: one flood, many incidents; works offline."))


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event of `event list` with its totals."""

    event: ParentEvent
    totals: EventTotals
    pending: bool


@event_group.command("list", help=N_("List the parent events, open ones first."))
@click.option("--open", "only_open", is_flag=True, help=N_("Only open events."))
@click.option("--deleted", "with_deleted", is_flag=True, help=N_("Also those that were deleted."))
@scope_options
@click.pass_obj
def list_events(call: Invocation, *, only_open: bool, with_deleted: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        scope, known = worlds.scope(store), exercises_by_id(store.exercises())
        every = [e for e in store.parent_events(with_deleted=with_deleted) if e.is_open or not only_open]
        found = scope.select(every)
        rows = _rows(store, found)
    table = ItemTable[EventRow](
        kind="event",
        headers=["ID", _("Event"), _("Hazard"), _("Period"), _("State"), _("Incidents"), ""],
        name=lambda row: row.event.id[:13],
        record=lambda row: event_record(row.event, row.totals, known, pending=row.pending),
        cells=lambda row: _cells(row, known),
    )
    call.show_items(rows, table, empty=_("No events."))
    if not call.as_json:
        print_elsewhere(len(every) - len(found))


@event_group.command("show", help=N_("Show an event with its totals and its incidents."))
@click.argument("key", metavar="EVENT")
@click.pass_obj
def show_event(call: Invocation, *, key: str) -> None:
    with call.open_store() as store:
        event, known = find_event(store, key), exercises_by_id(store.exercises())
        store.histories.request(subject_of("parent_event", event.id))
        members = members_of(store, event)
        (row,) = _rows(store, [event])
    record = event_record(event, row.totals, known, pending=row.pending)
    record["incidents"] = [_incident_record(each, members) for each in members.all]
    call.show(record, lambda: _print_event(event, members, row.totals, known))


@event_group.command("export", help=N_("Write the situation report of an event, or its incidents and totals."))
@click.argument("key", metavar="EVENT")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="FILE",
    help=N_("Write the event to a file: .pdf, .txt (for a chat), .xlsx or .csv."),
)  # fmt: skip
@click.option(
    "-f", "--format", "file_format", type=click.Choice(["pdf", "txt", "xlsx", "csv"]),
    help=N_("File format; default: from the file name."),
)  # fmt: skip
@click.pass_obj
def export_event(call: Invocation, *, key: str, output: Path, file_format: str | None) -> None:
    from tabuah.console.commands.reports.reports import choose_format
    from tabuah.console.reports.atomic_write import write_file
    from tabuah.console.reports.event_export import EventFormat, draw_event_map, encode_event
    from tabuah.console.reports.event_sources import read_event_sources
    from tabuah.console.reports.report_export import read_map_content

    chosen = choose_format(EventFormat, file_format, output)
    with call.open_store() as store:
        event = find_event(store, key)
        sources, pictures = read_event_sources(store, event), None
        if chosen is EventFormat.PDF:
            pictures = draw_event_map(sources, lambda: read_map_content(store, scope_of(event)))
    made = encode_event(sources, file_format=chosen, pictures=pictures)
    if str(output) == "-":
        sys.stdout.buffer.write(made.content)
        return
    write_file(output, made.content)
    record = {
        "file": str(output), "format": chosen, "number": made.number, "incidents": made.incidents,
        "as_of": made.as_of, **exercise_fields(event, sources.exercises),
    }  # fmt: skip
    call.show(record, lambda: print_text(_("Written: {file}").format(file=output)))


def find_event(store: ConsoleStore, key: str, *, deleted: bool = False) -> ParentEvent:
    """Return an event by its id, the beginning of it, or its title in any case; `deleted` finds deleted ones only.

    Raises:
        NotPossible: none matches, or several do.
    """
    wanted = " ".join(key.split()).casefold()
    events = [each for each in store.parent_events(with_deleted=deleted) if each.deleted is deleted]
    titled = [each for each in events if each.title.casefold() == wanted]
    found = titled or [each for each in events if wanted and each.id.startswith(wanted)]
    if not found:
        raise NotPossible("unknown_event", text=key[:40])
    if len(found) > 1:
        raise NotPossible("several_events", text=key[:40], ids=", ".join(each.id[:18] for each in found))
    return found[0]


def members_of(store: ConsoleStore, event: ParentEvent) -> EventIncidents:
    return store.event_incidents([event.id]).get(event.id, EventIncidents())


def event_record(
    event: ParentEvent, totals: EventTotals, known: Mapping[str, Exercise], *, pending: bool
) -> dict[str, Any]:
    """Return the JSON record of an event with its totals."""
    return {
        "id": event.id,
        "title": event.title,
        "hazard": event.hazard,
        "began_at": event.began_at,
        "ended_at": event.ended_at,
        "description": event.description,
        "opened_by": event.opened_by,
        "opened_at": event.opened_at,
        "closed_at": event.closed_at,
        "closed_by": event.closed_by,
        "close_reason": event.close_reason,
        "deleted": event.deleted,
        "pending": pending,
        "totals": totals_record(totals),
        **exercise_fields(event, known),
    }


def totals_record(totals: EventTotals) -> dict[str, Any]:
    return {
        "incidents": totals.incidents,
        "open": totals.open,
        "merged": totals.merged,
        "false_reports": totals.false_reports,
        "by_status": dict(totals.by_status),
        "by_severity": dict(totals.by_severity),
        "by_hazard": dict(totals.by_hazard),
        "figures": {
            each.code: {
                "total": each.total,
                "incidents": each.incidents,
                "sources": list(each.sources),
                "repeated": list(each.repeated),
            }
            for each in totals.figures
        },
        "groups": {
            each.figure: {**stated_groups(each.groups), "incidents": each.incidents} for each in totals.groups
        },
        "people_at_risk": {"total": totals.at_risk.total, "incidents": totals.at_risk.incidents},
        "assigned": dict(totals.assigned),
        "nagari": [
            {"nagari": each.nagari, "kecamatan": each.kecamatan, "incidents": each.incidents}
            for each in totals.places
        ],
        "without_place": totals.without_place,
    }


def _rows(store: ConsoleStore, events: Iterable[ParentEvent]) -> list[EventRow]:
    found = tuple(events)
    members = store.event_incidents(event.id for event in found)
    return [
        EventRow(
            event=event,
            totals=event_totals(members.get(event.id, EventIncidents())),
            pending=store.is_pending(subject_of("parent_event", event.id)),
        )
        for event in found
    ]


def _cells(row: EventRow, known: Mapping[str, Exercise]) -> list[str]:
    event = row.event
    marks = [exercise_mark(event, known), _("not yet synced") if row.pending else ""]
    return [
        event.id[:13],
        event.title,
        code_label(event.hazard),
        event_period(event),
        event_state(event),
        describe_incidents(row.totals),
        " · ".join(filter(None, marks)),
    ]


def _incident_record(incident: Incident, members: EventIncidents) -> dict[str, Any]:
    return {
        "id": incident.id,
        "number": incident.number,
        "title": incident.title,
        "hazard": incident.hazard,
        "severity": incident.severity,
        "status": incident.status,
        "counted": incident in members.counted,
    }


def _print_event(
    event: ParentEvent, members: EventIncidents, totals: EventTotals, known: Mapping[str, Exercise]
) -> None:
    print_text(event.title)
    lines = ((line.label, line.value_with_note) for line in total_lines(totals))
    print_facts(
        [
            ("ID", event.id),
            (_("Exercise"), exercise_mark(event, known)),
            (event_field_label("hazard"), code_label(event.hazard)),
            (_("Period"), event_period(event)),
            (_("State"), event_state(event)),
            (_("Reason"), event.close_reason),
            (event_field_label("description"), event.description),
            *lines,
        ]
    )
    if members.all:
        print_table(
            [_("Number"), _("Hazard"), _("Severity"), _("Status"), _("Title")],
            [
                [each.number, code_label(each.hazard), code_label(each.severity), code_label(each.status), each.title]
                for each in members.all
            ],
        )
    print_error(counting_note(totals))
