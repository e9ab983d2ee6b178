"""`tabuah alarm`: list, acknowledge, shelve and escalate alarms, and create incidents from them."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.incident_places import PlaceResolver, ResolvedPlace
from tabuah.console.commands.invocation import Invocation, ItemTable, print_error, print_json, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.operations.alarms import drafts
from tabuah.operations.alarms.alarm import Alarm, AlarmState
from tabuah.operations.alarms.alarm_groups import alarm_urgency, quieted_alarms
from tabuah.operations.alarms.escalation_policy import EscalationPolicy
from tabuah.operations.alarms.suppression import SuppressedItem, find_suppressed
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import InWorld, plain_code
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement, acknowledgements_by_alarm
from tabuah.operations.rules.crossings import EvidenceItem
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.resources.toml_parser import parse_toml
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.alarms.alarm_status import (
    describe_suppression_reason,
    escalated_person,
    escalation_contact_name,
)
from tabuah.text.alarms.incident_proposal import IncidentProposal, propose_incident
from tabuah.text.alarms.titles import alarm_title, severity_label
from tabuah.text.exercises.exercise_text import exercise_fields, exercise_mark, exercise_number, exercises_by_id
from tabuah.text.file_errors import describe_file_error
from tabuah.text.notices.confirmations import contact_name, describe_confirmations
from tabuah.text.rules.rule_text import format_duration

SHORT_ID = 8  # the end of an id: its beginning is the time, which alarms of one storm share

alarm_group = TabuahGroup("alarm", help=N_("List, acknowledge and shelve alarms, and create incidents from them."))


@alarm_group.command("list", help=N_("List active and unacknowledged alarms, worst first."))
@click.option("--all", "with_past", is_flag=True, help=N_("Include alarms that are cleared and acknowledged."))
@scope_options
@click.pass_obj
def list_alarms(call: Invocation, *, with_past: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        stations, rules, now = _stations(store), _rules(store), store.now()
        known = exercises_by_id(store.exercises())
        notices = acknowledgements_by_alarm(store.notices())
        contacts = {contact.id: contact for contact in store.contacts()}
        found = [
            a for a in worlds.scope(store).select(store.alarms()) if with_past or a.state is not AlarmState.NORMAL
        ]
    found.sort(key=alarm_urgency)
    quieted = quieted_alarms(found)

    def title(a: Alarm) -> str:
        return alarm_title(a, stations.get(a.station), rules.get(a.rule))

    table = ItemTable[Alarm](
        kind="alarm",
        headers=["ID", _("Level"), _("Alarm"), _("Station"), _("Since"), _("State"), _("Notices"), ""],
        name=lambda a: a.id[-SHORT_ID:],
        record=lambda a: (
            make_alarm_record(a, title(a), known)
            | {
                "quieted_by": quieted.get(a.id, ""),
                "confirmed": [_make_confirmation_record(each, contacts) for each in notices.get(a.id, ())],
            }
        ),
        cells=lambda a: [
            a.id[-SHORT_ID:],
            severity_label(a.severity),
            title(a),
            plain_code(a.station),
            format_moment(a.onset_at),
            _describe_alarm_state(a, is_shelved=a.is_shelved(now)),
            describe_confirmations(notices.get(a.id, ()), contacts, now),
            exercise_mark(a, known),
        ],
    )
    call.show_items(found, table, empty=_("No alarms."))


@alarm_group.command("ack", help=N_("Acknowledge an alarm."))
@click.argument("alarm", metavar="ID")
@click.option("--note", default="", metavar="TEXT", help=N_("What was done or seen."))
@click.pass_obj
def acknowledge(call: Invocation, *, alarm: str, note: str) -> None:
    with call.open_store() as store:
        found = find_alarm(store, alarm)
        store.save(drafts.acknowledge_alarm(found, note=note.strip()))
    call.show({"id": found.id}, lambda: print_text(_("Acknowledged.")))


@alarm_group.command("shelve", help=N_("Shelve an alarm for some minutes, with a reason."))
@click.argument("alarm", metavar="ID")
@click.option("--minutes", required=True, type=click.IntRange(min=1), metavar="N", help=N_("Duration in minutes."))
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def shelve(call: Invocation, *, alarm: str, minutes: int, reason: str) -> None:
    with call.open_store() as store:
        found, now = find_alarm(store, alarm), store.now()
        until = now + timedelta(minutes=min(minutes, 10_000_000))
        store.save(drafts.shelve_alarm(found, until=until, reason=reason, now=now))
    message = _("Shelved until {time}.").format(time=format_moment(until))
    call.show({"id": found.id, "until": until}, lambda: print_text(message))


@alarm_group.command("unshelve", help=N_("End the shelving of an alarm."))
@click.argument("alarm", metavar="ID")
@click.pass_obj
def unshelve(call: Invocation, *, alarm: str) -> None:
    with call.open_store() as store:
        found = find_alarm(store, alarm)
        store.save(drafts.unshelve_alarm(found, now=store.now()))
    call.show({"id": found.id}, lambda: print_text(_("No longer shelved.")))


@alarm_group.command("end", help=N_("End an alarm whose raiser is revoked or silent for a day, with a reason."))
@click.argument("alarm", metavar="ID")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def end(call: Invocation, *, alarm: str, reason: str) -> None:
    with call.open_store() as store:
        found = find_alarm(store, alarm)
        store.save(drafts.end_alarm(found, reason=reason, now=store.now()))
    call.show({"id": found.id}, lambda: print_text(_("Ended.")))


@alarm_group.command(
    "incident", help=N_("Create an incident from an alarm, with place and evidence, and print its number.")
)
@click.argument("alarm", metavar="ID")
@click.pass_obj
def make_incident(call: Invocation, *, alarm: str) -> None:
    with call.open_store() as store:
        found = find_alarm(store, alarm)
        _check_not_linked(store, found)
        proposal = propose_incident(found, _stations(store).get(found.station), _rules(store).get(found.rule))
        placed = _resolve_place(PlaceResolver(store.directory), proposal)
        incident_id, number = new_uuid(store.now()), store.next_incident_number()
        report = report_incident(
            proposal.report(number, placed.place if placed else None),
            incident_id=incident_id,
            occurred_at=proposal.occurred_at,
            exercise=proposal.exercise,
            exercise_id=proposal.exercise_id,
        )
        store.save_all((report, drafts.link_alarm(found, incident_id)))
        known = exercises_by_id(store.exercises())
    if call.as_json:
        print_json({"id": incident_id, "number": number} | exercise_fields(proposal, known))
    else:
        print_text(exercise_number(number, exercise=proposal.exercise))
    if placed and placed.remark:
        print_error(placed.remark)


def find_alarm(store: ConsoleStore, key: str) -> Alarm:
    """Return an alarm by its id, or by an unambiguous beginning or end of it.

    Raises:
        UnknownKey: no alarm matches, or several do.
    """
    wanted = key.strip().lower()
    found = [a for a in store.alarms() if wanted and (a.id.startswith(wanted) or a.id.endswith(wanted))]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no alarm {key}. See: tabuah alarm list").format(key=key))
    raise UnknownKey(_("{key} matches {n} alarms; give more of the id.").format(key=key, n=len(found)))


def make_alarm_record(alarm: Alarm, title: str, known: Mapping[str, Exercise]) -> dict[str, Any]:
    """Return the record of an alarm for `alarm list --json`."""
    values = {name: getattr(alarm, name) for name in Alarm.__struct_fields__}
    fields = {name: "" if value is msgspec.UNSET else value for name, value in values.items()}
    del fields["exercise_ref"]
    codes = {
        "station": plain_code(alarm.station),
        "silenced": [plain_code(code) for code in alarm.silenced],
        "evidence": [with_plain_code(item) for item in alarm.evidence],
    }
    fields |= codes | exercise_fields(alarm, known)
    return fields | {"title": title, "state": alarm.state, "active": alarm.is_active}


def _make_confirmation_record(notice: NoticeAcknowledgement, contacts: Mapping[str, Contact]) -> dict[str, Any]:
    """Return the record of a contact who has confirmed a notice of an alarm."""
    return {
        "contact": notice.contact,
        "name": contact_name(notice.contact, contacts),
        "channel": notice.channel,
        "at": notice.acknowledged_at,
    }


def with_plain_code(item: EvidenceItem) -> EvidenceItem:
    """Return an item with the code of its station as people know it."""
    return msgspec.structs.replace(item, station=plain_code(item.station))


def _check_not_linked(store: ConsoleStore, alarm: Alarm) -> None:
    known = {incident.id: incident.number for incident in store.incidents()}
    if alarm.incidents:
        number = known.get(alarm.incidents[-1], alarm.incidents[-1])
        raise NotPossible("already_linked", number=number)


def _resolve_place(placer: PlaceResolver, proposal: IncidentProposal) -> ResolvedPlace | None:
    if proposal.lon_deg is None or proposal.lat_deg is None:
        return None
    position = f"{proposal.lon_deg},{proposal.lat_deg}"
    return placer.place_at(position, outside_reason=_("location of the station"))


def _stations(store: ConsoleStore) -> dict[str, Station]:
    return {station.code: station for station in store.stations()}


def _rules(store: ConsoleStore) -> dict[str, Rule]:
    return {rule.id: rule for rule in store.rules()}


_STATES = {
    AlarmState.UNACKNOWLEDGED: "not acknowledged",
    AlarmState.ACKNOWLEDGED: "acknowledged",
    AlarmState.RETURNED_UNACKNOWLEDGED: "cleared, not acknowledged",
    AlarmState.NORMAL: "over",
}


def _describe_alarm_state(alarm: Alarm, *, is_shelved: bool) -> str:
    """Describe the state of an alarm; an unanswered one also names the last escalation."""
    if is_shelved:
        return _("shelved")
    waits = alarm.escalations and alarm.acknowledged_at is None
    return _(_STATES[alarm.state]) + (f" → {escalated_person(alarm.escalations[-1])}" if waits else "")


@alarm_group.command(
    "escalation",
    help=N_("Show the escalation steps of alarms; with --write replace them with those of a file."),
)
@click.option(
    "--write",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("A TOML or JSON file with the escalation steps."),
)
@click.pass_obj
def escalation(call: Invocation, *, file: Path | None) -> None:
    with call.open_store() as store:
        policy = store.escalation_policy()
        if file is not None:
            policy = msgspec.structs.replace(_read_policy_file(file), version=policy.version + 1)
            store.save(drafts.write_escalation_policy(policy))
    rows = [
        [severity_label(severity), format_duration(step.after_s), escalation_contact_name(step.to)]
        for severity, steps in policy.steps.items()
        for step in steps
    ]
    call.show_table(policy, [_("Level"), _("After"), _("Asked")], rows, empty=_("Nobody is asked."))


def _read_policy_file(file: Path) -> EscalationPolicy:
    try:
        text = file.read_text("utf-8-sig")
        found: dict[str, Any] = json.loads(text) if text.lstrip().startswith("{") else parse_toml(text)
        return msgspec.convert(found, EscalationPolicy)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise click.UsageError(
            _("{file} cannot be used: {error}").format(file=file, error=describe_file_error(error))
        ) from error


@alarm_group.command("suppressed", help=N_("List suppressed alarms with the reason."))
@scope_options
@click.pass_obj
def list_suppressed(call: Invocation, *, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        scope, known = worlds.scope(store), exercises_by_id(store.exercises())
        alarms, windows = scope.select(store.alarms()), scope.select(store.maintenance())
        found = find_suppressed(alarms, windows, store.now())
    by_id: dict[str, InWorld] = {**{alarm.id: alarm for alarm in alarms}, **{each.id: each for each in windows}}
    worlds_of = [by_id.get(each.alarm) or by_id[each.by] for each in found]
    headers = [_("Station"), "ID", _("Why"), _("Until"), _("Reason"), ""]
    pairs = list(zip(found, worlds_of, strict=True))
    records = [
        msgspec.structs.asdict(each) | {"station": plain_code(each.station)} | exercise_fields(world, known)
        for each, world in pairs
    ]
    rows = [[*_suppressed_cells(each), exercise_mark(world, known)] for each, world in pairs]
    call.show_table(records, headers, rows, empty=_("No alarm is suppressed."))


def _suppressed_cells(each: SuppressedItem) -> list[str]:
    until = format_moment(each.until) if each.until else ""
    return [
        plain_code(each.station),
        each.alarm[-SHORT_ID:],
        describe_suppression_reason(each.why),
        until,
        each.reason,
    ]
