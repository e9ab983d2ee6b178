"""`tabuah incident`: report, list and show incidents."""

from collections.abc import Mapping
from datetime import datetime

import click

from tabuah.console.commands.command_classes import Code, PastMoment, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option, scope_options
from tabuah.console.commands.incident_places import OUTSIDE, PlaceResolver
from tabuah.console.commands.incidents.answer_options import answer_options, read_answered
from tabuah.console.commands.incidents.incident_fields import read_caller, read_place_words, validate_body
from tabuah.console.commands.incidents.incident_records import (
    make_incident_record,
    make_row_record,
    make_timeline_record,
    read_timeline,
)
from tabuah.console.commands.invocation import (
    Invocation,
    ItemTable,
    print_error,
    print_facts,
    print_json,
    print_table,
    print_text,
)
from tabuah.console.incidents.callers import caller_of
from tabuah.console.incidents.report_entries import report_entries
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.entries import subject_key, subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.incidents.duplicates import duplicates_of
from tabuah.operations.incidents.entry_bodies import IncidentAnswered, IncidentReported
from tabuah.operations.incidents.figures import all_figure_statements, figure_difference
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_list import IncidentRow
from tabuah.operations.parent_events.event_incidents import own_event
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.cache.histories import HistoryState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.attachments.attachment_text import describe_transfer
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import (
    exercise_fields,
    exercise_mark,
    exercise_number,
    exercises_by_id,
)
from tabuah.text.incidents.answers import list_answers, people_at_risk_label, people_at_risk_text
from tabuah.text.incidents.duplicates import similar_incidents_text
from tabuah.text.incidents.figure_groups import group_facts, group_notes
from tabuah.text.incidents.figures import describe_figure, figure_label
from tabuah.text.incidents.incident_text import nagari_centre_text
from tabuah.text.incidents.merges import broken_merge_text, merge_text
from tabuah.text.sync.device_notices import mark_misdated_events

incident_group = TabuahGroup("incident", help=N_("Report, list and manage incidents; works offline."))


@incident_group.command("report", help=N_("Report a new incident and print its number."))
@click.option("--hazard", required=True, type=Code(Hazard), metavar="H", help=N_("The hazard, a code of the list."))
@click.option("--title", required=True, metavar="T", help=N_("What happened, in one line."))
@click.option("--at", "position", metavar="LON,LAT", help=N_("Position: degrees, degrees and minutes, UTM or MGRS."))
@OUTSIDE
@click.option("--nagari", metavar="NAME", help=N_("Place: a nagari by its name or code."))
@click.option("--jorong", metavar="NAME", default="", help=N_("Place: the jorong."))
@click.option("--landmark", metavar="TEXT", default="", help=N_("Place: what is near, such as a mosque or a bridge."))
@click.option(
    "--severity",
    type=Code(Severity),
    default="moderate",
    metavar="S",
    help=N_("Severity; default: moderate."),
)
@click.option("--channel", type=Code(Channel), default="phone", metavar="C", help=N_("Channel of the report."))
@click.option(
    "--occurred-at", type=PastMoment(), metavar="T", help=N_("When it happened (local time); default: now.")
)
@click.option("--description", default="", metavar="TEXT", help=N_("Further details."))
@click.option("--caller", default="", metavar="TEXT", help=N_("The caller's name and number; stored separately."))
@answer_options
@exercise_option
@click.pass_obj
def report_new(
    call: Invocation,
    *,
    hazard: Hazard,
    title: str,
    position: str | None,
    outside: str,
    nagari: str | None,
    jorong: str,
    landmark: str,
    severity: Severity,
    channel: Channel,
    occurred_at: datetime | None,
    description: str,
    caller: str,
    answers: tuple[str, ...],
    at_risk: str | None,
    worlds: ChosenWorlds,
) -> None:
    answered = read_answered(hazard, answers, at_risk)
    placed = PlaceResolver(call.data).find_place(position, nagari, outside_reason=outside)
    body = IncidentReported(
        number="SLK-0000-0000",
        hazard=hazard,
        title=title.strip(),
        severity=severity,
        channel=channel,
        place=read_place_words(placed.place, {"jorong": jorong, "landmark": landmark}),
        description=description,
    )
    caller = read_caller(caller)
    with call.open_store() as store:
        scope, known = worlds.scope(store), exercises_by_id(store.exercises())
        saved = _save_report(store, body, answered, scope=scope, occurred_at=occurred_at, caller=caller)
        similar = [each.incident.number for each in duplicates_of(saved, scope.select(store.incidents()))]
    if call.as_json:
        print_json({"id": saved.id, "number": saved.number, "candidates": similar} | exercise_fields(saved, known))
    else:
        print_text(exercise_number(saved.number, exercise=scope.is_exercise))
    if placed.remark:
        print_error(placed.remark)
    if similar:
        print_error(similar_incidents_text(similar))


def _save_report(
    store: ConsoleStore,
    body: IncidentReported,
    answered: IncidentAnswered,
    *,
    scope: ExerciseScope,
    occurred_at: datetime | None,
    caller: str,
) -> Incident:
    """Save a report under the next free number, and return the incident."""
    validate_body(body)  # before a number is used up
    entries = report_entries(store, body, answered, scope=scope, occurred_at=occurred_at, caller=caller)
    return store.incident(subject_key(store.save_all(entries)[0].entry.subject))


@incident_group.command("list", help=N_("List the incidents, worst first."))
@click.option("--status", type=Code(Status), metavar="S", help=N_("Only those with this status."))
@scope_options
@click.pass_obj
def list_incidents(call: Invocation, *, status: Status | None, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        known, scope = exercises_by_id(store.exercises()), worlds.parse(store)
        rows = [row for row in scope.select(store.rows()) if status is None or row.status == status]
        broken, wiped = store.archive.broken_merges(), worlds.describe_wipe(store)
    table = ItemTable[IncidentRow](
        kind="incident",
        headers=[
            *(_("Number"), _("Hazard"), _("Severity"), _("Status"), _("Title"), _("Nagari"), _("At risk")),
            *(_("Reported"), ""),
        ],
        name=lambda row: row.number,
        record=lambda row: make_row_record(row, known),
        cells=lambda row: _list_cells(row, known, is_broken=row.id in broken),
    )
    call.show_items(rows, table, empty=wiped or _("No incidents."))


@incident_group.command("show", help=N_("Show one incident with its timeline, figures, conflicts and attachments."))
@click.argument("incident", metavar="ID")
@click.option("--caller", "with_caller", is_flag=True, help=N_("Also the caller, if you may read personal data."))
@click.pass_obj
def show_incident(call: Invocation, *, incident: str, with_caller: bool) -> None:
    with call.open_store() as store:
        found = store.incident(incident)
        store.histories.request(subject_of("incident", found.id))
        caller = caller_of(store, found) if with_caller else ""
        if call.as_json:
            print_json(make_incident_record(store, found) | ({"caller": caller or None} if with_caller else {}))
        else:
            _print_incident(store, found, caller)


def _list_cells(row: IncidentRow, known: Mapping[str, Exercise], *, is_broken: bool) -> list[str]:
    marks = [exercise_mark(row, known), _("not yet synced") if row.pending else ""]
    return [
        exercise_number(row.number, exercise=row.exercise),
        code_label(Hazard(row.hazard)),
        code_label(Severity(row.severity)),
        code_label(Status(row.status)),
        row.title,
        row.nagari,
        people_at_risk_text(row.people_at_risk),
        format_moment(row.reported_at),
        " · ".join(filter(None, [*marks, broken_merge_text() if is_broken else ""])),
    ]


def _print_incident(store: ConsoleStore, incident: Incident, caller: str) -> None:
    place = incident.place
    known = exercises_by_id(store.exercises())
    print_text(f"{exercise_number(incident.number, exercise=incident.exercise)}  {incident.title}")
    print_facts(
        [
            (_("Exercise"), exercise_mark(incident, known)),
            (_("Hazard"), code_label(incident.hazard)),
            (_("Severity"), code_label(incident.severity)),
            (_("Status"), code_label(incident.status)),
            (_("Merge"), merge_text(incident, store.archive.number_of(store.archive.final_target(incident.id)))),
            (_("Place"), _describe_place(incident)),
            (_("Coordinates"), f"{place.lon_deg:.5f}, {place.lat_deg:.5f}" if place else ""),
            (_("Channel"), code_label(incident.channel)),
            (_("Occurred at"), format_moment(incident.occurred_at)),
            (_("Reported"), format_moment(incident.reported_at)),
            (_("Parent event"), _event_title(store, incident)),
            (_("Assigned to"), ", ".join(incident.assignment)),
            (_("Caller"), caller),
            (people_at_risk_label(), people_at_risk_text(incident.intake.people_at_risk) or _("not known")),
            *list_answers(incident),
            (_("Description"), incident.description),
            *_figure_facts(incident),
            *group_facts(incident, store.now()),
            *_attachment_facts(store, incident),
            (_("Conflicts"), ", ".join(conflict.id for conflict in incident.open_conflicts)),
        ]
    )
    for note in group_notes(incident):
        print_error(note)
    if store.histories.state_of(subject_of("incident", incident.id)) is not HistoryState.WHOLE:
        print_error(_("Older entries of this incident are not here yet; they come with the next sync."))
    dated = store.find_misdated(store.entries_of(subject_of("incident", incident.id)))
    events = [make_timeline_record(event) for event in mark_misdated_events(read_timeline(store, incident), dated)]
    print_table(
        [_("When"), _("Who"), _("What")], [[format_moment(event.at), event.actor, event.text] for event in events]
    )


def _event_title(store: ConsoleStore, incident: Incident) -> str:
    """Return the title of the parent event that an incident names; empty without one."""
    event = own_event(incident, {event.id: event for event in store.parent_events()})
    return "" if event is None else event.title


def _attachment_facts(store: ConsoleStore, incident: Incident) -> list[tuple[str, str]]:
    states = store.attachments.states(incident.attachments)
    lines = []
    for attachment in incident.attachments:
        standing = describe_transfer(states[attachment.sha256])
        name = attachment.caption or attachment.name
        lines.append(f"{name} ({standing})" if standing else name)
    return [(_("Attachments") if n == 0 else "", line) for n, line in enumerate(lines)]


def _describe_place(incident: Incident) -> str:
    place = incident.place
    if place is None:
        return ""
    if place.outside_reason:
        return _("outside the regency: {reason}").format(reason=place.outside_reason)
    names = ", ".join(name for name in (place.landmark, place.jorong, place.nagari, place.kecamatan) if name)
    note = nagari_centre_text(place)
    if note:
        return f"{names} ({note})"
    return _("{names} (an estimate)").format(names=names) if place.certainty == "approximate" else names


def _figure_facts(incident: Incident) -> list[tuple[str, str]]:
    """Return each figure as its sources state it: "60 (PMI, …) · 42 (wali nagari, …) · they differ by 18"."""
    facts = []
    for figure, stated in all_figure_statements(incident).items():
        parts = [f"{describe_figure(figure, s.value)} ({s.source}, {format_moment(s.at)})" for s in stated]
        if figure_difference(stated):
            parts.append(_("they differ by {n}").format(n=describe_figure(figure, figure_difference(stated))))
        facts.append((figure_label(figure), " · ".join(parts)))
    return facts
