"""`tabuah earthquake`, `warning` and `volcano`: what agencies tell, as kept here; nothing needs the server."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_facts, say
from tabuah.console.commands.parameters import PastMoment
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.operations.bulletins.volcano import TALANG
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment, format_number
from tabuah.storage.cache.errors import UnknownKey

if TYPE_CHECKING:
    from tabuah.operations.bulletins.earthquake import KnownEarthquake
    from tabuah.operations.bulletins.viewpoint import SeenWarning, Viewpoint
    from tabuah.operations.bulletins.volcano import Volcano
    from tabuah.operations.bulletins.warning import KnownWarning

earthquake_group = TabuahGroup(
    "earthquake", help=N_("See the earthquakes that BMKG told of; nothing needs the server.")
)
warning_group = TabuahGroup("warning", help=N_("See BMKG's weather warnings; nothing needs the server."))
volcano_group = TabuahGroup("volcano", help=N_("State the level of a volcano and see what was stated."))


@earthquake_group.command(
    "list", help=N_("List earthquakes, the newest first, with how far and which way they were.")
)
@click.option("--days", type=click.IntRange(1, 3660), default=30, metavar="N", help=N_("Of the last N days; 30."))
@click.option("--here", is_flag=True, help=N_("Only those that were near or felt here."))
@click.pass_obj
def list_earthquakes(call: Invocation, *, days: int, here: bool) -> None:
    """List earthquakes."""
    view = _viewpoint(call.data)
    with call.open_store() as store:
        since = store.now() - timedelta(days=days)
        seen = [(quake, view.earthquake(quake)) for quake in store.earthquakes() if quake.latest.at >= since]
    shown = [(quake, where) for quake, where in seen if where.concerns_us or not here]
    told = [_told_earthquake(quake) | asdict(where) for quake, where in shown]
    rows = [
        [
            format_moment(quake.latest.at),
            format_number(quake.latest.magnitude, digits=1),
            where.from_capital,
            "" if where.felt_mmi is None else str(where.felt_mmi),
            _("SIMULATION") if quake.exercise else "",
            quake.latest.region,
        ]
        for quake, where in shown
    ]
    headers = [_("When"), "M", _("Seen from us"), "MMI", "", _("Place")]
    call.show_table(told, headers, rows, empty=_("No earthquakes. Source: BMKG."))


@warning_group.command("list", help=N_("List the weather warnings that are in force, those of here first."))
@click.option("--all", "with_past", is_flag=True, help=N_("Also those that are over."))
@click.pass_obj
def list_warnings(call: Invocation, *, with_past: bool) -> None:
    """List warnings."""
    from tabuah.operations.bulletins.rule_telling import tell_cap
    from tabuah.operations.bulletins.telling import tell_validity

    view = _viewpoint(call.data)
    with call.open_store() as store:
        now = store.now()
        found = [w for w in store.warnings() if with_past or not w.is_over(now)]
    seen = sorted(((w, view.warning(w)) for w in found), key=lambda pair: not pair[1].touches)
    told = [_told_warning(warning, where, now) for warning, where in seen]
    rows = [
        [
            warning.id,
            tell_cap(warning.issued.severity),
            _("yes") if where.touches else _("no"),
            _("SIMULATION") if warning.exercise else "",
            f"{warning.issued.headline or warning.issued.event} · {tell_validity(warning, now)}",
        ]
        for warning, where in seen
    ]
    headers = ["ID", _("Severity"), _("Here"), "", _("Weather warning")]
    call.show_table(told, headers, rows, empty=_("No weather warnings are known here. Source: BMKG."))


@warning_group.command("show", help=N_("Show one warning: its text, and the kecamatan and nagari that it covers."))
@click.argument("warning_id", metavar="ID")
@click.pass_obj
def show_warning(call: Invocation, *, warning_id: str) -> None:
    """Show one warning."""
    from tabuah.console.bulletin_words import warning_facts

    view = _viewpoint(call.data)
    with call.open_store() as store:
        now = store.now()
        found = next((w for w in store.warnings() if w.id == warning_id), None)
    if found is None:
        raise UnknownKey(_("There is no warning {id}. See: tabuah warning list --all").format(id=warning_id))
    where = view.warning(found)
    call.show(_told_warning(found, where, now), lambda: print_facts(warning_facts(found, where, now)))


@volcano_group.command("list", help=N_("List the volcanoes of which a level was stated, with its source and age."))
@click.pass_obj
def list_volcanoes(call: Invocation) -> None:
    """List volcanoes."""
    from tabuah.operations.bulletins.telling import tell_statement

    with call.open_store() as store:
        now, found = store.now(), store.volcanoes()
    rows = [[v.id, v.name, _("SIMULATION") if v.exercise else "", tell_statement(v, now)] for v in found]
    empty = _("No level was stated yet. State one with: tabuah volcano level LEVEL --source TEXT")
    call.show_table([_told_volcano(v) for v in found], ["ID", _("Name"), "", _("Level")], rows, empty=empty)


@volcano_group.command("level", help=N_("State the level that PVMBG gives a volcano: I, II, III or IV."))
@click.argument("level", metavar="I|II|III|IV")
@click.option(
    "--volcano", "volcano_id", default=TALANG, metavar="ID", help=N_("Its number; Gunung Talang is 261160.")
)
@click.option(
    "--source", required=True, metavar="TEXT", help=N_("Where it was read, such as: PVMBG, MAGMA Indonesia.")
)
@click.option("--stated-at", type=PastMoment(), metavar="T", help=N_("When PVMBG stated it (WIB); now."))
@click.option("--note", default="", metavar="TEXT", help=N_("What else it says."))
@click.option("--exercise", is_flag=True, help=N_("It belongs to a drill."))
@click.pass_obj
def state_level(call: Invocation, /, *, level: str, volcano_id: str, **said: Any) -> None:
    """State a level."""
    from tabuah.gis.basemap_file import load_basemap
    from tabuah.operations.bulletins.gestures import level_volcano
    from tabuah.operations.bulletins.mapping import volcano_statement

    told = _level_of(level)
    with call.open_store() as store:
        now = store.now()
        stated_at: datetime = said["stated_at"] or now
        body = volcano_statement(
            load_basemap(), volcano_id, told, source=said["source"], stated_at=stated_at, note=said["note"]
        )
        store.save(level_volcano(volcano_id, body, now=now, exercise=said["exercise"]))
        found = next(volcano for volcano in store.volcanoes() if volcano.id == volcano_id)
    message = _("{volcano}: level {level} is noted.").format(volcano=body.name, level=told.value)
    call.show(_told_volcano(found), lambda: say(message))


def _level_of(text: str) -> VolcanoLevel:
    wanted = text.strip().casefold()
    for rank, level in enumerate(VolcanoLevel, start=1):
        if wanted in (level.value.casefold(), level.name.casefold(), str(rank)):
            return level
    raise click.UsageError(_("{text} is no level: write I, II, III or IV.").format(text=text))


def _viewpoint(directory: Path) -> "Viewpoint":
    from tabuah.operations.bulletins.viewpoint import Viewpoint
    from tabuah.storage.cache.maps import load_maps

    return Viewpoint(load_maps(directory).basemap)


def _told_earthquake(quake: "KnownEarthquake") -> dict[str, Any]:
    latest: dict[str, Any] = msgspec.to_builtins(quake.latest)
    felt = [msgspec.to_builtins(each) for each in quake.felt]
    return latest | {
        "id": quake.id,
        "felt": felt,
        "potential": quake.potential,
        "feeds": [account.feed for account in quake.accounts],
        "revisions": quake.revisions,
        "told_at": quake.told_at,
        "exercise": quake.exercise,
    }


def _told_warning(warning: "KnownWarning", where: "SeenWarning", now: datetime) -> dict[str, Any]:
    return {
        "id": warning.id,
        "in_force": warning.is_in_force(now),
        "issued": warning.issued,
        "withdrawn_at": warning.withdrawn_at,
        "withdrawal": warning.withdrawal,
        "touches": where.touches,
        "kecamatan": [asdict(area) for area in where.kecamatan],
        "nagari": [asdict(area) for area in where.nagari],
        "exercise": warning.exercise,
    }


def _told_volcano(volcano: "Volcano") -> dict[str, Any]:
    return {
        "id": volcano.id,
        "name": volcano.name,
        "level": volcano.level.value,
        "source": volcano.current.source,
        "stated_at": volcano.current.stated_at,
        "told_by": volcano.current.told_by,
        "statements": volcano.statements,
        "exercise": volcano.exercise,
    }
