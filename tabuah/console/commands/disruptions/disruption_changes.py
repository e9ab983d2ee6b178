"""`tabuah disruption report`, `change`, `end` and `resume`; works offline."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import click

from tabuah.console.commands.code_lists import read_code
from tabuah.console.commands.command_classes import Code, PastMoment, pairs_option, read_pairs
from tabuah.console.commands.disruptions.disruptions import disruption_group
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.incident_places import OUTSIDE, read_place
from tabuah.console.commands.incidents.incident_fields import validate_body
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.disruptions.disruption_records import find_disruption, make_disruption_record
from tabuah.console.disruptions.typed_line import Corners, parse_line
from tabuah.operations.disruptions.conflict_policy import FIELDS
from tabuah.operations.disruptions.disruption import Disruption, DisruptionExtent, DisruptionKind
from tabuah.operations.disruptions.drafts import (
    edit_disruption,
    end_disruption,
    report_disruption,
    resume_disruption,
)
from tabuah.operations.disruptions.entry_bodies import DisruptionEdited, DisruptionReported
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import scope_world
from tabuah.resources.localisation import N_, _
from tabuah.resources.moment_parser import parse_moment, past_moment
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.text.exercises.exercise_text import exercises_by_id

_EDITABLE: Final = (*(name for name in FIELDS if name != "place"), "at", "nagari")
_TEXTS: Final = ("name", "source", "note")
REASON: Final = click.option(
    "--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Reason; it is journalled.")
)


@disruption_group.command("report", help=N_("Report a closed road or bridge, or an outage."))
@click.argument("name", metavar="NAME")
@click.option("--kind", type=Code(DisruptionKind), required=True, metavar="K", help=N_("What is disrupted."))
@click.option("--source", required=True, metavar="TEXT", help=N_("Who stated it: an office or organisation."))
@click.option("--partial", is_flag=True, help=N_("Partly passable, or partly down."))
@click.option("--at", "position", metavar="LON,LAT", help=N_("Position: degrees, degrees and minutes, UTM or MGRS."))
@click.option("--nagari", metavar="NAME", help=N_("Place: a nagari by its name or code."))
@OUTSIDE
@click.option("--line", "line", metavar='"LON,LAT …"', default="", help=N_("The closed part of the road."))
@click.option("--since", type=PastMoment(), metavar="T", help=N_("When it began; default: now."))
@click.option("--expected-end", metavar="T", help=N_("When it should end."))
@click.option("--incident", metavar="ID", help=N_("The incident that caused it."))
@click.option("--note", default="", metavar="TEXT", help=N_("Further details."))
@exercise_option
@click.pass_obj
def report(
    call: Invocation,
    *,
    name: str,
    kind: DisruptionKind,
    source: str,
    partial: bool,
    position: str | None,
    nagari: str | None,
    outside: str,
    line: str,
    since: datetime | None,
    expected_end: str | None,
    incident: str | None,
    note: str,
    worlds: ChosenWorlds,
) -> None:
    corners = _read_line(line)
    place = read_place(call.data, _position_of(position, nagari, corners), nagari, outside=outside)
    with call.open_store() as store:
        body = DisruptionReported(
            kind=kind,
            name=name.strip(),
            place=place,
            began_at=since or store.now(),
            source=source.strip(),
            extent=DisruptionExtent.PARTIAL if partial else DisruptionExtent.FULL,
            line=corners,
            expected_end=_read_moment(expected_end) if expected_end else None,
            incident=store.incident(incident).id if incident else "",
            note=note.strip(),
        )
        world = scope_world(worlds.scope(store))
        draft = report_disruption(new_uuid(store.now()), validate_body(body), world=world)
        _save(call, store, draft, _("Reported: {name}, {id}"))


@disruption_group.command("change", help=N_("Change fields of a disruption."))
@click.argument("key", metavar="ID")
@pairs_option(
    N_(
        "A field and its new value; repeatable. Fields: kind, name, extent, at, nagari, line, began_at, expected_end,"
        " source, incident, note."
    )
)
@OUTSIDE
@click.pass_obj
def change(call: Invocation, *, key: str, pairs: Sequence[str], outside: str) -> None:
    values = read_pairs(pairs, _EDITABLE)
    with call.open_store() as store:
        disruption = find_disruption(store.disruptions(), key)
        given = _read_fields(call, store, values, outside)
        validate_body(DisruptionEdited(**given))
        _save(call, store, edit_disruption(disruption, **given), _("Changed: {name}, {id}"))


@disruption_group.command("end", help=N_("Report that a road is open, or a supply works again."))
@click.argument("key", metavar="ID")
@REASON
@click.option("--at", "ended_at", type=PastMoment(), metavar="T", help=N_("When it ended; default: now."))
@click.pass_obj
def end(call: Invocation, *, key: str, reason: str, ended_at: datetime | None) -> None:
    with call.open_store() as store:
        disruption = find_disruption(store.disruptions(), key)
        _save(call, store, end_disruption(disruption, reason=reason, ended_at=ended_at), _("Ended: {name}, {id}"))


@disruption_group.command("resume", help=N_("Report that a disruption goes on, whose end was reported."))
@click.argument("key", metavar="ID")
@REASON
@click.pass_obj
def resume(call: Invocation, *, key: str, reason: str) -> None:
    with call.open_store() as store:
        disruption = find_disruption(store.disruptions(), key)
        _save(call, store, resume_disruption(disruption, reason=reason), _("Goes on: {name}, {id}"))


def _save(call: Invocation, store: ConsoleStore, draft: Draft, text: str) -> None:
    """Save an entry and show the disruption after it; `text` has the fields name and id."""
    store.save(draft)
    after = store.state(draft.subject).value
    assert isinstance(after, Disruption)
    record = make_disruption_record(store, after, exercises_by_id(store.exercises()))
    call.show(record, lambda: print_text(text.format(name=after.name, id=after.id)))


def _position_of(position: str | None, nagari: str | None, line: Corners) -> str | None:
    """Return the position that was given, else the middle corner of the line."""
    if position is not None or nagari is not None or not line:
        return position
    lon_deg, lat_deg = line[len(line) // 2]
    return f"{lon_deg:.6f},{lat_deg:.6f}"


def _read_fields(call: Invocation, store: ConsoleStore, values: dict[str, str], outside: str) -> dict[str, Any]:
    given: dict[str, Any] = {name: values[name] for name in _TEXTS if name in values}
    if "kind" in values:
        given["kind"] = read_code(DisruptionKind, values["kind"])
    if "extent" in values:
        given["extent"] = read_code(DisruptionExtent, values["extent"])
    if "line" in values:
        given["line"] = _read_line(values["line"])
    if "began_at" in values:
        given["began_at"] = _read_moment(values["began_at"], past_moment)
    if "expected_end" in values:
        given["expected_end"] = _read_moment(values["expected_end"]) if values["expected_end"] else None
    if "incident" in values:
        given["incident"] = store.incident(values["incident"]).id if values["incident"] else ""
    if "at" in values or "nagari" in values:
        given["place"] = read_place(call.data, values.get("at"), values.get("nagari"), outside=outside)
    return given


def _read_line(text: str) -> Corners:
    try:
        return parse_line(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _read_moment(text: str, parse: Callable[..., datetime] = parse_moment) -> datetime:
    try:
        return parse(text, now=datetime.now(UTC))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
