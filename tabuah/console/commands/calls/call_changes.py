"""`tabuah call record`, `edit`, `incident` and `unlink`: write the call log; works offline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
import msgspec

from tabuah.console.calls.call_records import caller_of_call
from tabuah.console.commands.calls.calls import call_group, find_call
from tabuah.console.commands.code_lists import read_code
from tabuah.console.commands.command_classes import Code, PastMoment, pairs_option, read_pairs
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.incident_places import OUTSIDE, PlaceResolver
from tabuah.console.commands.incidents.answer_options import answer_options, read_answered
from tabuah.console.commands.incidents.incident_fields import read_place_words, validate_body
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.operations.calls.call import Call
from tabuah.operations.calls.drafts import correct_call, link_call, record_call, unlink_call
from tabuah.operations.calls.entry_bodies import CallRecorded
from tabuah.operations.codes import CallClass, Channel, Hazard, Severity
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_of, scope_world
from tabuah.operations.incidents.drafts import answer_report, caller_value, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentAnswered, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.text.code_labels import code_label

_EDITABLE = ("class", "channel", "note", "caller")


@call_group.command("record", help=N_("Record a call that is no report: ghost, prank or information."))
@click.argument("call_class", type=Code(CallClass), metavar="CLASS")
@click.option("--channel", type=Code(Channel), default="phone", metavar="C", help=N_("Channel of the call."))
@click.option("--note", default="", metavar="TEXT", help=N_("What it was about."))
@click.option("--caller", default="", metavar="TEXT", help=N_("The caller's name and number; stored separately."))
@click.option("--at", "received_at", type=PastMoment(), metavar="T", help=N_("When it came in; default: now."))
@exercise_option
@click.pass_obj
def record(
    call: Invocation,
    *,
    call_class: CallClass,
    channel: Channel,
    note: str,
    caller: str,
    received_at: datetime | None,
    worlds: ChosenWorlds,
) -> None:
    if call_class is CallClass.NORMAL:
        raise click.UsageError(_("A normal call is a report: tabuah incident report"))
    validate_body(CallRecorded(call_class=call_class, channel=channel, note=note.strip()))
    with call.open_store() as store:
        call_id = new_uuid(store.now())
        draft = record_call(
            call_id,
            call_class,
            channel=channel,
            note=note,
            caller=caller_value(caller.strip(), salt=new_salt()) if caller.strip() else None,
            received_at=received_at,
            world=scope_world(worlds.scope(store)),
        )
        store.save(draft)
    text = _("Recorded: {call_class}, {id}").format(call_class=code_label(call_class), id=call_id)
    call.show({"id": call_id, "call_class": call_class}, lambda: print_text(text))


@call_group.command("edit", help=N_("Correct class, channel, note or caller of a call."))
@click.argument("key", metavar="ID")
@pairs_option(N_("A field and its new value; repeatable. Fields: class, channel, note, caller."))
@click.pass_obj
def edit(call: Invocation, *, key: str, pairs: Sequence[str]) -> None:
    values = read_pairs(pairs, _EDITABLE)
    with call.open_store() as store:
        found = find_call(store, key)
        store.save(_correction(found, values))
    record = {"id": found.id, "changed": sorted(values)}
    call.show(record, lambda: print_text(_("The call is corrected: {id}").format(id=found.id)))


def _correction(found: Call, values: dict[str, str]) -> Draft:
    given: dict[str, Any] = {"note": values.get("note")}
    if "class" in values:
        given["call_class"] = _checked_class(read_code(CallClass, values["class"]))
    if "channel" in values:
        given["channel"] = read_code(Channel, values["channel"])
    if "caller" in values:
        given["caller"] = caller_value(values["caller"], salt=new_salt())
    validate_body(CallRecorded(call_class=found.call_class, note=(given["note"] or "").strip()))
    return correct_call(found, **given)


def _checked_class(call_class: CallClass) -> CallClass:
    if call_class is CallClass.NORMAL:
        raise click.UsageError(_("A normal call is about an incident: tabuah call incident ID"))
    return call_class


@call_group.command("incident", help=N_("State that a call was about an incident: a new one, or a known one."))
@click.argument("key", metavar="ID")
@click.option("--to", "known", metavar="INCIDENT", help=N_("The incident that it was about, if it is known already."))
@click.option("--hazard", type=Code(Hazard), metavar="H", help=N_("The hazard of a new incident."))
@click.option("--title", default="", metavar="T", help=N_("What happened, in one line; default: the note."))
@click.option("--at", "position", metavar="LON,LAT", help=N_("Position: degrees, degrees and minutes, UTM or MGRS."))
@OUTSIDE
@click.option("--nagari", metavar="NAME", help=N_("Place: a nagari by its name or code."))
@click.option("--jorong", metavar="NAME", default="", help=N_("Place: the jorong."))
@click.option("--landmark", metavar="TEXT", default="", help=N_("Place: what is near, such as a mosque or a bridge."))
@click.option(
    "--severity", type=Code(Severity), default="moderate", metavar="S", help=N_("Severity; default: moderate.")
)
@answer_options
@click.pass_obj
def make_incident(
    call: Invocation,
    *,
    key: str,
    known: str | None,
    hazard: Hazard | None,
    title: str,
    position: str | None,
    outside: str,
    nagari: str | None,
    jorong: str,
    landmark: str,
    severity: Severity,
    answers: tuple[str, ...],
    at_risk: str | None,
) -> None:
    if (known is None) == (hazard is None):
        raise click.UsageError(_("give either --to, or --hazard for a new incident"))
    if known is not None:
        if answers or at_risk is not None or jorong or landmark:
            raise click.UsageError(_("place and answers belong to a new incident: tabuah incident edit, answer"))
        _link_known(call, key, known)
        return
    placed = PlaceResolver(call.data).find_place(position, nagari, outside_reason=outside)
    assert hazard is not None
    answered = read_answered(hazard, answers, at_risk)
    with call.open_store() as store:
        found = find_call(store, key)
        body = IncidentReported(
            number="SLK-0000-0000",
            hazard=hazard,
            title=(title.strip() or " ".join(found.note.split())[:200] or code_label(hazard)),
            severity=severity,
            channel=found.channel,
            place=read_place_words(placed.place, {"jorong": jorong, "landmark": landmark}),
            description=found.note,
        )
        caller = caller_of_call(store, found)
        incident = _report(store, found, validate_body(body), answered, caller or "")
    record = {"id": found.id, "incident": incident.id, "number": incident.number}
    call.show(record, lambda: print_text(incident.number))
    if placed.remark:
        print_error(placed.remark)
    if found.caller_entry and not caller:
        print_error(_("You may not read the caller of the call: the incident has none."))


@call_group.command("unlink", help=N_("State that a call was not about its incident; the incident stays."))
@click.argument("key", metavar="ID")
@click.option(
    "--class",
    "call_class",
    type=Code(CallClass),
    metavar="CLASS",
    help=N_("Its class; default: that before the link."),
)
@click.pass_obj
def unlink(call: Invocation, *, key: str, call_class: CallClass | None) -> None:
    with call.open_store() as store:
        found = find_call(store, key)
        store.save(unlink_call(found, call_class=call_class))
        now = find_call(store, found.id)
    record = {"id": now.id, "call_class": now.call_class, "incident": found.incident}
    text = _("The call is no longer linked: {call_class}, {id}")
    call.show(record, lambda: print_text(text.format(call_class=code_label(now.call_class), id=now.id)))


def _link_known(call: Invocation, key: str, known: str) -> None:
    with call.open_store() as store:
        found, incident = find_call(store, key), store.incident(known)
        if scope_of(incident) != scope_of(found):
            raise NotPossible("call_of_another_world")
        store.save(link_call(found, incident.id))
    record = {"id": found.id, "incident": incident.id, "number": incident.number}
    call.show(record, lambda: print_text(_("The call is about {number}.").format(number=incident.number)))


def _report(
    store: ConsoleStore, found: Call, body: IncidentReported, answered: IncidentAnswered, caller: str
) -> Incident:
    """Save a new incident from a call with its time, caller and answers, link the call, and return the incident."""
    incident_id = new_uuid(store.now())
    numbered = msgspec.structs.replace(body, number=store.next_incident_number())
    report = report_incident(
        numbered,
        incident_id=incident_id,
        occurred_at=found.received_at,
        exercise=found.exercise,
        exercise_id=found.exercise_id,
        caller=caller_value(caller, salt=new_salt()) if caller else None,
    )
    store.save_all((report, *answer_report(report, answered), link_call(found, incident_id)))
    return store.incident(incident_id)
