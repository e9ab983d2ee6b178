"""The preview of a station import: rows with their state and reasons, and their places on the map."""

from math import isfinite

from tabuah.console.window.shared.import_items import LEVEL_OF_STATE, confirm_label, count_summary, row_state_label
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.import_table import RowState
from tabuah.operations.stations.differences import changed_fields
from tabuah.operations.stations.import_plan import ImportPlan, PlannedRow
from tabuah.resources.localisation import _, ngettext
from tabuah.text.rules.rule_text import station_kind_label
from tabuah.text.stations.registration_text import describe_problem, describe_unchecked_gateways, station_field_label
from tabuah.widgets.controls.import_panel import ImportRowItem, TableImportView, sort_worst_first
from tabuah.widgets.map.overlay.planned_stations import PlannedStation


def import_preview(file: str, plan: ImportPlan) -> TableImportView:
    """Return the preview of a file; refused rows come first."""
    valid, refused = plan.count(RowState.NEW) + plan.count(RowState.CHANGED), plan.count(RowState.REFUSED)
    whole = ngettext("Import {n} station", "Import {n} stations", valid).format(n=valid)
    return TableImportView(
        title=_("Import of {file}").format(file=file),
        summary=_summary(plan),
        items=sort_worst_first([_item(row) for row in plan.rows]),
        confirm=confirm_label(valid, refused, whole),
        refusal="" if valid else _("No line of the file can be imported."),
        needs_reason=plan.count(RowState.CHANGED) > 0,
        reason=_("Import of {file}").format(file=file),
    )


def _summary(plan: ImportPlan) -> str:
    counts = count_summary(plan.count)
    if not plan.unchecked_gateways:
        return counts
    return f"{counts} {describe_unchecked_gateways(plan.unchecked_gateways)}"


def _item(row: PlannedRow) -> ImportRowItem:
    station = row.station
    name = station.name or _("(no name)")
    details = tuple(f"{station_field_label(each.field)}: {describe_problem(each)}" for each in row.problems)
    return ImportRowItem(
        id=str(row.line),
        level=LEVEL_OF_STATE[row.state],
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
            level=LEVEL_OF_STATE[row.state],
        )
        for row in plan.rows
        if has_place(row)
    )
