"""Import of the roster from CSV or XLSX with a preview in its window; template, and export of a week."""

from collections.abc import Mapping
from pathlib import Path

from tabuah.console.roster.roster_files import ROSTER_TABLE, write_roster_table, write_roster_template
from tabuah.console.table_files import read_rows
from tabuah.console.window.shared.import_items import (
    LEVEL_OF_STATE,
    row_state_label,
)
from tabuah.console.window.shared.table_imports import ImportPage, TableImports, TableSubject
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.authority import User
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.roster_table import PlannedShiftRow, RosterImportPlan, plan_roster_import
from tabuah.resources.localisation import _, ngettext
from tabuah.text.roster.roster_columns import describe_row_problem, roster_field_label
from tabuah.text.roster.roster_text import day_title, describe_planned
from tabuah.widgets.controls.import_panel import ImportRowItem
from tabuah.widgets.roster.roster_dialog import RosterDialog


class RosterImports(TableImports[RosterImportPlan]):
    """The import of the roster, and the export of a week."""

    def __init__(self, context: WindowContext, dialog: RosterDialog) -> None:
        page = ImportPage(
            dialog=dialog,
            panel=dialog.imports,
            is_shown=lambda: dialog.shows_import,
            show=dialog.show_import,
            leave=dialog.show_grid,
            show_note=dialog.show_note,
        )
        super().__init__(context, page, _subject(context))

    def save_export(self, week: IsoWeek) -> None:
        """Ask where to save the planned shifts of a week."""
        self.save_table(_("Export the roster"), f"roster-{week}.xlsx", lambda target: self.write_export(target, week))

    def write_export(self, target: Path, week: IsoWeek) -> None:
        """Write the planned shifts of a week."""
        roster = self._context.state.snapshot.rosters.get(str(week))
        self.write_table(target, lambda _store: write_roster_table(target, [roster] if roster is not None else []))


def _subject(context: WindowContext) -> TableSubject[RosterImportPlan]:
    return TableSubject(
        title=_("Import the roster"),
        template_name="roster-template.xlsx",
        changed=lambda: NotPossible("roster_changed"),
        read=lambda file: read_rows(file, ROSTER_TABLE),
        plan=lambda store, rows: plan_roster_import(rows, store.rosters(), store.authority().users),
        drafts=lambda store, plan: plan.drafts(store.rosters()),
        write_template=write_roster_template,
        items=lambda plan: [_item(row, context.state.snapshot.authority.users) for row in plan.rows],
        confirm=lambda n: ngettext("Import {n} shift", "Import {n} shifts", n).format(n=n),
        done=lambda n: ngettext("{n} shift is imported.", "{n} shifts are imported.", n).format(n=n),
    )


def _item(row: PlannedShiftRow, users: Mapping[str, User]) -> ImportRowItem:
    ref, planned = row.ref, row.planned
    day = f"{day_title(ref.week.day(ref.shift.day))} {ref.shift.start}" if ref is not None else _("(no day)")
    crew = describe_planned(planned, users) if planned is not None else ""
    details = tuple(f"{roster_field_label(each.field)}: {describe_row_problem(each)}" for each in row.problems)
    return ImportRowItem(
        id=str(row.line),
        level=LEVEL_OF_STATE[row.state],
        text=day,
        about=details[0] if details else crew,
        at=_("line {n}").format(n=row.line),
        author=row_state_label(row.state),
        details=details,
        names=(day,),
    )
