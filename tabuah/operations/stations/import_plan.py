"""The plan of an import of stations: which rows are new, changed, unchanged or refused, and the entries to write."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace
from msgspec.structs import replace as replace_fields

from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import code_in_exercise, plain_code
from tabuah.operations.import_table import RowState, TableRow
from tabuah.operations.stations.differences import changed_fields
from tabuah.operations.stations.drafts import change_station, register_station, station_in_exercise
from tabuah.operations.stations.registration import (
    ProblemCode,
    Problems,
    RegistrationContext,
    StationProblem,
    check_stations,
)
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.station_table import read_station, row_code


class PlannedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an import; `before` is the station as it is now, None if it is new."""

    line: int
    station: Station
    before: Station | None
    state: RowState
    problems: Problems = ()


class ImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of an import, in the order of the file.

    Attributes:
        rows: the rows.
        unchecked_gateways: the gateways of new and changed rows, where the accounts are not known.
    """

    rows: tuple[PlannedRow, ...]
    unchecked_gateways: tuple[str, ...] = ()

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)

    @property
    def refused(self) -> tuple[PlannedRow, ...]:
        return tuple(row for row in self.rows if row.state is RowState.REFUSED)

    def drafts(self, *, reason: str, by: str = "") -> list[Draft]:
        """Return the entries of all new and changed rows."""
        found = []
        for row in self.rows:
            if row.state is RowState.NEW:
                found.append(register_station(row.station, by=by))
            elif row.state is RowState.CHANGED and row.before is not None:
                found.append(change_station(row.before, row.station, reason=reason, by=by))
        return found


def plan_import(rows: Sequence[TableRow], context: RegistrationContext, *, exercise_id: str = "") -> ImportPlan:
    """Compare the rows of a file with the known stations.

    A row whose gauge downstream is a refused row of the same file is refused, too, so that the valid rows may be
    imported without the others.

    Args:
        rows: the rows; a code that is known means a change of this station.
        context: the known stations of the world that receives them.
        exercise_id: the exercise that receives them; empty for the real world.
    """
    read = [_read(row, context, exercise_id) for row in rows]
    found = check_stations([each.station for each in read], context)
    problems = [(*each.problems, *more) for each, more in zip(read, found, strict=True)]
    _refuse_dependent(read, problems)
    rows_found = tuple(_judged(each, found) for each, found in zip(read, problems, strict=True))
    return ImportPlan(rows=rows_found, unchecked_gateways=_unchecked_gateways(rows_found, context))


def _unchecked_gateways(rows: Sequence[PlannedRow], context: RegistrationContext) -> tuple[str, ...]:
    if context.users is not None:
        return ()
    gateways = (row.station.gateway for row in rows if row.state in (RowState.NEW, RowState.CHANGED))
    return tuple(sorted({gateway for gateway in gateways if gateway}))


def _refuse_dependent(rows: Sequence[PlannedRow], problems: list[Problems]) -> None:
    """Add a problem to the valid rows whose gauge downstream is a refused row, and to those that depend on them."""
    upstream: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if row.station.river is not None and row.station.river.downstream:
            upstream.setdefault(row.station.river.downstream, []).append(place)
    refused = [place for place, found in enumerate(problems) if found]
    while refused:
        row = rows[refused.pop()]
        code = row.station.code
        for place in upstream.pop(code, ()) if row.before is None else ():
            if not problems[place]:
                values: dict[str, str | float] = {"code": code}
                unknown = StationProblem(field="downstream", code=ProblemCode.DOWNSTREAM_UNKNOWN, values=values)
                problems[place] = (unknown,)
                refused.append(place)


def _read(row: TableRow, context: RegistrationContext, exercise_id: str) -> PlannedRow:
    before = context.stations.get(code_in_exercise(row_code(row), exercise_id))
    station, problems = station_of_row(row, before, exercise_id)
    return PlannedRow(line=row.line, station=station, before=before, state=RowState.REFUSED, problems=problems)


def station_of_row(row: TableRow, before: Station | None, exercise_id: str) -> tuple[Station, Problems]:
    """Return the station of a row with plain codes, in its exercise, and the problems of unreadable cells."""
    station, problems = read_station(row, before)
    return (_in_exercise(station, exercise_id) if exercise_id else station), problems


def _in_exercise(station: Station, exercise_id: str) -> Station:
    """Return a station of a file, whose codes are plain, with the codes of an exercise."""
    plain = replace_fields(station, code=plain_code(station.code))
    if station.river is not None:
        river = replace_fields(station.river, downstream=plain_code(station.river.downstream))
        plain = replace_fields(plain, river=river)
    return station_in_exercise(plain, exercise_id)


def _judged(row: PlannedRow, problems: Problems) -> PlannedRow:
    is_repeated = any(problem.code is ProblemCode.CODE_REPEATED for problem in problems)
    is_readable = not row.problems and not is_repeated
    if row.before is not None and is_readable and not changed_fields(row.before, row.station):
        return replace(row, state=RowState.UNCHANGED, problems=())
    if problems:
        return replace(row, problems=problems)
    return replace(row, state=RowState.NEW if row.before is None else RowState.CHANGED)
