"""`tabuah incident`: report, list and show; the changes are in `incident_changes`."""

from datetime import datetime

import click
import msgspec

from tabuah.console.attachment_words import standing_words
from tabuah.console.clock_words import marked
from tabuah.console.commands.incident_fields import checked
from tabuah.console.commands.incident_group import incident_group
from tabuah.console.commands.incident_story import events_of, tell_incident, told_event
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, print_facts, print_json, print_table, say
from tabuah.console.commands.parameters import Code, PastMoment
from tabuah.console.commands.placing import Placed, Placer
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.bodies import IncidentReported
from tabuah.operations.incidents.figures import all_statements, difference
from tabuah.operations.incidents.gestures import report_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.listing import IncidentRow
from tabuah.operations.incidents.timeline import figure_label
from tabuah.operations.labels import label_of
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.histories import HistoryState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid


@incident_group.command("report", help=N_("Report a new incident and print its number."))
@click.option("--hazard", required=True, type=Code(Hazard), metavar="H", help=N_("What happened, as on the list."))
@click.option("--title", required=True, metavar="T", help=N_("What happened, in one line."))
@click.option("--at", "position", metavar="LON,LAT", help=N_("Where: degrees, degrees and minutes, or UTM."))
@click.option("--outside", metavar="REASON", default="", help=N_("Why a place outside the regency is meant."))
@click.option("--nagari", metavar="NAME", help=N_("Where: a nagari by its name or code."))
@click.option(
    "--severity",
    type=Code(Severity),
    default="moderate",
    metavar="S",
    help=N_("How bad it is; moderate if not said."),
)
@click.option("--channel", type=Code(Channel), default="phone", metavar="C", help=N_("How the report came in."))
@click.option("--occurred-at", type=PastMoment(), metavar="T", help=N_("When it happened (WIB); now if not said."))
@click.option("--description", default="", metavar="TEXT", help=N_("More about it."))
@click.option("--caller", default="", metavar="TEXT", help=N_("The caller's name and number; kept apart."))
@click.option("--exercise", is_flag=True, help=N_("It is a drill."))
@click.pass_obj
def report_new(
    call: Invocation,
    *,
    hazard: Hazard,
    title: str,
    position: str | None,
    outside: str,
    nagari: str | None,
    severity: Severity,
    channel: Channel,
    occurred_at: datetime | None,
    description: str,
    caller: str,
    exercise: bool,
) -> None:
    """Report a new incident."""
    placed = _placed(Placer(call.data), position, nagari, outside)
    with call.open_store() as store:
        body = IncidentReported(
            number="SLK-0000-0000",
            hazard=hazard,
            title=title.strip(),
            severity=severity,
            channel=channel,
            place=placed.place,
            description=description,
        )
        checked(body)  # before a number is taken
        incident_id = new_uuid(store.now())
        numbered = msgspec.structs.replace(body, number=store.next_incident_number())
        store.save(
            report_incident(
                numbered, incident_id=incident_id, occurred_at=occurred_at, exercise=exercise, caller=caller
            )
        )
        if call.as_json:
            print_json({"id": incident_id, "number": numbered.number})
        else:
            say(numbered.number)
        if placed.remark:
            print_error(placed.remark)


@incident_group.command("list", help=N_("List the incidents, worst first."))
@click.option("--status", type=Code(Status), metavar="S", help=N_("Only those with this status."))
@click.pass_obj
def list_incidents(call: Invocation, *, status: Status | None) -> None:
    """List the incidents."""
    with call.open_store() as store:
        rows = [row for row in store.rows() if status is None or row.status == status]
    headers = [_("Number"), _("Hazard"), _("Severity"), _("Status"), _("Title"), _("Nagari"), _("Reported"), ""]
    call.show_table(rows, headers, [_cells(row) for row in rows], empty=_("No incidents."))


@incident_group.command("show", help=N_("Show one incident with its timeline, figures, conflicts and attachments."))
@click.argument("incident", metavar="ID")
@click.pass_obj
def show_incident(call: Invocation, *, incident: str) -> None:
    """Show one incident."""
    with call.open_store() as store:
        found = store.incident(incident)
        store.histories.want(subject_of("incident", found.id))
        if call.as_json:
            print_json(tell_incident(store, found))
        else:
            _print_incident(store, found)


def _placed(placer: Placer, position: str | None, nagari: str | None, outside: str) -> Placed:
    if (position is None) == (nagari is None):
        raise click.UsageError(_("say where it is with either --at or --nagari"))
    if position is not None:
        return placer.place_at(position, outside_reason=outside.strip())
    return placer.place_in_nagari(nagari or "")


def _cells(row: IncidentRow) -> list[str]:
    return [
        row.number,
        label_of(Hazard(row.hazard)),
        label_of(Severity(row.severity)),
        label_of(Status(row.status)),
        row.title,
        row.nagari,
        format_moment(row.reported_at),
        _("not yet synced") if row.pending else "",
    ]


def _print_incident(store: ConsoleStore, incident: Incident) -> None:
    place = incident.place
    say(f"{incident.number}  {incident.title}")
    print_facts(
        [
            (_("Hazard"), label_of(incident.hazard)),
            (_("Severity"), label_of(incident.severity)),
            (_("Status"), label_of(incident.status)),
            (_("Place"), _place_words(incident)),
            (_("Coordinates"), f"{place.lon_deg:.5f}, {place.lat_deg:.5f}" if place else ""),
            (_("Channel"), label_of(incident.channel)),
            (_("Occurred at"), format_moment(incident.occurred_at)),
            (_("Reported"), format_moment(incident.reported_at)),
            (_("Assigned to"), ", ".join(incident.assignment)),
            (_("Description"), incident.description),
            *_figure_facts(incident),
            *_attachment_facts(store, incident),
            (_("Conflicts"), ", ".join(conflict.id for conflict in incident.open_conflicts)),
        ]
    )
    if store.histories.state_of(subject_of("incident", incident.id)) is not HistoryState.WHOLE:
        print_error(_("Older entries of this incident are not here yet; they come with the next sync."))
    dated = store.misdated(store.entries_of(subject_of("incident", incident.id)))
    events = [told_event(event) for event in marked(events_of(store, incident), dated)]
    print_table(
        [_("When"), _("Who"), _("What")], [[format_moment(event.at), event.actor, event.text] for event in events]
    )


def _attachment_facts(store: ConsoleStore, incident: Incident) -> list[tuple[str, str]]:
    states = store.attachments.states(incident.attachments)
    told = []
    for attachment in incident.attachments:
        standing = standing_words(states[attachment.sha256])
        name = attachment.caption or attachment.name
        told.append(f"{name} ({standing})" if standing else name)
    return [(_("Attachments") if n == 0 else "", line) for n, line in enumerate(told)]


def _place_words(incident: Incident) -> str:
    place = incident.place
    if place is None:
        return ""
    if place.outside_reason:
        return _("outside the regency: {reason}").format(reason=place.outside_reason)
    names = ", ".join(name for name in (place.jorong, place.nagari, place.kecamatan) if name)
    return _("{names} (an estimate)").format(names=names) if place.certainty == "approximate" else names


def _figure_facts(incident: Incident) -> list[tuple[str, str]]:
    """Each figure as its sources state it: "60 (PMI, …) · 42 (wali nagari, …) · they differ by 18"."""
    facts = []
    for figure, stated in all_statements(incident).items():
        parts = [f"{s.value} ({s.source}, {format_moment(s.at)})" for s in stated]
        if difference(stated):
            parts.append(_("they differ by {n}").format(n=difference(stated)))
        facts.append((figure_label(figure), " · ".join(parts)))
    return facts
