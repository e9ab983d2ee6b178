"""`tabuah map roads`: build, show, try and remove the road network."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.exercises.scope_options import ChosenWorlds, scope_options
from tabuah.console.commands.invocation import Invocation, print_error, print_facts, print_text
from tabuah.console.commands.map.maps import map_group
from tabuah.gis.roads.network_facts import RoadNetworkFacts, network_facts
from tabuah.resources.localisation import N_, _, format_number

if TYPE_CHECKING:
    from tabuah.console.map.road_network import RoutePlace
    from tabuah.gis.roads.road_distance import RoadRoute

roads_group = TabuahGroup("roads", help=N_("The road network, for distances of units by road."))
map_group.add_command(roads_group)


class RoadBuildRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `map roads build --json`."""

    network: RoadNetworkFacts
    without_length: int
    joined_ends: int


class RouteRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `map roads route --json`; without a way by road `road_m` is null."""

    start: str
    end: str
    road_m: float | None
    access_m: float
    straight_m: float
    roads: list[dict[str, Any]]
    avoided: list[str]


@roads_group.command("build", help=N_("Build the network from the base map, or from an imported layer of roads."))
@click.option("--layer", default="", metavar="NAME", help=N_("Build from this imported layer of lines."))
@click.option("--with-tracks", is_flag=True, help=N_("Vehicles also use the tracks of the base map."))
@click.pass_obj
def build(call: Invocation, *, layer: str, with_tracks: bool) -> None:
    from tabuah.storage.cache.map.road_networks import build_road_network

    if layer and with_tracks:
        raise click.UsageError(_("Use either --layer or --with-tracks."))
    built = build_road_network(call.data, built_at=datetime.now(UTC), layer=layer, with_tracks=with_tracks)
    facts = network_facts(built.network, outdated=False)
    record = RoadBuildRecord(network=facts, without_length=built.without_length, joined_ends=built.joined_ends)

    def show() -> None:
        from tabuah.text.map.road_text import describe_left_out

        _print_network(facts)
        for line in describe_left_out(without_length=built.without_length, joined_ends=built.joined_ends):
            print_text(f"- {line}")
        print_text(_("An open window uses it immediately."))

    call.show(record, show)


@roads_group.command("show", help=N_("Show the network: its source, its age and its size."))
@click.pass_obj
def show(call: Invocation) -> None:
    from tabuah.gis.errors import RoadNetworkError
    from tabuah.storage.cache.map.road_networks import is_outdated, load_road_network

    network = load_road_network(call.data)
    if network is None:
        message = _("There is no road network: distances are straight lines. Build one with: {command}")
        raise RoadNetworkError(message.format(command="tabuah map roads build"))
    facts = network_facts(network, outdated=is_outdated(call.data, network))
    call.show(facts, lambda: _print_network(facts))


@roads_group.command("remove", help=N_("Remove the network: distances are straight lines again."))
@click.pass_obj
def remove(call: Invocation) -> None:
    from tabuah.storage.cache.map.road_networks import remove_road_network

    removed = remove_road_network(call.data)
    text = _("The road network was removed. Distances are straight lines.") if removed else _("No road network.")
    call.show({"removed": removed}, lambda: print_text(text))


@roads_group.command(
    "route",
    help=N_("Show the way by road between two places: units, incidents, names or positions."),
    context_settings={"ignore_unknown_options": True},
)
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option(
    "--geojson", "output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help=N_("Also write the way as a line into this file."),
)  # fmt: skip
@scope_options
@click.pass_obj
def route(call: Invocation, *, start: str, end: str, output: Path | None, worlds: ChosenWorlds) -> None:
    from tabuah.console.map.road_network import find_route_place, read_router
    from tabuah.gis.errors import RoadNetworkError
    from tabuah.gis.geodesy import distance_m

    with call.open_store() as store:
        scope = worlds.scope(store)
        one, other = find_route_place(store, start, scope), find_route_place(store, end, scope)
        router = read_router(store, scope, on_problem=print_error)
        disruptions = {each.id: each.name for each in store.disruptions()}
    if router is None:
        message = _("There is no road network: distances are straight lines. Build one with: {command}")
        raise RoadNetworkError(message.format(command="tabuah map roads build"))
    found = router.route(one.at, other.at)
    record = RouteRecord(
        start=one.name or start,
        end=other.name or end,
        road_m=None if found is None else round(found.distance_m, 1),
        access_m=0.0 if found is None else round(found.access_m, 1),
        straight_m=round(distance_m(*one.at, *other.at), 1),
        roads=[] if found is None else [{"name": name, "length_m": round(length)} for name, length in found.roads],
        avoided=sorted(disruptions[key] for key in router.closures if key in disruptions),
    )
    if output is not None and found is not None:
        _write_route(output, found, (one, other))
    call.show(record, lambda: _print_route(record, output if found is not None else None))


def _write_route(output: Path, found: "RoadRoute", ends: "tuple[RoutePlace, RoutePlace]") -> None:
    from tabuah.console.reports.atomic_write import write_file
    from tabuah.storage.data_files import is_data_file

    if is_data_file(output):
        raise click.UsageError(_("{path} is a file of Tabuah's data").format(path=output))
    feature = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[round(x, 6), round(y, 6)] for x, y in found.corners]},
        "properties": {"from": ends[0].name, "to": ends[1].name, "length_m": round(found.distance_m)},
    }
    write_file(output, json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False).encode())


def _print_network(facts: RoadNetworkFacts) -> None:
    from tabuah.text.map.road_text import describe_network_facts, describe_outdated

    print_facts(describe_network_facts(facts))
    if facts.outdated:
        print_text(describe_outdated(facts))


def _print_route(record: RouteRecord, output: Path | None) -> None:
    from tabuah.text.units.unit_status import format_distance

    if record.road_m is None:
        print_text(_("No road leads from {start} to {end}.").format(start=record.start, end=record.end))
    access = format_distance(record.access_m) if record.access_m >= 1 else ""
    print_facts(
        [
            (_("By road"), format_distance(record.road_m)),
            (_("of it not on roads"), access),
            (_("Straight"), format_distance(record.straight_m)),
            (_("Avoided"), ", ".join(record.avoided)),
        ]
    )
    for road in record.roads:
        name = road["name"] or _("road without a name")
        print_text(f"  {format_number(road['length_m']):>8} m  {name}")
    if output is not None:
        print_text(_("Written: {path}").format(path=output))
