"""`tabuah incident view`: saved views of the list of incidents, for the user who is logged in."""

from functools import partial
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.incidents.incident_search import filter_options, read_filters, with_event_id
from tabuah.console.commands.incidents.incidents import incident_group
from tabuah.console.commands.invocation import Invocation, ItemTable, print_error, print_text
from tabuah.console.incidents.saved_view_files import UnreadableViews, read_view_file, write_view_file
from tabuah.operations.incidents.incident_filters import IncidentOrder
from tabuah.operations.incidents.saved_views import (
    MAX_NAME,
    SavedView,
    SavedViews,
    ViewPeriod,
    add_views,
    delete_view,
    find_view,
    rename_view,
    save_view,
)
from tabuah.resources.localisation import N_, _, ngettext
from tabuah.text.incidents.saved_views import describe_view, order_label, unread_views_text

view_group = TabuahGroup("view", help=N_("Saved views of the list of incidents, for the user who is logged in."))
incident_group.add_command(view_group)
_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@view_group.command("list", help=N_("List the saved views."))
@click.pass_obj
def list_views(call: Invocation) -> None:
    with call.open_store() as store:
        views = store.incident_views.read()
        events = {event.id: event for event in store.parent_events(with_deleted=True)}
    table = ItemTable[SavedView](
        kind="view",
        headers=[_("Name"), _("Filters"), _("Order")],
        name=lambda view: view.name,
        record=view_record,
        cells=lambda view: [view.name, describe_view(view, events), order_label(view.order)],
    )
    call.show_items(views, table, empty=_("No views are saved."))


@view_group.command("save", help=N_("Save words, filters and order under a name; a known name is replaced."))
@click.argument("name")
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@filter_options
@click.option(
    "--period", type=click.Choice([period.value for period in ViewPeriod]),
    help=N_("The last day, week or month at the time of the search, or everything before the last month."),
)  # fmt: skip
@click.option(
    "--order", type=click.Choice([order.value for order in IncidentOrder]), default=IncidentOrder.URGENT.value,
    help=N_("The order of the result."),
)  # fmt: skip
@click.pass_obj
def save(
    call: Invocation, /, *, name: str, words: tuple[str, ...], period: str | None, order: str, **chosen: Any
) -> None:
    if period is not None and (chosen["since"] is not None or chosen["until"] is not None):
        raise click.UsageError(_("give either --period or --since and --until"))
    view = SavedView(
        name=name[: MAX_NAME + 1],
        filters=read_filters(words, **chosen),
        period=ViewPeriod(period) if period else None,
        order=IncidentOrder(order),
    )
    with call.open_store() as store:
        view = msgspec.structs.replace(view, filters=with_event_id(store, view.filters))
        views = store.incident_views.change(partial(_save_with_columns, view=view))
    _show(call, find_view(views, name), _("The view is saved."))


@view_group.command("rename", help=N_("Give a saved view another name."))
@click.argument("name")
@click.argument("new_name")
@click.pass_obj
def rename(call: Invocation, *, name: str, new_name: str) -> None:
    with call.open_store() as store:
        views = store.incident_views.change(lambda views: rename_view(views, name, new_name))
    _show(call, find_view(views, new_name), _("The view is renamed."))


@view_group.command("delete", help=N_("Delete a saved view; no incident changes."))
@click.argument("name")
@click.pass_obj
def delete(call: Invocation, *, name: str) -> None:
    with call.open_store() as store:
        found = find_view(store.incident_views.read(), name)
        store.incident_views.change(lambda views: delete_view(views, name))
    _show(call, found, _("The view is deleted."))


@view_group.command("export", help=N_("Write saved views to a file: those with these names, or all."))
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("-o", "--output", type=_FILE, required=True, metavar="FILE", help=N_("The file, in JSON."))
@click.pass_obj
def export(call: Invocation, *, names: tuple[str, ...], output: Path) -> None:
    with call.open_store() as store:
        views = store.incident_views.read()
    chosen = tuple(find_view(views, name) for name in names) if names else views
    write_view_file(output, chosen)
    text = ngettext("{n} view is in {file}.", "{n} views are in {file}.", len(chosen))
    call.show(
        {"file": str(output), "views": len(chosen)},
        lambda: print_text(text.format(n=len(chosen), file=output)),
    )


@view_group.command("import", help=N_("Read saved views from a file; one with a known name replaces it."))
@click.argument("file", type=_FILE)
@click.pass_obj
def import_views(call: Invocation, *, file: Path) -> None:
    try:
        found = read_view_file(file)
    except UnreadableViews as error:
        raise click.UsageError(str(error)) from error
    with call.open_store() as store:
        store.incident_views.change(lambda views: add_views(views, found.views))
    if found.bad:
        print_error(unread_views_text(found.bad))
    text = ngettext("{n} view is saved.", "{n} views are saved.", len(found.views))
    call.show(
        {"views": [view.name for view in found.views], "unread": found.bad},
        lambda: print_text(text.format(n=len(found.views))),
    )


def view_record(view: SavedView) -> dict[str, object]:
    """Return the JSON of a view."""
    record = msgspec.to_builtins(view)
    return {
        "name": view.name,
        "filters": record.get("filters", {}),
        "period": view.period,
        "order": view.order,
        "columns": view.columns,
    }


def _save_with_columns(views: SavedViews, *, view: SavedView) -> SavedViews:
    """Save a view with the columns of the one that it replaces: the command does not choose columns."""
    known = next((each for each in views if each.name.casefold() == view.name.strip().casefold()), None)
    return save_view(views, msgspec.structs.replace(view, columns=known.columns) if known else view)


def _show(call: Invocation, view: SavedView, text: str) -> None:
    call.show(view_record(view), lambda: print_text(f"{view.name}: {text}"))
