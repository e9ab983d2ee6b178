"""The roster as rows of a table: one shift a row, the same columns for import, export and template."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.entries import Draft
from tabuah.operations.import_table import (
    RowState,
    TableColumns,
    TableRow,
    format_plain,
    parse_date,
    parse_number,
    plain_cell,
)
from tabuah.operations.people.authority import User
from tabuah.operations.roster.crew_people import find_people
from tabuah.operations.roster.drafts import Rosters, ShiftRef, find_shift, plan_shift
from tabuah.operations.roster.entry_bodies import MAX_MEMBERS, Crew, ShiftTime
from tabuah.operations.roster.iso_week import week_of
from tabuah.operations.roster.shift_pattern import home_zone_min, usual_shifts
from tabuah.operations.roster.week_roster import PlannedCrew, WeekRoster

COLUMNS: Final = ("date", "start", "hours", "crew", "supervisor", "members", "label", "note")
REQUIRED_COLUMNS: Final = ("date", "crew", "supervisor")
ROSTER_COLUMNS: Final = TableColumns(
    names=COLUMNS,
    required=REQUIRED_COLUMNS,
    numbers=frozenset({"hours"}),
    aliases={
        "tanggal": "date",
        "hari": "date",
        "mulai": "start",
        "jam_mulai": "start",
        "lama_jam": "hours",
        "jam": "hours",
        "regu": "crew",
        "penyelia": "supervisor",
        "anggota": "members",
        "nama_piket": "label",
        "catatan": "note",
        "keterangan": "note",
    },
)
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3])(?:[.:]([0-5]\d))?(?:[.:]00)?")
MAX_PROBLEMS_OF_ROW: Final = 10
_LONGEST: Final = {"crew": 80, "label": 80, "note": 400}


class RowProblemCode(StrEnum):
    """Kind of a problem of a row; `text.roster` has the sentences."""

    DATE_UNREADABLE = "date_unreadable"
    START_UNREADABLE = "start_unreadable"
    START_MISSING = "start_missing"
    HOURS_UNREADABLE = "hours_unreadable"
    MISSING = "missing"
    TOO_LONG = "too_long"
    ONE_SUPERVISOR = "one_supervisor"
    TOO_MANY_MEMBERS = "too_many_members"
    UNKNOWN_USER = "unknown_user"
    LOCKED = "locked"
    REPEATED = "repeated"


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem in a column of a row, with the text of the cell or the person."""

    field: str
    code: RowProblemCode
    text: str = ""


class PlannedShiftRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an import; `ref` and `planned` are None where it cannot be read."""

    line: int
    ref: ShiftRef | None
    planned: PlannedCrew | None
    state: RowState
    problems: tuple[RowProblem, ...] = ()


class RosterImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of an import, in the order of the file."""

    rows: tuple[PlannedShiftRow, ...]

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)

    @property
    def refused(self) -> tuple[PlannedShiftRow, ...]:
        return tuple(row for row in self.rows if row.state is RowState.REFUSED)

    def drafts(self, rosters: Rosters) -> list[Draft]:
        """Return the entries of all new and changed rows."""
        return [
            plan_shift(rosters, row.ref, row.planned)
            for row in self.rows
            if row.state in (RowState.NEW, RowState.CHANGED) and row.ref is not None and row.planned is not None
        ]


def plan_roster_import(rows: Sequence[TableRow], rosters: Rosters, users: Mapping[str, User]) -> RosterImportPlan:
    """Compare the rows of a file with the roster.

    Args:
        rows: the rows, each a shift.
        rosters: the rosters by week.
        users: the users by name; empty where none are known, and any name is accepted.
    """
    seen: set[tuple[str, str]] = set()
    return RosterImportPlan(rows=tuple(_planned(row, rosters, users, seen) for row in rows))


def _planned(
    row: TableRow, rosters: Rosters, users: Mapping[str, User], seen: set[tuple[str, str]]
) -> PlannedShiftRow:
    reader = _RowReader(row, users)
    ref, planned = reader.ref(rosters), reader.planned()
    problems = [*reader.problems]
    if ref is not None:
        key = (str(ref.week), ref.shift.key)
        if key in seen:
            problems.append(RowProblem(field="date", code=RowProblemCode.REPEATED))
        seen.add(key)
    if problems or ref is None or planned is None:
        return PlannedShiftRow(
            line=row.line, ref=ref, planned=planned, state=RowState.REFUSED, problems=tuple(problems)
        )
    present = find_shift(rosters, ref)
    if present is None or present.planned is None:
        state = RowState.NEW
    elif present.shift == ref.shift and msgspec.structs.replace(present.planned, reason="") == planned:
        state = RowState.UNCHANGED
    else:
        state = RowState.CHANGED
    return PlannedShiftRow(line=row.line, ref=ref, planned=planned, state=state)


class _RowReader:
    """Reads the cells of one row and collects their problems."""

    def __init__(self, row: TableRow, users: Mapping[str, User]) -> None:
        self._cells, self._users = {name: plain_cell(cell) for name, cell in row.cells.items()}, users
        self._raw = row.cells
        self.problems: list[RowProblem] = []

    def ref(self, rosters: Rosters) -> ShiftRef | None:
        """Return the shift of the row; what it does not give is as planned, or else as usual."""
        text = self._text("date")
        found = parse_date(text)
        if found is None:
            self._report("date", RowProblemCode.DATE_UNREADABLE, text)
            return None
        day = found.date()
        start = self._start()
        if not start:
            return None
        week = week_of(day)
        usual = next((each.minutes for each in usual_shifts() if each.start == start), 24 * 60)
        shift = ShiftTime(day=day.isoweekday(), start=start, minutes=usual, zone_min=home_zone_min())
        present = find_shift(rosters, ShiftRef(week, shift))
        before = present.shift.minutes if present and present.planned else usual
        minutes = self._minutes(before)
        return ShiftRef(week, msgspec.structs.replace(shift, minutes=minutes)) if minutes else None

    def planned(self) -> PlannedCrew | None:
        """Return the crew of the row."""
        texts = {name: self._bounded(name, longest) for name, longest in _LONGEST.items()}
        if not texts["crew"]:
            self._report("crew", RowProblemCode.MISSING)
        supervisor = find_people(self._text("supervisor"), self._users)
        if len(supervisor) != 1:
            code = RowProblemCode.ONE_SUPERVISOR if supervisor else RowProblemCode.MISSING
            self._report("supervisor", code)
            return None
        members = tuple(n for n in find_people(self._raw.get("members", ""), self._users) if n != supervisor[0])
        if len(members) > MAX_MEMBERS:
            self._report("members", RowProblemCode.TOO_MANY_MEMBERS)
        self._check("supervisor", supervisor)
        self._check("members", members)
        if not texts["crew"]:
            return None
        crew = Crew(name=texts["crew"], supervisor=supervisor[0], members=members[:MAX_MEMBERS])
        return PlannedCrew(crew=crew, label=texts["label"], note=texts["note"])

    def _start(self) -> str:
        text = self._text("start")
        if not text:
            usual = usual_shifts()
            if len(usual) == 1:
                return usual[0].start
            self._report("start", RowProblemCode.START_MISSING)
            return ""
        found = _CLOCK.fullmatch(text)
        if found is None:
            self._report("start", RowProblemCode.START_UNREADABLE, text)
            return ""
        return f"{int(found[1]):02}:{found[2] or '00'}"

    def _minutes(self, before: int) -> int:
        text = self._text("hours")
        if not text:
            return before
        hours = parse_number(text)
        if hours is None or not 0.5 <= hours <= 48:
            self._report("hours", RowProblemCode.HOURS_UNREADABLE, text)
            return 0
        return round(hours * 60)

    def _bounded(self, name: str, longest: int) -> str:
        text = self._text(name)
        if len(text) > longest:
            self._report(name, RowProblemCode.TOO_LONG)
        return text[:longest]

    def _check(self, field: str, people: Sequence[str]) -> None:
        for name in people:
            if len(name) > 200:
                self._report(field, RowProblemCode.TOO_LONG)
            elif self._users and name not in self._users:
                self._report(field, RowProblemCode.UNKNOWN_USER, name)
            elif self._users and not self._users[name].active:
                self._report(field, RowProblemCode.LOCKED, name)

    def _text(self, name: str) -> str:
        return self._cells.get(name, "")

    def _report(self, field: str, code: RowProblemCode, text: str = "") -> None:
        if len(self.problems) < MAX_PROBLEMS_OF_ROW:
            self.problems.append(RowProblem(field=field, code=code, text=text[:80]))


def format_roster(roster: WeekRoster) -> Iterator[list[str]]:
    """Yield the cells of each planned shift of a week, in the order of `COLUMNS`."""
    for each in roster.planned_shifts:
        planned = each.planned
        assert planned is not None
        crew = planned.crew
        yield [
            roster.iso_week.day(each.shift.day).isoformat(),
            each.shift.start,
            format_plain(each.shift.minutes / 60),
            *(crew.name, crew.supervisor, " | ".join(crew.members), planned.label, planned.note),
        ]
