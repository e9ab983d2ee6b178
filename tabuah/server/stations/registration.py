"""Registration of stations at the server: the same checks as at a console, written for a named administrator."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from tabuah.gis.base_map_file import load_base_map, shipped_map
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.exercises.scope import REAL_WORLD
from tabuah.operations.import_table import TableRow, format_plain
from tabuah.operations.stations.import_plan import ImportPlan, PlannedRow, plan_import
from tabuah.operations.stations.registration import RegistrationContext
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.station_table import COLUMNS
from tabuah.resources.regency import regency_map_file
from tabuah.server.errors import DraftRefused, Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import ADMINISTRATOR
from tabuah.storage.journal.stations_protocol import (
    Cell,
    PostedStation,
    PostedStationResult,
    StationProblemReply,
    StationsPost,
    StationsPostReply,
)
from tabuah.text.stations.registration_text import describe_problem


def known_stations(journal: ServerJournal) -> list[Station]:
    """Return all stations of the journal by code."""
    values = (state.value for state in journal.states_of_kind("station").values())
    return sorted((value for value in values if isinstance(value, Station)), key=lambda station: station.code)


def post_stations(journal: ServerJournal, post: StationsPost, *, by: str) -> StationsPostReply:
    """Register and change stations of the real world; all or none, unless `valid_only` is set.

    The device of the server signs the entries, and their body names the administrator.

    Raises:
        Refusal: another change of the same stations was faster; nothing was written.
        StorageFailed: nothing was saved.
    """
    rows = [_row(number, each) for number, each in enumerate(post.stations, start=1)]
    plan = plan_import(rows, _context(journal))
    drafts = plan.drafts(reason=post.reason.strip() or "POST /v1/stations", by=by)
    writes = bool(drafts) and not post.dry_run and (post.valid_only or not plan.refused)
    if writes:
        try:
            journal.append_drafts(drafts, actor=ADMINISTRATOR)
        except DraftRefused as refused:
            message = f"{refused}; nothing was written: repeat the request"
            raise Refusal(409, refused.reason, message) from refused
    return StationsPostReply(written=writes, results=tuple(_results(plan)))


def _row(number: int, posted: PostedStation) -> TableRow:
    given: dict[str, Cell] = {name: getattr(posted, name) for name in COLUMNS}
    cells = {name: _text(value) for name, value in given.items() if value is not msgspec.UNSET}
    return TableRow(line=number, cells=cells)


def _text(value: Cell) -> str:
    return format_plain(value) if isinstance(value, int | float) else str(value)


def _context(journal: ServerJournal) -> RegistrationContext:
    return RegistrationContext(
        stations={station.code: station for station in REAL_WORLD.select(known_stations(journal))},
        users=journal.authority.users,
        is_inside=lambda lon_deg, lat_deg: is_inside_map(lon_deg, lat_deg, regency_map_file()),
    )


def is_inside_map(lon_deg: float, lat_deg: float, path: Path | None) -> bool:
    """Return whether a position lies in the regency of a map file, by default of the one that ships."""
    return _gazetteer(path).locate(lon_deg, lat_deg).inside_regency


@lru_cache(maxsize=2)
def _gazetteer(path: Path | None) -> Gazetteer:
    return Gazetteer(load_base_map(path or shipped_map()))


def _results(plan: ImportPlan) -> Iterable[PostedStationResult]:
    for row in plan.rows:
        yield PostedStationResult(code=row.station.code, state=row.state, problems=_problems(row))


def _problems(row: PlannedRow) -> tuple[StationProblemReply, ...]:
    return tuple(
        StationProblemReply(field=each.field, code=each.code.value, text=describe_problem(each))
        for each in row.problems
    )
