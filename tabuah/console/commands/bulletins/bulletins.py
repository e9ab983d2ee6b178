"""`tabuah earthquake`, `warning` and `volcano`: bulletins of the agencies, as kept here; works offline."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from msgspec.structs import asdict

from tabuah.console.commands.command_classes import PastMoment, TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option, scope_options
from tabuah.console.commands.invocation import Invocation, print_facts, print_text
from tabuah.operations.bulletins.bulletin import TALANG, volcanoes_in
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.localisation import N_, _, format_moment, format_number
from tabuah.storage.cache.errors import UnknownKey
from tabuah.text.exercises.exercise_text import exercise_fields, exercise_mark, exercises_by_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning, Volcano
    from tabuah.operations.bulletins.local_relevance import EarthquakeRelevance, LocalRelevance, WarningRelevance
    from tabuah.operations.exercises.exercise import Exercise

earthquake_group = TabuahGroup("earthquake", help=N_("See the earthquakes reported by BMKG; works offline."))
warning_group = TabuahGroup("warning", help=N_("See BMKG's weather warnings; works offline."))
volcano_group = TabuahGroup("volcano", help=N_("Record the level of a volcano and list recorded levels."))


@earthquake_group.command("list", help=N_("List earthquakes, newest first, with distance and direction."))
@click.option("--days", type=click.IntRange(1, 3660), default=30, metavar="N", help=N_("Only the last N days; 30."))
@click.option("--here", is_flag=True, help=N_("Only earthquakes near the regency or felt in it."))
@scope_options
@click.pass_obj
def list_earthquakes(call: Invocation, *, days: int, here: bool, worlds: ChosenWorlds) -> None:
    from tabuah.text.bulletins.bulletin_text import describe_epicentre

    view = _read_viewpoint(call.data)
    with call.open_store() as store:
        since, known = store.now() - timedelta(days=days), exercises_by_id(store.exercises())
        quakes = worlds.scope(store).select(store.earthquakes())
        seen = [(quake, view.earthquake(quake)) for quake in quakes if quake.latest.at >= since]
    shown = [(quake, where) for quake, where in seen if where.is_relevant or not here]
    records = [_make_earthquake_record(quake, known) | _make_relevance_record(where) for quake, where in shown]
    rows = [
        [
            format_moment(quake.latest.at),
            format_number(quake.latest.magnitude, digits=1),
            describe_epicentre(where),
            "" if where.felt_mmi is None else str(where.felt_mmi),
            exercise_mark(quake, known),
            quake.latest.region,
        ]
        for quake, where in shown
    ]
    headers = [_("When"), "M", _("Seen from us"), "MMI", "", _("Place")]
    call.show_table(records, headers, rows, empty=_("No earthquakes. Source: BMKG."))


@warning_group.command("list", help=N_("List the weather warnings in force, those for the regency first."))
@click.option("--all", "with_past", is_flag=True, help=N_("Include expired warnings."))
@scope_options
@click.pass_obj
def list_warnings(call: Invocation, *, with_past: bool, worlds: ChosenWorlds) -> None:
    from tabuah.text.bulletins.bulletin_text import cap_label, describe_validity

    view = _read_viewpoint(call.data)
    with call.open_store() as store:
        now, known = store.now(), exercises_by_id(store.exercises())
        found = [w for w in worlds.scope(store).select(store.warnings()) if with_past or not w.is_over(now)]
    seen = sorted(((w, view.warning(w)) for w in found), key=lambda pair: not pair[1].touches)
    records = [_make_warning_record(warning, where, now, known) for warning, where in seen]
    rows = [
        [
            warning.id,
            cap_label(warning.issued.severity),
            _("yes") if where.touches else _("no"),
            exercise_mark(warning, known),
            f"{warning.issued.headline or warning.issued.event} · {describe_validity(warning, now)}",
        ]
        for warning, where in seen
    ]
    headers = ["ID", _("Severity"), _("Here"), "", _("Weather warning")]
    call.show_table(records, headers, rows, empty=_("No weather warnings are known here. Source: BMKG."))


@warning_group.command("show", help=N_("Show a warning: its text, and the kecamatan and nagari that it covers."))
@click.argument("warning_id", metavar="ID")
@click.pass_obj
def show_warning(call: Invocation, *, warning_id: str) -> None:
    from tabuah.text.bulletins.bulletin_text import list_warning_facts

    view = _read_viewpoint(call.data)
    with call.open_store() as store:
        now, known = store.now(), exercises_by_id(store.exercises())
        found = next((w for w in store.warnings() if w.id == warning_id), None)
    if found is None:
        raise UnknownKey(_("There is no warning {id}. See: tabuah warning list --all").format(id=warning_id))
    where = view.warning(found)
    call.show(
        _make_warning_record(found, where, now, known), lambda: print_facts(list_warning_facts(found, where, now))
    )


@volcano_group.command("list", help=N_("List volcanoes with their recorded level, its source and age."))
@scope_options
@click.pass_obj
def list_volcanoes(call: Invocation, *, worlds: ChosenWorlds) -> None:
    from tabuah.text.bulletins.bulletin_text import describe_statement

    with call.open_store() as store:
        now, known = store.now(), exercises_by_id(store.exercises())
        found = volcanoes_in(store.volcanoes(), worlds.scope(store))
    rows = [[v.id, v.name, exercise_mark(v, known), describe_statement(v, now)] for v in found]
    empty = _("No level is recorded yet. Record one with: tabuah volcano level LEVEL --source TEXT")
    call.show_table(
        [_make_volcano_record(v, known) for v in found], ["ID", _("Name"), "", _("Level")], rows, empty=empty
    )


@volcano_group.command("level", help=N_("Record the level of a volcano as issued by PVMBG: I, II, III or IV."))
@click.argument("level", metavar="I|II|III|IV")
@click.option(
    "--volcano", "volcano_id", default=TALANG, metavar="ID", help=N_("The volcano number; Gunung Talang is 261160.")
)
@click.option("--source", required=True, metavar="TEXT", help=N_("The source, such as: PVMBG, MAGMA Indonesia."))
@click.option(
    "--stated-at", type=PastMoment(), metavar="T", help=N_("When PVMBG issued it (local time); default: now.")
)
@click.option("--note", default="", metavar="TEXT", help=N_("Further information."))
@exercise_option
@click.pass_obj
def state_level(call: Invocation, /, *, level: str, volcano_id: str, worlds: ChosenWorlds, **options: Any) -> None:
    from tabuah.gis.base_map_file import load_base_map
    from tabuah.operations.bulletins.drafts import level_volcano
    from tabuah.operations.bulletins.map_volcanoes import volcano_statement

    stated = _parse_level(level)
    with call.open_store() as store:
        now = store.now()
        stated_at: datetime = options["stated_at"] or now
        body = volcano_statement(
            load_base_map(), volcano_id, stated, source=options["source"], stated_at=stated_at, note=options["note"]
        )
        scope, known = worlds.scope(store), exercises_by_id(store.exercises())
        store.save(
            level_volcano(volcano_id, body, now=now, exercise=scope.is_exercise, exercise_id=scope.exercise_id or "")
        )
        found = next(volcano for volcano in store.volcanoes() if volcano.id == volcano_id)
    message = _("{volcano}: level {level} recorded.").format(volcano=body.name, level=stated.value)
    call.show(_make_volcano_record(found, known), lambda: print_text(message))


def _parse_level(text: str) -> VolcanoLevel:
    wanted = text.strip().casefold()
    for rank, level in enumerate(VolcanoLevel, start=1):
        if wanted in (level.value.casefold(), level.name.casefold(), str(rank)):
            return level
    raise click.UsageError(_("{text} is not a level: write I, II, III or IV.").format(text=text))


def _read_viewpoint(directory: Path) -> "LocalRelevance":
    from tabuah.operations.bulletins.local_relevance import LocalRelevance
    from tabuah.storage.cache.map.maps import load_maps

    return LocalRelevance(load_maps(directory).base_map)


def _make_earthquake_record(quake: "KnownEarthquake", known: "Mapping[str, Exercise]") -> dict[str, Any]:
    latest: dict[str, Any] = msgspec.to_builtins(quake.latest)
    felt = [msgspec.to_builtins(each) for each in quake.felt]
    return (
        latest
        | {
            "id": quake.id,
            "felt": felt,
            "potential": quake.potential,
            "feeds": [account.feed for account in quake.accounts],
            "revisions": quake.revisions,
            "told_at": quake.told_at,
        }
        | exercise_fields(quake, known)
    )


def _make_relevance_record(where: "EarthquakeRelevance") -> dict[str, Any]:
    from tabuah.text.bulletins.bulletin_text import describe_epicentre

    return {
        "relation": where.relation,
        "distance_km": where.distance_km,
        "from_capital": describe_epicentre(where),
        "nearest_nagari": where.nearest_nagari,
        "nagari_km": where.nagari_km,
        "felt_mmi": where.felt_mmi,
    }


def _make_warning_record(
    warning: "KnownWarning", where: "WarningRelevance", now: datetime, known: "Mapping[str, Exercise]"
) -> dict[str, Any]:
    return {
        "id": warning.id,
        "in_force": warning.is_in_force(now),
        "issued": warning.issued,
        "withdrawn_at": warning.withdrawn_at,
        "withdrawal": warning.withdrawal,
        "touches": where.touches,
        "kecamatan": [asdict(area) for area in where.kecamatan],
        "nagari": [asdict(area) for area in where.nagari],
    } | exercise_fields(warning, known)


def _make_volcano_record(volcano: "Volcano", known: "Mapping[str, Exercise]") -> dict[str, Any]:
    return {
        "id": volcano.id,
        "name": volcano.name,
        "level": volcano.level.value,
        "source": volcano.current.source,
        "stated_at": volcano.current.stated_at,
        "told_by": volcano.current.told_by,
        "statements": volcano.statements,
    } | exercise_fields(volcano, known)
