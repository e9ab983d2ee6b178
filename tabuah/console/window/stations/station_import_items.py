"""The preview of a station import: rows with their state and reasons, and their places on the map."""

from math import isfinite
from typing import Final

from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.import_table import RowState
from tabuah.operations.stations.differences import changed_fields
from tabuah.operations.stations.import_plan import ImportPlan, PlannedRow
from tabuah.resources.localisation import _, ngettext
from tabuah.text.rules.rule_text import station_kind_label
from tabuah.text.stations.registration_text import describe_problem, station_field_label
from tabuah.widgets.map.overlay.planned_stations import PlannedStation
from tabuah.widgets.stations.station_import_panel import ImportRowItem, StationImportView, sort_worst_first
from tabuah.widgets.values import Level

_LEVELS: Final = {
    RowState.NEW: Level.NORMAL,
    RowState.CHANGED: Level.INFORMATION,
    RowState.UNCHANGED: Level.NO_DATA,
    RowState.REFUSED: Level.CRITICAL,
}


def table_filters() -> list[str]:
    """Return the file types of a table of stations."""
    return [f"{_('Tables')} (*.xlsx *.csv)", f"{_('All files')} (*)"]


def import_preview(file: str, plan: ImportPlan) -> StationImportView:
    """Return the preview of a file; refused rows come first."""
    valid, refused = plan.count(RowState.NEW) + plan.count(RowState.CHANGED), plan.count(RowState.REFUSED)
    counts = _("{new} new, {changed} changed, {unchanged} unchanged, {refused} refused.")
    summary = counts.format(**{state.value: plan.count(state) for state in RowState})
    if refused:
        summary = f"{summary} {_('Nothing is saved before you import; refused lines are left out.')}"
    return StationImportView(
        title=_("Import of {file}").format(file=file),
        summary=summary,
        items=sort_worst_first([_item(row) for row in plan.rows]),
        confirm=_confirm_label(valid, refused),
        refusal="" if valid else _("No line of the file can be imported."),
        needs_reason=plan.count(RowState.CHANGED) > 0,
        reason=_("Import of {file}").format(file=file),
    )


def _confirm_label(valid: int, refused: int) -> str:
    if refused:
        return ngettext("Import only {n} valid line", "Import only {n} valid lines", valid).format(n=valid)
    return ngettext("Import {n} station", "Import {n} stations", valid).format(n=valid)


def _item(row: PlannedRow) -> ImportRowItem:
    station = row.station
    name = station.name or _("(no name)")
    details = tuple(f"{station_field_label(each.field)}: {describe_problem(each)}" for each in row.problems)
    return ImportRowItem(
        id=str(row.line),
        level=_LEVELS[row.state],
        text=f"{name} · {plain_code(station.code)}",
        about=details[0] if details else _about(row),
        at=_("line {n}").format(n=row.line),
        author=row_state_label(row.state),
        details=details,
        names=(name,),
    )


def _about(row: PlannedRow) -> str:
    """Return the kind and owner of a new station, or which fields change."""
    if row.state is RowState.CHANGED and row.before is not None:
        fields = {station_field_label(field) for field in changed_fields(row.before, row.station)}
        return ", ".join(sorted(fields))
    return " · ".join(part for part in (station_kind_label(row.station.kind), row.station.owner) if part)


def row_state_label(state: RowState) -> str:
    words = {
        RowState.NEW: _("new"),
        RowState.CHANGED: _("changed"),
        RowState.UNCHANGED: _("unchanged"),
        RowState.REFUSED: _("refused"),
    }
    return words[state]


def has_place(row: PlannedRow) -> bool:
    """Return whether the position of a row can be drawn."""
    lon_deg, lat_deg = row.station.lon_deg, row.station.lat_deg
    return isfinite(lon_deg) and isfinite(lat_deg) and abs(lon_deg) <= 180 and abs(lat_deg) <= 85  # web mercator


def planned_places(plan: ImportPlan) -> tuple[PlannedStation, ...]:
    """Return the places of all rows that have one; refused ones are drawn, too, so that a wrong place is seen."""
    return tuple(
        PlannedStation(
            code=str(row.line),
            lon_deg=row.station.lon_deg,
            lat_deg=row.station.lat_deg,
            label=row.station.name,
            level=_LEVELS[row.state],
        )
        for row in plan.rows
        if has_place(row)
    )
