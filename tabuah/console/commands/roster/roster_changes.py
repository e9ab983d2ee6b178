"""`tabuah roster set`, `swap`, `copy`, `clear`, `undo` and `settle`: changes of the duty roster."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import click
import msgspec

from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.roster.roster import (
    Day,
    Week,
    describe_saved,
    roster_group,
)
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.authority import User
from tabuah.operations.roster.drafts import (
    ShiftRef,
    check_people,
    clear_shift,
    copy_week,
    find_shift,
    known_crews,
    plan_shift,
    settle_shift,
    swap_crew,
    swap_shifts,
    undo_change,
)
from tabuah.operations.roster.entry_bodies import Crew, ShiftTime
from tabuah.operations.roster.iso_week import IsoWeek, week_of
from tabuah.operations.roster.problems import find_crew_problems
from tabuah.operations.roster.shift_pattern import home_zone_min, usual_shifts
from tabuah.operations.roster.week_roster import PlannedCrew, RosterShift, WeekRoster
from tabuah.operations.roster.week_shifts import this_week, week_shifts
from tabuah.resources.localisation import N_, _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.roster.roster_text import describe_person_problem, describe_proposal, describe_shift

StructT = TypeVar("StructT", bound=msgspec.Struct)

_START = click.option("--start", default="", metavar="HH:MM", help=N_("Start of the shift, where a day has several."))


@roster_group.command("set", help=N_("Plan the crew of a shift; without people, the crew as it was planned last."))
@click.argument("day", type=Day(), metavar="DAY")
@_START
@click.option("--hours", type=click.IntRange(1, 48), metavar="N", help=N_("Length of the shift; default: as usual."))
@click.option("--crew", required=True, metavar="NAME", help=N_("Name of the crew, such as “Regu B”."))
@click.option("--supervisor", default="", metavar="USER", help=N_("The supervisor who leads the crew."))
@click.option("--member", "members", multiple=True, metavar="USER", help=N_("Another member; repeatable."))
@click.option("--label", default="", metavar="TEXT", help=N_("Name of the shift."))
@click.option("--note", default="", metavar="TEXT", help=N_("Further details."))
@click.pass_obj
def set_command(
    call: Invocation,
    *,
    day: date,
    start: str,
    hours: int | None,
    crew: str,
    supervisor: str,
    members: Sequence[str],
    label: str,
    note: str,
) -> None:
    with call.open_store() as store:
        ref = new_shift_ref(store.rosters(), day, start, hours)
        people = _crew_of(store.rosters(), crew, supervisor, members)
        planned = PlannedCrew(crew=people, label=label.strip(), note=note.strip())
        _save(call, store, (plan_shift(store.rosters(), ref, _valid(planned)),), (ref,))


@roster_group.command("swap", help=N_("Swap a shift with another one, or give it to another person or crew."))
@click.argument("day", type=Day(), metavar="DAY")
@_START
@click.option("--with", "other_day", type=Day(), metavar="DAY", help=N_("The day whose crew takes over in exchange."))
@click.option("--with-start", default="", metavar="HH:MM", help=N_("Start of the other shift."))
@click.option("--crew", default="", metavar="NAME", help=N_("The crew that takes over."))
@click.option("--supervisor", default="", metavar="USER", help=N_("The person who takes over as the supervisor."))
@click.option("--member", "members", multiple=True, metavar="USER", help=N_("A member of the crew; repeatable."))
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def swap_command(
    call: Invocation,
    *,
    day: date,
    start: str,
    other_day: date | None,
    with_start: str,
    crew: str,
    supervisor: str,
    members: Sequence[str],
    reason: str,
) -> None:
    takes_over = bool(crew or supervisor or members)
    if takes_over == (other_day is not None):
        raise click.UsageError(_("Give either --with, or --crew or --supervisor."))
    with call.open_store() as store:
        rosters = store.rosters()
        ref = shift_ref(rosters, day, start)
        if other_day is not None:
            other = shift_ref(rosters, other_day, with_start)
            _save(call, store, swap_shifts(rosters, ref, other, reason=reason), (ref, other))
            return
        people = _crew_in_place(rosters, ref, crew, supervisor, members)
        _save(call, store, (swap_crew(rosters, ref, people, reason=reason),), (ref,))


@roster_group.command("copy", help=N_("Plan a week like another one; planned shifts stay as they are."))
@click.option("--from", "source", type=Week(), metavar="W", help=N_("The week to copy; default: this week."))
@click.option("--to", "target", type=Week(), metavar="W", help=N_("The week to plan; default: the week after."))
@click.option("--replace", is_flag=True, help=N_("Also replace the shifts that are planned."))
@click.pass_obj
def copy_command(call: Invocation, *, source: IsoWeek | None, target: IsoWeek | None, replace: bool) -> None:
    with call.open_store() as store:
        begin = source or this_week(store.now())
        end = target or begin.plus(1)
        copied = copy_week(store.rosters(), begin, end, replaces=replace)
        if copied.drafts:
            store.save_all(copied.drafts)
    n, kept = len(copied.drafts), len(copied.kept)
    text = ngettext("{n} shift of {week} is planned.", "{n} shifts of {week} are planned.", n).format(n=n, week=end)
    if kept:
        more = ngettext("{n} stays as it is (--replace).", "{n} stay as they are (--replace).", kept)
        text += " " + more.format(n=kept)
    call.show({"from": str(begin), "to": str(end), "planned": n, "kept": kept}, lambda: print_text(text))


@roster_group.command("clear", help=N_("Remove the crew of a shift, or of all shifts of a week."))
@click.argument("day", type=Day(), metavar="DAY", required=False)
@_START
@click.option("--week", type=Week(), metavar="W", help=N_("All shifts of this week."))
@click.option("--reason", type=ReasonType(), default="", metavar="TEXT", help=N_("Why."))
@click.pass_obj
def clear_command(call: Invocation, *, day: date | None, start: str, week: IsoWeek | None, reason: str) -> None:
    if (day is None) == (week is None):
        raise click.UsageError(_("Give either a day or --week."))
    with call.open_store() as store:
        rosters = store.rosters()
        if week is not None:
            roster = rosters.get(str(week))
            refs = [ShiftRef(week, each.shift) for each in roster.planned_shifts] if roster else []
            if not refs:
                raise NotPossible("nothing_to_copy", week=str(week))
        else:
            assert day is not None
            refs = [shift_ref(rosters, day, start)]
        _save(call, store, [clear_shift(rosters, ref, reason=reason) for ref in refs], refs)


@roster_group.command("undo", help=N_("Undo the last change of a shift."))
@click.argument("day", type=Day(), metavar="DAY")
@_START
@click.pass_obj
def undo_command(call: Invocation, *, day: date, start: str) -> None:
    with call.open_store() as store:
        ref = shift_ref(store.rosters(), day, start)
        _save(call, store, (undo_change(store.rosters(), ref),), (ref,))


@roster_group.command("settle", help=N_("Decide which of two changes of the same shift counts."))
@click.argument("day", type=Day(), metavar="DAY")
@_START
@click.option("--take", required=True, metavar="current|N", help=N_("The planned crew, or the number of a proposal."))
@click.pass_obj
def settle_command(call: Invocation, *, day: date, start: str, take: str) -> None:
    with call.open_store() as store:
        rosters = store.rosters()
        ref = shift_ref(rosters, day, start)
        present = find_shift(rosters, ref)
        proposals = present.proposals if present else ()
        taken = None
        if take != "current":
            if not take.isdecimal() or not 1 <= int(take[:4]) <= len(proposals):
                raise click.UsageError(_describe_choices(proposals, store.authority().users))
            taken = proposals[int(take) - 1]
        _save(call, store, (settle_shift(rosters, ref, taken),), (ref,))


def _describe_choices(proposals: Sequence[Any], users: Mapping[str, User]) -> str:
    known = "; ".join(f"{n}: {describe_proposal(each, users)}" for n, each in enumerate(proposals, start=1))
    return _("Choose “current” or the number of a proposal. Proposals: {known}").format(known=known or _("none"))


def new_shift_ref(rosters: Mapping[str, WeekRoster], day: date, start: str, hours: int | None) -> ShiftRef:
    """Return the shift that `set` plans: one of the roster or of the pattern, or a new one with start and hours."""
    if start and hours is not None:
        shift = ShiftTime(day=day.isoweekday(), start=_clock(start), minutes=hours * 60, zone_min=home_zone_min())
        return ShiftRef(week_of(day), shift)
    ref = shift_ref(rosters, day, start)
    if hours is None:
        return ref
    return ref._replace(shift=msgspec.structs.replace(ref.shift, minutes=hours * 60))


def shift_ref(rosters: Mapping[str, WeekRoster], day: date, start: str) -> ShiftRef:
    """Return the shift of a day that begins at `start`; without it, the only one of the day.

    Raises:
        click.UsageError: there is none, or there are several.
    """
    week = week_of(day)
    of_day = [ref for ref in _all_shifts(rosters, week) if ref.shift.day == day.isoweekday()]
    wanted = _clock(start) if start else ""
    found = [ref for ref in of_day if not wanted or ref.shift.start == wanted]
    planned = [ref for ref in found if (present := find_shift(rosters, ref)) and present.planned]
    found = planned if len(planned) == 1 else found
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"--start {ref.shift.start} ({describe_shift(ref.shift)})" for ref in of_day)
    raise click.UsageError(_("Name the shift of {day}: {known}").format(day=day, known=known))


def _all_shifts(rosters: Mapping[str, WeekRoster], week: IsoWeek) -> list[ShiftRef]:
    roster = rosters.get(str(week))
    cleared = [ShiftRef(week, each.shift) for each in roster.all_shifts] if roster else []
    usual = [ShiftRef(week, shift.on(day)) for day in range(1, 8) for shift in usual_shifts()]
    found = {ref.shift.key: ref for ref in (*usual, *week_shifts(rosters, week), *cleared)}
    return [found[key] for key in sorted(found)]


def _clock(text: str) -> str:
    hour, _colon, minute = text.strip().replace(".", ":").partition(":")
    clock = f"{hour.zfill(2)}:{minute or '00'}"
    try:
        return msgspec.convert({"day": 1, "start": clock}, ShiftTime).start
    except msgspec.ValidationError as error:
        message = _("{text} is no time of day; write a time like 08:00").format(text=text[:20])
        raise click.UsageError(message) from error


def _crew_of(rosters: Mapping[str, WeekRoster], name: str, supervisor: str, members: Sequence[str]) -> Crew:
    """Return a crew with its people: the given ones, else those with whom it was planned last."""
    clean = " ".join(name.split())
    last = next((each for each in known_crews(rosters.values()).values() if _same(each.name, clean)), None)
    if last is not None:
        clean = last.name
    if not supervisor and last is None:
        raise click.UsageError(
            _("{crew} was never planned: name its people with --supervisor and --member.").format(crew=clean)
        )
    leader = supervisor.strip() or (last.supervisor if last else "")
    others = tuple(each.strip() for each in members) or (last.members if last and not supervisor else ())
    return _valid_crew(clean, leader, others)


def _crew_in_place(
    rosters: Mapping[str, WeekRoster], ref: ShiftRef, name: str, supervisor: str, members: Sequence[str]
) -> Crew:
    """Return the crew that takes over: another one, or the planned one with another supervisor or members."""
    present = find_shift(rosters, ref)
    if name:
        return _crew_of(rosters, name, supervisor, members)
    if present is None or present.planned is None:
        raise NotPossible("shift_not_planned")
    crew = present.planned.crew
    others = tuple(members) or tuple(each for each in crew.members if each != supervisor)
    return _valid_crew(crew.name, supervisor or crew.supervisor, others)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _valid_crew(name: str, supervisor: str, members: Sequence[str]) -> Crew:
    return _valid(Crew(name=name, supervisor=supervisor, members=tuple(dict.fromkeys(members))))


def _valid(value: StructT) -> StructT:
    """Check a value against the bounds of its type.

    Raises:
        click.UsageError: a text is empty or too long.
    """
    try:
        return msgspec.convert(msgspec.to_builtins(value), type(value))
    except msgspec.ValidationError as error:
        raise click.UsageError(_("This cannot be planned: {reason}").format(reason=error)) from error


def _save(call: Invocation, store: ConsoleStore, drafts: Sequence[Draft], refs: Sequence[ShiftRef]) -> None:
    """Save changes of shifts and print them; people who cannot be on duty are refused or named."""
    users = store.authority().users
    for draft in drafts:
        body = msgspec.json.decode(draft.body)
        if "crew" in body:
            check_people(msgspec.convert(body["crew"], Crew), users)
    store.save_all(drafts)
    lines = [describe_saved(store, ref) for ref in refs]
    records = [_record(ref, find_shift(store.rosters(), ref)) for ref in refs]
    call.show(records, lambda: print_text("\n".join(lines)))
    for ref in refs:
        _warn(ref, find_shift(store.rosters(), ref), users)


def _warn(ref: ShiftRef, present: RosterShift | None, users: Mapping[str, User]) -> None:
    if present is None or present.planned is None:
        return
    begins, ends = ref.shift.starts_at(ref.week), ref.shift.ends_at(ref.week)
    for code, person in find_crew_problems(present.planned.crew, users, begins, ends):
        print_error(describe_person_problem(code, person, users))


def _record(ref: ShiftRef, present: RosterShift | None) -> dict[str, Any]:
    crew = present.planned.crew if present and present.planned else None
    return {
        "week": str(ref.week),
        "shift": ref.shift.key,
        "day": ref.week.day(ref.shift.day).isoformat(),
        "crew": crew.name if crew else None,
        "supervisor": crew.supervisor if crew else None,
        "members": crew.members if crew else (),
    }
