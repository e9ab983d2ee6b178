"""`tabuah alarm`: list, acknowledge, shelve, and make an incident in one step; nothing here needs the server."""

from datetime import timedelta
from typing import Any

import click

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, print_json, say
from tabuah.console.commands.placing import Placed, Placer
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.operations.alarms.alarm import Alarm, AlarmState
from tabuah.operations.alarms.asked_telling import asked_name
from tabuah.operations.alarms.gestures import acknowledge_alarm, link_alarm, shelve_alarm, unshelve_alarm
from tabuah.operations.alarms.grouping import quieted_alarms, urgency_of
from tabuah.operations.alarms.proposing import IncidentProposal, draft_incident_from
from tabuah.operations.alarms.titles import alarm_title, severity_word
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.gestures import report_incident
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid

SHORT_ID = 8  # the end of an id; its beginning is the time, which alarms of one storm share

alarm_group = TabuahGroup("alarm", help=N_("List, acknowledge and shelve alarms, and make an incident of one."))


@alarm_group.command("list", help=N_("List the alarms that are up or not yet acknowledged, the worst first."))
@click.option("--all", "with_past", is_flag=True, help=N_("Also those that are over and acknowledged."))
@click.pass_obj
def list_alarms(call: Invocation, *, with_past: bool) -> None:
    """List the alarms."""
    with call.open_store() as store:
        stations, rules, now = _stations(store), _rules(store), store.now()
        found = [a for a in store.alarms() if with_past or a.state is not AlarmState.NORMAL]
    found.sort(key=urgency_of)
    quieted = quieted_alarms(found)
    titles = {a.id: alarm_title(a, stations.get(a.station), rules.get(a.rule)) for a in found}
    told = [tell_alarm(a, titles[a.id]) | {"quieted_by": quieted.get(a.id, "")} for a in found]
    rows = [
        [
            a.id[-SHORT_ID:],
            severity_word(a.severity),
            titles[a.id],
            a.station,
            format_moment(a.onset_at),
            _state_word(a, is_shelved=a.is_shelved(now)),
            _("SIMULATION") if a.exercise else "",
        ]
        for a in found
    ]
    headers = ["ID", _("Level"), _("Alarm"), _("Station"), _("Since"), _("State"), ""]
    call.show_table(told, headers, rows, empty=_("No alarms."))


@alarm_group.command("ack", help=N_("Acknowledge an alarm: somebody has seen it."))
@click.argument("alarm", metavar="ID")
@click.option("--note", default="", metavar="TEXT", help=N_("What was done or seen."))
@click.pass_obj
def acknowledge(call: Invocation, *, alarm: str, note: str) -> None:
    """Acknowledge an alarm."""
    with call.open_store() as store:
        found = find_alarm(store, alarm)
        store.save(acknowledge_alarm(found, note=note.strip()))
    call.show({"id": found.id}, lambda: say(_("Acknowledged.")))


@alarm_group.command("shelve", help=N_("Keep an alarm quiet for some minutes, for a reason."))
@click.argument("alarm", metavar="ID")
@click.option("--minutes", required=True, type=click.IntRange(min=1), metavar="N", help=N_("For how long."))
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def shelve(call: Invocation, *, alarm: str, minutes: int, reason: str) -> None:
    """Keep an alarm quiet for a while."""
    with call.open_store() as store:
        found, now = find_alarm(store, alarm), store.now()
        until = now + timedelta(minutes=min(minutes, 10_000_000))
        store.save(shelve_alarm(found, until=until, reason=reason, now=now))
    message = _("Quiet until {time}.").format(time=format_moment(until))
    call.show({"id": found.id, "until": until}, lambda: say(message))


@alarm_group.command("unshelve", help=N_("Let an alarm that was shelved be heard again."))
@click.argument("alarm", metavar="ID")
@click.pass_obj
def unshelve(call: Invocation, *, alarm: str) -> None:
    """Let a shelved alarm be heard again."""
    with call.open_store() as store:
        found = find_alarm(store, alarm)
        store.save(unshelve_alarm(found, now=store.now()))
    call.show({"id": found.id}, lambda: say(_("It is heard again.")))


@alarm_group.command(
    "incident", help=N_("Make an incident of an alarm, with place and evidence, and print its number.")
)
@click.argument("alarm", metavar="ID")
@click.pass_obj
def make_incident(call: Invocation, *, alarm: str) -> None:
    """Make an incident of an alarm."""
    with call.open_store() as store:
        found = find_alarm(store, alarm)
        _refuse_second(store, found)
        proposal = draft_incident_from(found, _stations(store).get(found.station), _rules(store).get(found.rule))
        placed = _placed(Placer(store.directory), proposal)
        incident_id, number = new_uuid(store.now()), store.next_incident_number()
        report = report_incident(
            proposal.report(number, placed.place if placed else None),
            incident_id=incident_id,
            occurred_at=proposal.occurred_at,
            exercise=proposal.exercise,
        )
        store.save_all((report, link_alarm(found, incident_id)))
    if call.as_json:
        print_json({"id": incident_id, "number": number})
    else:
        say(number)
    if placed and placed.remark:
        print_error(placed.remark)


def find_alarm(store: ConsoleStore, key: str) -> Alarm:
    """One alarm by its id, or by a beginning or an end of it that fits no other.

    Raises:
        UnknownKey: none fits, or several do.
    """
    wanted = key.strip().lower()
    found = [a for a in store.alarms() if wanted and (a.id.startswith(wanted) or a.id.endswith(wanted))]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no alarm {key}. See: tabuah alarm list").format(key=key))
    raise UnknownKey(_("{key} fits {n} alarms: give more of the id.").format(key=key, n=len(found)))


def tell_alarm(alarm: Alarm, title: str) -> dict[str, Any]:
    """One alarm as `alarm list --json` tells it."""
    fields = {name: getattr(alarm, name) for name in Alarm.__struct_fields__}
    return fields | {"title": title, "state": alarm.state, "active": alarm.is_active}


def _refuse_second(store: ConsoleStore, alarm: Alarm) -> None:
    known = {incident.id: incident.number for incident in store.incidents()}
    if alarm.incidents:
        number = known.get(alarm.incidents[-1], alarm.incidents[-1])
        told = _("This alarm is incident {number} already.").format(number=number)
        raise NotPossible("already_linked", told)


def _placed(placer: Placer, proposal: IncidentProposal) -> Placed | None:
    if proposal.lon_deg is None or proposal.lat_deg is None:
        return None
    position = f"{proposal.lon_deg},{proposal.lat_deg}"
    return placer.place_at(position, outside_reason=_("the station stands there"))


def _stations(store: ConsoleStore) -> dict[str, Station]:
    return {station.code: station for station in store.stations()}


def _rules(store: ConsoleStore) -> dict[str, Rule]:
    return {rule.id: rule for rule in store.rules()}


_STATES = {
    AlarmState.UNACKNOWLEDGED: "not acknowledged",
    AlarmState.ACKNOWLEDGED: "acknowledged",
    AlarmState.RETURNED_UNACKNOWLEDGED: "over, not acknowledged",
    AlarmState.NORMAL: "over",
}


def _state_word(alarm: Alarm, *, is_shelved: bool) -> str:
    """Where it stands; one that nobody has answered also says who was asked."""
    if is_shelved:
        return _("shelved")
    waits = alarm.escalations and alarm.acknowledged_at is None
    return _(_STATES[alarm.state]) + (f" → {asked_name(alarm.escalations[-1].to)}" if waits else "")
